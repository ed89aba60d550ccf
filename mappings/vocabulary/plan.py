"""What a rule answers: a `Plan` of records to write and findings for a person. Every reader of a decision reads this.

Named tuples: nothing but Regie's own rules makes them, which are type-checked, and a plan may have 100,000. A frozen dataclass
takes twice the time to make, a checked model four times.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from mappings.vocabulary.labels import Labels, Sentence


class Severity(StrEnum):
    """How much a finding matters: `critical` money or a legal duty is at stake, `warning` act soon, `info` know it."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Ref(NamedTuple):
    """The record a finding is about: its dataset (`orders`, `timesheets`, ...), database id and the name people know."""

    dataset: str
    id: int
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.dataset} {self.id})"


class Finding(NamedTuple):
    """Something a person must look at: what, where, how much is at stake, and what to do about it.

    `hours` and `amount` (in `currency`, before tax) are what is at stake, zero where nothing is. `words` are what the texts of
    its code in the catalogue of `language` name beside `hours` and `amount`. The texts are put together when they are read: a
    run may find 100,000 and a person reads a page of them.
    """

    code: str
    severity: Severity
    record: Ref
    language: str
    words: Mapping[str, object]
    hours: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    currency: str = ""

    @property
    def message(self) -> str:
        """What was found, a sentence."""
        return self._text("message")

    @property
    def remedy(self) -> str:
        """What to do about it, a sentence."""
        return self._text("remedy")

    def _text(self, part: str) -> str:
        labels = Labels(self.language)
        figures = {"hours": labels.hours(self.hours)}
        if self.currency:
            figures["amount"] = labels.money(self.amount, self.currency)
        return labels(f"finding.{self.code}.{part}", **{**figures, **self.words})


class Line(NamedTuple):
    """One line of a record: its key (unique in Odoo) and its values by the names of `mappings.vocabulary.records`."""

    key: str
    values: Mapping[str, Any]


class Upsert(NamedTuple):
    """A record to create once (or, if `extends`, to bring up to date while nobody touched it).

    key            external id, `__regie__.` included; says what the record is for
    model          vocabulary name of the record type (`invoice`)
    values         values by the names of `mappings.vocabulary.records`
    reasons        why it is written: texts or sentences a client could read
    amount_untaxed in the record's currency, rounded to its digits
    extends        the record exists, is untouched, and is replaced by these full values and lines
    replaces       of a record to extend: the `content` it must still hold just before it is written
    stood          of a record to extend: its lines, by key, with values that must still stand then
    """

    key: str
    model: str
    values: Mapping[str, Any] = MappingProxyType({})
    lines: tuple[Line, ...] = ()
    reasons: tuple[str | Sentence, ...] = ()
    amount_untaxed: Decimal = Decimal(0)
    extends: bool = False
    replaces: str = ""
    stood: tuple[Line, ...] = ()

    @property
    def why(self) -> str:
        """Its reasons as one text, each once."""
        return " ; ".join(dict.fromkeys(map(str, self.reasons)))


class Plan(NamedTuple):
    """The records to write and the findings to show. Order is the order in which a person should read them."""

    upserts: tuple[Upsert, ...] = ()
    findings: tuple[Finding, ...] = ()
