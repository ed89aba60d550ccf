"""Notes of margins on projects: one for each mission and month, again only when its figures changed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from mappings.vocabulary.dataset import frame
from mappings.vocabulary.datasets import MARGIN_NOTES
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Plan
from rules.margin.margin import Figures, Kind, Row
from rules.margin.notes import notes
from tests.rules.billing.books import DAY_7, FRENCH, OCTOBER, PIECE
from tests.rules.margin.months import Months, row
from tests.rules.margin.test_margin import october, worked

D = Decimal
CLIENTIS = Row(Kind.MISSION, 7, 2, 70, Figures(D(8220), D(4320), D("206.40")), project_id=9)


def noted(*rows: Row, standing: pd.DataFrame | None = None, period: Period = OCTOBER, name: str = "Data Engineer") -> Plan:
    there = frame(MARGIN_NOTES) if standing is None else standing
    return notes(rows, there, period, 1, "EUR", FRENCH, lambda _: name)


def kept(*plans: Plan) -> pd.DataFrame:
    """What Odoo holds once the plans are written."""
    keys = [upsert.key.removeprefix("__regie__.") for plan in plans for upsert in plan.upserts]
    return frame(MARGIN_NOTES, ({"id": place, "key": key} for place, key in enumerate(keys, 1)))


def plain(text: Any) -> str:
    return str(text).replace("\u202f", " ").replace("\xa0", " ")


def test_a_note_says_the_missions_month_in_figures() -> None:
    [note] = noted(CLIENTIS).upserts
    assert note.key.startswith("__regie__.margin_7_2026_10_r1_") and note.values["project_id"] == 9
    assert plain(note.values["subject"]) == "Marge octobre 2026, Data Engineer : 3 693,60 € (44,9 %)"
    body = plain(note.values["body"])
    assert all(text in body for text in ("8 220,00 €", "4 320,00 €", "206,40 €", "3 693,60 €")) and "Révision" not in body


def test_the_same_figures_again_are_no_note_and_others_are_a_further_revision() -> None:
    first = noted(CLIENTIS)
    assert noted(CLIENTIS, standing=kept(first)).upserts == ()
    changed = replace(CLIENTIS, figures=Figures(D(8220), D(4320), D("292.80")))
    second = noted(changed, standing=kept(first))
    assert "_r2_" in second.upserts[0].key and "Révision 2" in second.upserts[0].values["body"]
    assert noted(changed, standing=kept(first, second)).upserts == ()
    back = noted(CLIENTIS, standing=kept(first, second))
    assert "_r3_" in back.upserts[0].key, "what was changed back is told too"


def test_a_month_that_only_invoices_earlier_work_has_no_note_but_one_that_lost_its_figures_has() -> None:
    """In December 8,100.00 of October are invoiced and as much less is accrued: nothing was earned."""
    invoiced = replace(CLIENTIS, figures=Figures(invoiced=D(8100)))
    assert noted(invoiced).upserts == ()
    [lost] = noted(invoiced, standing=kept(noted(CLIENTIS))).upserts
    assert "_r2_" in lost.key and "0,00 €" in plain(lost.values["body"])


@pytest.mark.parametrize("revisions", [9, 10, 11])
def test_revisions_are_counted_as_numbers(revisions: int) -> None:
    there = frame(
        MARGIN_NOTES,
        ({"id": one, "key": f"margin_7_2026_10_r{one}_{'0' * 12}"} for one in range(1, revisions + 1)),
    )
    assert f"_r{revisions + 1}_" in noted(CLIENTIS, standing=there).upserts[0].key


def test_another_month_another_mission_and_a_strangers_message_do_not_count() -> None:
    first = noted(CLIENTIS)
    november = noted(CLIENTIS, standing=kept(first), period=Period(date(2026, 11, 1), date(2026, 11, 30)))
    assert "margin_7_2026_11_r1_" in november.upserts[0].key
    assert "margin_77_2026_10_r1_" in noted(replace(CLIENTIS, record_id=77), standing=kept(first)).upserts[0].key
    strange = frame(MARGIN_NOTES, [{"id": 1, "key": "margin_7_2026_10_r9_x"}, {"id": 2, "key": "margins"}])
    assert "_r1_" in noted(CLIENTIS, standing=strange).upserts[0].key


def test_names_are_text_in_the_note() -> None:
    [note] = noted(CLIENTIS, name='<img src=x onerror="alert(1)">&').upserts
    assert "<img" not in note.values["body"] and "&lt;img" in note.values["body"]


def test_a_mission_without_a_project_is_named_and_what_is_no_mission_is_not_noted() -> None:
    others = [replace(CLIENTIS, kind=kind) for kind in (Kind.PROJECT, Kind.BENCH)]
    plan = noted(replace(CLIENTIS, project_id=0), *others)
    assert plan.upserts == () and [one.code for one in plan.findings] == ["margin_no_project"]
    assert plan.findings[0].message and plan.findings[0].remedy


def test_a_line_is_noted_on_its_own_project_else_on_the_only_one_of_its_order() -> None:
    books, line = october()
    assert row(books.of(), "mission", line).project_id == 100 + line
    other = Months()
    order = other.order()
    mission, travel = other.line(order, "time", 60, 600, DAY_7), other.line(order, "manual", 9, 25, PIECE)
    other.project(mission, 8)
    worked(other, travel, 1, 28)
    assert row(other.of(), "mission", travel).project_id == 100 + mission
    other.project(other.line(order, "time", 60, 600, DAY_7), 9)
    assert row(other.of(), "mission", travel).project_id == 0
