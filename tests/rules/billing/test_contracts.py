"""Contracts of the addon: which periods are due, who bills them, what is proposed again, what stands on the draft."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from mappings.vocabulary.dataset import each, frame
from mappings.vocabulary.datasets import CONTRACT_LINES, NEVER
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Line, Upsert
from mappings.vocabulary.units import to_micro, to_money
from rules.billing.content import parse
from rules.billing.contract_periods import periods_due
from tests.rules.billing.books import FRENCH, PIECE, Books, amounts, codes, finding

SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))


class Signed(Books):
    """Books with contracts."""

    def contract(self, **values: Any) -> int:
        defaults = {
            "name": f"Maintenance {len(self.rows['contracts']) + 1}",
            "company_id": 1,
            "partner_id": 1,
            "invoice_partner_id": 1,
            "currency_id": 1,
            "owned_by_regie": True,
            "next_on": pd.Timestamp(NEVER),
        }
        return self._add("contracts", **{**defaults, **values})

    def billed_each(self, contract: int, price: Any = 100, **values: Any) -> int:
        """A line of one piece a month in arrears since 1 August; the addon invoiced September."""
        defaults = {
            "contract_id": contract,
            "sequence": 10,
            "name": "Maintenance",
            "product_id": 7,
            "unit_id": PIECE,
            "quantity": to_micro(1),
            "price_unit": to_money(price),
            "every": 1,
            "period": "monthly",
            "billed": "post-paid",
            "starts_on": pd.Timestamp("2026-08-01"),
            "last_on": pd.Timestamp("2026-09-30"),
            "next_on": pd.Timestamp("2026-11-01"),
        }
        return self._add("contract_lines", **{**defaults, **values})


def maintained(**values: Any) -> Signed:
    books = Signed()
    books.billed_each(books.contract(**values))
    return books


def products(draft: Upsert) -> list[Line]:
    return [line for line in draft.lines if line.values["display"] == "product"]


def periods(until: str, **values: Any) -> list[tuple[str, str]]:
    """Periods due of a monthly line that nobody invoiced yet."""
    plain = {"every": 1, "period": "monthly", "billed": "post-paid", "starts_on": pd.Timestamp("2026-07-15")}
    days = {name: pd.Timestamp(value) for name, value in values.items() if name.endswith("_on")}
    [line] = each(frame(CONTRACT_LINES, [{**plain, **values, **days}]))
    return [(str(since), str(to)) for since, to in periods_due(line, date.fromisoformat(until))]


@pytest.mark.parametrize(
    ("until", "values", "expected"),
    [
        ("2026-08-13", {}, []),
        ("2026-08-14", {}, [("2026-07-15", "2026-08-14")]),
        ("2026-07-15", {"billed": "pre-paid"}, [("2026-07-15", "2026-08-14")]),
        ("2026-08-31", {"period": "monthlylastday"}, [("2026-07-15", "2026-07-31"), ("2026-08-01", "2026-08-31")]),
        ("2026-08-01", {"period": "weekly", "every": 2}, [("2026-07-15", "2026-07-28")]),
        ("2026-07-15", {"period": "daily"}, [("2026-07-15", "2026-07-15")]),
        ("2027-01-14", {"period": "quarterly"}, [("2026-07-15", "2026-10-14"), ("2026-10-15", "2027-01-14")]),
        ("2027-01-14", {"period": "semesterly"}, [("2026-07-15", "2027-01-14")]),
        ("2027-07-13", {"period": "yearly"}, []),
        ("2026-12-31", {"ends_on": "2026-08-20"}, [("2026-07-15", "2026-08-14"), ("2026-08-15", "2026-08-20")]),
        ("2026-12-31", {"canceled": True}, []),
        ("2026-12-31", {"display": "line_note"}, []),
        ("2026-10-31", {"last_on": "2026-09-30"}, [("2026-10-01", "2026-10-31")]),
        ("2026-10-31", {"last_on": "2026-09-30", "next_on": NEVER}, [("2026-10-01", "2026-10-31")]),
        # A date of next invoice that a person set, here a week later, makes the period that much longer.
        ("2026-08-21", {"next_on": "2026-08-22"}, [("2026-07-15", "2026-08-21")]),
        ("2026-08-20", {"next_on": "2026-08-22"}, []),
    ],
)
def test_periods_due(until: str, values: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert periods(until, **values) == expected


def test_the_31st_slides_to_the_28th_as_in_the_addon() -> None:
    found = periods("2026-04-30", billed="pre-paid", starts_on="2026-01-31")
    assert [since for since, _ in found] == ["2026-01-31", "2026-02-28", "2026-03-28", "2026-04-28"]


def test_only_what_is_due_is_billed_and_only_once() -> None:
    books = maintained()
    assert amounts(books.decide(SEPTEMBER)) == []
    decision = books.decide()
    assert amounts(decision) == [Decimal("100.00")]
    [draft] = decision.plan.upserts
    assert draft.key == "__regie__.inv_k1_2026-10_n1"
    assert draft.why == "Contrat Maintenance 1, à terme échu : octobre 2026"
    books.write(decision)
    assert amounts(books.decide()) == []
    november = books.decide(Period(date(2026, 11, 1), date(2026, 11, 30)))
    assert [line.values["name"] for line in products(november.plan.upserts[0])] == [
        "Maintenance\n" + FRENCH("invoice_line.service", period="novembre 2026")
    ]


def test_a_period_is_a_line_below_its_section_with_its_notes() -> None:
    books = Signed()
    contract = books.contract(reference="PO-7", payment_term_id=0)
    books.billed_each(contract, display="line_section", name="Services", sequence=1)
    first = books.billed_each(contract, sequence=2, last_on=pd.Timestamp("2026-08-31"), next_on=pd.Timestamp("2026-10-01"))
    books.billed_each(contract, display="line_note", note_goes="with_previous_line", name="Note", sequence=3)
    books.billed_each(contract, display="line_section", name="Rien ce mois", sequence=4)
    books.billed_each(contract, sequence=5, starts_on=pd.Timestamp("2027-01-01"), last_on=None, next_on=None)
    [draft] = books.decide().plan.upserts
    assert [line.values["name"].split("\n")[0] for line in draft.lines] == ["Services", "Maintenance", "Maintenance", "Note"]
    assert [line.values["sequence"] for line in draft.lines] == [0, 1, 2, 3]
    assert {line.values["contract_line_id"] for line in products(draft)} == {first}
    assert len({line.key for line in draft.lines}) == 4
    assert draft.values["reference"] == "PO-7"
    assert "payment_term_id" not in draft.values, "Odoo takes the client's own, as for the addon"
    kept = [line for line in parse(draft.values["content"]) if line.since]
    assert [(line.contract_line_id, line.since, line.until) for line in kept] == [
        (first, date(2026, 9, 1), date(2026, 9, 30)),
        (first, date(2026, 10, 1), date(2026, 10, 31)),
    ]


def test_markers_are_replaced_in_the_clients_language() -> None:
    books = Signed()
    books.rows["partners"][0]["language"] = "en_US"
    books.billed_each(books.contract(), name="Hosting #INVOICEMONTHNAME#, #START# to #END#")
    [draft] = books.decide().plan.upserts
    assert products(draft)[0].values["name"] == "Hosting October, 1 Oct 2026 to 31 Oct 2026"


@pytest.mark.parametrize("state", ["cancel", "deleted", "reversed"])
def test_a_dead_invoice_is_proposed_again(state: str) -> None:
    books = maintained()
    books.write(books.decide())
    [invoice] = books.rows["invoices"]
    if state == "deleted":
        books.rows["invoices"], books.rows["invoice_lines"] = [], []
    elif state == "cancel":
        invoice["state"] = "cancel"
    else:
        invoice |= {"state": "posted", "payment_state": "reversed"}
    [draft] = books.decide().plan.upserts
    assert draft.amount_untaxed == 100
    assert draft.key.endswith("_n1" if state == "deleted" else "_n2")


def test_a_concession_is_not_proposed_again() -> None:
    books = maintained()
    books.write(books.decide())
    [invoice], [line] = books.rows["invoices"], books.rows["invoice_lines"]
    line["quantity"] //= 2
    invoice["amount_untaxed"] //= 2
    assert amounts(books.decide()) == [], "a lowered draft"
    books.rows["invoice_lines"] = []
    assert amounts(books.decide()) == [], "a line taken off"
    invoice |= {"state": "posted"}
    books._add(
        "invoices", company_id=1, type="out_refund", state="posted", reverses_id=invoice["id"], amount_untaxed=to_money(10),
        created_at=invoice["created_at"],
    )  # fmt: skip
    assert amounts(books.decide()) == [], "credited in part"


def test_an_invoice_that_a_person_made_again_counts() -> None:
    books = maintained()
    books.write(books.decide())
    [dead] = books.rows["invoices"]
    dead |= {"state": "posted", "payment_state": "reversed"}
    again = books._add(
        "invoices", **{k: v for k, v in dead.items() if k not in ("id", "key", "content")} | {
            "state": "draft", "payment_state": "not_paid", "created_at": dead["created_at"] + pd.Timedelta(days=1)},
    )  # fmt: skip
    books._add("invoice_lines", invoice_id=again, display="product", contract_line_id=1, quantity=to_micro(1))
    assert amounts(books.decide()) == []


def test_the_jobs_own_invoices_do_not_count_for_regies_periods() -> None:
    books = maintained()
    made = books._add(
        "invoices", company_id=1, type="out_invoice", state="posted", created_at=pd.Timestamp("2026-10-01", tz="UTC")
    )
    books._add("invoice_lines", invoice_id=made, display="product", contract_line_id=1, quantity=to_micro(1))
    assert amounts(books.decide()) == [Decimal("100.00")]


def test_a_contract_of_the_job_is_left_to_it() -> None:
    books = maintained(owned_by_regie=False, next_on=pd.Timestamp("2026-11-01"))
    decision = books.decide()
    assert (amounts(decision), codes(decision)) == ([], [])
    decision = books.decide(contracts="regie")
    assert amounts(decision) == []
    assert finding(decision, "contract_unassigned").amount == 100


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"next_on": pd.Timestamp("2026-11-01")}, "contract_unguarded"),
        ({"owned_by_regie": False}, "contract_nobody"),
        ({"owned_by_regie": False, "next_on": None}, "contract_nobody"),
    ],
)
def test_a_contract_without_one_clear_owner_is_not_billed(values: dict[str, Any], code: str) -> None:
    decision = maintained(**values).decide()
    assert amounts(decision) == []
    assert finding(decision, code).amount == 100
    assert codes(maintained(**values).decide(SEPTEMBER)) == [], "nothing is due yet"


def test_a_missing_purchase_order_number_holds_it_back() -> None:
    decision = maintained().decide(reference_required=True)
    assert amounts(decision) == []
    assert finding(decision, "reference_missing").amount == 100
    assert amounts(maintained(reference="PO-7").decide(reference_required=True)) == [Decimal("100.00")]


def test_a_contract_worth_less_than_nothing_is_a_finding() -> None:
    books = Signed()
    books.billed_each(books.contract(), price=-30)
    decision = books.decide()
    assert amounts(decision) == []
    assert finding(decision, "negative_document").amount == 30


def test_no_period_begins_after_the_contracts_end() -> None:
    assert amounts(maintained(ends_on=pd.Timestamp("2026-09-30")).decide()) == []


def test_a_rhythm_changed_within_a_billed_period_is_a_finding() -> None:
    books = maintained()
    books.write(books.decide())
    books.rows["contract_lines"][0] |= {"period": "quarterly", "next_on": pd.Timestamp(NEVER)}
    decision = books.decide(Period(date(2026, 12, 1), date(2026, 12, 31)))
    assert amounts(decision) == []
    assert finding(decision, "contract_periods_cut").amount == 100


def test_each_period_is_rounded_as_the_addon_rounds_its_invoices() -> None:
    books = Signed()
    books.billed_each(books.contract(), price="33.335", last_on=pd.Timestamp("2026-08-31"), next_on=pd.Timestamp("2026-10-01"))
    assert amounts(books.decide()) == [Decimal("66.68")]


def test_two_contracts_are_two_drafts() -> None:
    books = maintained()
    books.billed_each(books.contract(), price=50)
    assert amounts(books.decide()) == [Decimal("100.00"), Decimal("50.00")]
    assert [draft.key for draft in books.decide().plan.upserts] == [f"__regie__.inv_k{n}_2026-10_n1" for n in (1, 2)]
