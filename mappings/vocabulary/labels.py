"""The texts people read, in their language, with numbers, money and days as that language writes them.

Labels("fr")("finding.x.message", order="S00012") looks the key up in `mappings/labels/fr.yaml` and puts the values in.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision
from ruamel.yaml import YAML

from mappings.vocabulary.units import round_to

LANGUAGES = ("fr", "en")
"""The catalogues there are; the first is the default."""


@lru_cache
def language_of(locale: str) -> str:
    """The catalogue for a locale as Odoo names it (`fr_BE`, `en_US`); French for a language without a catalogue."""
    language = locale.replace("-", "_").split("_")[0].lower()
    return language if language in LANGUAGES else LANGUAGES[0]


@lru_cache
def catalogue(language: str) -> dict[str, str]:
    """Every text of a language by its dotted key: `finding.contract_unsigned.message`."""
    source = files("mappings.labels").joinpath(f"{language}.yaml").read_text(encoding="utf-8")
    return dict(_flatten("", YAML(typ="safe").load(source)))


def _flatten(prefix: str, tree: dict[str, Any]) -> list[tuple[str, str]]:
    texts: list[tuple[str, str]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            texts += _flatten(f"{prefix}{key}.", value)
        elif isinstance(value, str):
            texts.append((prefix + key, value.strip()))
        else:
            raise TypeError(f"label {prefix}{key} is not a text: {value!r} (put it in quotes)")
    return texts


class Labels:
    """The texts of one language. Values put into a text are made readable first: `labels.money`, `.hours`, `.day`, ..."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no labels in {language!r}; there are {', '.join(LANGUAGES)}")
        self.language = language

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of `key` with `values` put in. KeyError where the key, or a value its text names, is missing."""
        text = catalogue(self.language).get(key)
        if text is None:
            raise KeyError(f"no label {key!r} in mappings/labels/{self.language}.yaml")
        try:
            return text.format(**values)
        except KeyError as missing:
            raise KeyError(f"label {key!r} needs a value for {missing}") from None

    def later(self, key: str, /, **values: object) -> "Sentence":
        """The same text, put together when it is read."""
        return Sentence(self.language, key, values)

    def readable(self, value: object) -> object:
        """As it is written into a text: money, numbers and days made readable, anything else as it is."""
        if isinstance(value, Money):
            return self.money(*value)
        if isinstance(value, Decimal):
            return self.quantity(value)
        return self.day(value) if isinstance(value, date) else value

    def money(self, amount: Decimal, currency: str) -> str:
        """`8 220,00 €`, `€8,220.00`: with the digits of the currency (ISO code)."""
        digits, positive, negative = _currency(self.language, currency)
        rounded = round_to(amount, digits) + 0
        return (negative if rounded < 0 else positive).replace(_HERE, _number(self.language, abs(rounded)))

    def quantity(self, value: Decimal) -> str:
        """`13,5`: all its decimals, no trailing zeros."""
        return _number(self.language, value.normalize() + 0)

    def hours(self, value: Decimal) -> str:
        """`13,5 h`, to a hundredth of an hour."""
        return f"{self.quantity(round_to(value, 2) + 0)}\u00a0h"

    def percent(self, value: Decimal) -> str:
        """A percentage given as a plain number: 47.8 is `47,8 %`."""
        return self.quantity(value) + ("\u00a0%" if self.language == "fr" else "%")

    def day(self, day: date) -> str:
        """`31/10/2026`, `31 Oct 2026`: never a month that could be read as a day."""
        return _day(self.language, day)

    def month(self, day: date) -> str:
        """`octobre 2026`: the month a day is in."""
        return _month(self.language, day.replace(day=1))

    def period(self, since: date, until: date) -> str:
        """`octobre 2026` for a whole month, else `du 01/10/2026 au 16/10/2026`."""
        return _period(self.language, since, until)


class Money(NamedTuple):
    """An amount in a currency (ISO code), as a value of a sentence."""

    amount: Decimal
    currency: str


class Sentence(NamedTuple):
    """A text that is put together when it is read: thousands of lines are billed, and a person reads a page of them.

    Its values may be money, numbers and days as they are; `str` makes them readable.
    """

    language: str
    key: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        labels = Labels(self.language)
        return labels(self.key, **{name: labels.readable(value) for name, value in self.values.items()})


_HERE = "\N{OBJECT REPLACEMENT CHARACTER}"


def _number(language: str, value: Decimal) -> str:
    """As Babel's `format_decimal` writes it, with the decimals it has, in a twentieth of the time: a page has thousands."""
    group, decimal = _signs(language)
    whole, point, part = f"{value:,f}".partition(".")
    return whole.replace(",", group) + (decimal + part if point else "")


@lru_cache
def _signs(language: str) -> tuple[str, str]:
    """What the language writes between thousands, and before decimals."""
    symbols = Locale.parse(language).number_symbols["latn"]
    return symbols["group"], symbols["decimal"]


@lru_cache
def _currency(language: str, currency: str) -> tuple[int, str, str]:
    """Digits of a currency, and what stands around a positive and a negative amount of it."""
    digits = get_currency_precision(currency)
    one = _number(language, round_to(Decimal(1), digits))
    around = [format_currency(amount, currency, locale=language).replace(one, _HERE) for amount in (1, -1)]
    return digits, around[0], around[1]


@lru_cache(maxsize=10_000)
def _day(language: str, day: date) -> str:
    return format_date(day, "dd/MM/yyyy" if language == "fr" else "d MMM yyyy", locale=language)


@lru_cache
def _month(language: str, first: date) -> str:
    return format_date(first, "MMMM yyyy", locale=language)


@lru_cache(maxsize=10_000)
def _period(language: str, since: date, until: date) -> str:
    if since.day == 1 and until == since.replace(day=monthrange(since.year, since.month)[1]):
        return _month(language, since)
    if since == until:
        return _day(language, since)
    return Labels(language)("format.period", since=_day(language, since), until=_day(language, until))
