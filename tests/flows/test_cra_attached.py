"""What attaching CRAs asks of Odoo where hours do not wait for them: nothing without hours, one question without a CRA."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from connectors.odoo.errors import ConfigurationError
from connectors.odoo.writer import Writer
from flows.cra_attached import proofs_of
from flows.workplace import Workplace
from mappings.vocabulary.dataset import Dataset, frame
from mappings.vocabulary.plan import Plan
from tests.rules.billing.books import DAY_7, HOUR, Books

NOBODY = cast("Writer", None)
"""Nothing is proved here, so nobody writes."""


@dataclass
class Asked:
    """A reader of an Odoo without a CRA, that remembers what it was asked; it cannot be asked for stages."""

    prepared: bool = True
    datasets: list[str] = field(default_factory=list)

    def read(self, dataset: Dataset, where: Any, columns: Any = None) -> pd.DataFrame:
        self.datasets.append(dataset.name)
        if not self.prepared:
            raise ConfigurationError("project.task has no x_regie_month")
        return frame(dataset)


def asked(unit: int, prepared: bool = True) -> list[str]:
    """What is read to attach CRAs to the draft of one line sold in that unit."""
    books, reader = Books(), Asked(prepared)
    books.hours(7, books.line(books.order(), "time", 20, 600, unit))
    plan = books.decide().plan
    assert len(plan.upserts) == 1
    place = cast("Workplace", SimpleNamespace(reader=reader))
    assert proofs_of(place, NOBODY, replace(books.data(), cra_steps={}), plan) == {}
    return reader.datasets


def test_nothing_is_asked_where_no_hour_is_billed() -> None:
    books, reader = Books(), Asked()
    books.hours(7, books.line(books.order(), "time", 20, 600, DAY_7))
    place = cast("Workplace", SimpleNamespace(reader=reader))
    assert proofs_of(place, NOBODY, replace(books.data(), cra_steps={}), Plan()) == {}
    assert reader.datasets == []


def test_hours_without_a_cra_cost_one_question() -> None:
    assert asked(DAY_7) == asked(HOUR) == ["cras"]


def test_an_odoo_that_was_never_prepared_for_cras_bills_without_them() -> None:
    assert asked(DAY_7, prepared=False) == ["cras"]
