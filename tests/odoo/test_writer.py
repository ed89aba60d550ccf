"""The writer against the sandbox's real Odoo: once under races, a bad record alone, replays, extensions, people's changes."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from connectors.odoo import Odoo, OdooSettings, connect
from connectors.odoo.errors import DataError, OutcomeUnknown
from connectors.odoo.schema import Schema, detect
from connectors.odoo.writer import Writer
from flows.provision import provision
from mappings.vocabulary.plan import Line, Plan, Upsert
from mappings.vocabulary.written import Document, Written
from sandbox.access import Access

pytestmark = pytest.mark.sandbox

LINES = 60
DAY = "2031-01-06"
"""Far from what the loaded companies bill."""


@pytest.fixture(scope="module")
def admin(sandbox_access: Access) -> Iterator[Odoo]:
    access = sandbox_access
    with connect(
        OdooSettings(url=access.url, database=access.database, login=access.admin_login, key=access.admin_key)
    ) as odoo:
        provision(odoo)
        yield odoo


@dataclass
class Ordered:
    """A confirmed order of many lines, each with two hours of work, in a company that sells; tests take lines as they need."""

    company: int
    partner: int
    product: int
    unit: int
    hours: dict[int, tuple[int, int]]
    spare: int
    lines: Iterator[int]
    mark: str = field(default_factory=lambda: uuid.uuid4().hex[:10])
    taken: int = 0

    def key(self) -> str:
        self.taken += 1
        return f"__regie__.inv_{self.mark}_2031-01_n{self.taken}"


@pytest.fixture(scope="module")
def ordered(admin: Odoo) -> Iterator[Ordered]:
    (journal,) = admin.call(
        "account.journal", "search_read", domain=[("type", "=", "sale")], fields=["company_id"], limit=1, load="", safe=True
    )
    company = journal["company_id"]
    within = {"allowed_company_ids": [company]}

    def make(model: str, **values: Any) -> int:
        (made,) = admin.call(model, "create", vals_list=[values], context=within)
        return int(made)

    mark = uuid.uuid4().hex[:10]
    _, unit = admin.call("ir.model.data", "check_object_reference", module="uom", xml_id="product_uom_hour", safe=True)
    partner = make("res.partner", name=f"Client {mark}")
    product = make(
        "product.product", name=f"Régie {mark}", type="service", invoice_policy="delivery", service_type="timesheet",
        service_tracking="no", uom_id=unit, list_price=100,
    )  # fmt: skip
    sold = {"product_id": product, "product_uom_qty": 10, "price_unit": 100, "name": "Régie"}
    order = make("sale.order", partner_id=partner, order_line=[[0, 0, sold] for _ in range(LINES)])
    admin.call("sale.order", "action_confirm", ids=[order], context=within)
    lines = admin.call("sale.order.line", "search", domain=[("order_id", "=", order)], order="id", context=within, safe=True)
    employee = make("hr.employee", name=f"Personne {mark}", company_id=company)
    project = make("project.project", name=f"Mission {mark}", company_id=company, allow_billable=True, partner_id=partner)
    work = [
        {"project_id": project, "employee_id": employee, "so_line": line, "date": DAY, "name": mark, "unit_amount": 1}
        for line in lines
        for _ in range(2)
    ]
    ids = admin.call("account.analytic.line", "create", vals_list=work, context=within)
    hours = {line: (ids[2 * place], ids[2 * place + 1]) for place, line in enumerate(lines)}
    made = Ordered(company, partner, product, unit, hours, lines[0], iter(lines[1:]))
    yield made
    ours = [("x_regie_key", "=like", f"inv_{made.mark}%")]
    posted = admin.call("account.move", "search", domain=[*ours, ("state", "=", "posted")], context=within, safe=True)
    admin.call("account.move", "button_draft", ids=posted, context=within)
    drafts = admin.call("account.move", "search", domain=ours, context=within, safe=True)
    admin.call("account.move", "button_cancel", ids=drafts, context=within)
    admin.call("account.analytic.line", "unlink", ids=ids, context=within)
    admin.call("sale.order", "action_cancel", ids=[order], context=within)


@pytest.fixture(scope="module")
def robot(sandbox_access: Access, admin: Odoo, ordered: Ordered) -> Iterator[Odoo]:
    """The integration user where the sandbox has one: what is tested works with its few rights."""
    access = sandbox_access
    login, key = access.bot_login or access.admin_login, access.bot_key or access.admin_key
    with connect(OdooSettings(url=access.url, database=access.database, login=login, key=key)) as odoo:
        (user,) = odoo.call("res.users", "read", ids=[odoo.uid], fields=["company_ids"], safe=True)
        yield odoo if ordered.company in user["company_ids"] else admin


@pytest.fixture(scope="module")
def schema(robot: Odoo) -> Schema:
    return detect(robot)


@pytest.fixture
def writer(robot: Odoo, schema: Schema) -> Writer:
    return Writer(robot, schema, language="en")


def draft(ordered: Ordered, line: int | None = None, *, key: str = "", quantity: str = "2", **values: Any) -> Upsert:
    """A draft for the two hours of an order line."""
    line, key = line or next(ordered.lines), key or ordered.key()
    content = json.dumps({"line": line, "quantity": quantity})
    head = {
        "type": "out_invoice",
        "company_id": ordered.company,
        "partner_id": ordered.partner,
        "payment_term_id": 0,
        "reference": "BC 12",
        "content": content,
        "timesheet_ids": ordered.hours[line],
    }
    work = {
        "display": "product", "order_line_ids": (line,), "product_id": ordered.product, "unit_id": ordered.unit,
        "name": "Régie", "quantity": Decimal(quantity), "price_unit": Decimal("100.50"), "discount": Decimal(10), "tax_ids": (),
    }  # fmt: skip
    lines = (
        Line(key=f"{key}_s", values={"display": "line_section", "name": "October", "sequence": 1}),
        Line(key=f"{key}_l{line}", values={**work, "sequence": 2}),
    )
    return Upsert(key=key, model="invoice", values=head | values, lines=lines)


def with_line(upsert: Upsert, **values: Any) -> Upsert:
    """The same draft with other values on its product line."""
    heading, work = upsert.lines
    changed = work._replace(values={**work.values, **values})
    return upsert._replace(lines=(heading, changed))


def plan(*upserts: Upsert) -> Plan:
    return Plan(upserts=upserts)


def keys(*upserts: Upsert) -> tuple[str, ...]:
    return tuple(upsert.key for upsert in upserts)


def rejected(written: Written) -> dict[str, str]:
    return {rejection.key: rejection.message for rejection in written.rejected}


def on_server(admin: Odoo, *wanted: Upsert) -> list[dict[str, Any]]:
    names = [upsert.key.removeprefix("__regie__.") for upsert in wanted]
    fields = ["x_regie_key", "state", "amount_untaxed", "timesheet_ids", "invoice_line_ids", "attachment_ids"]
    rows: list[dict[str, Any]] = admin.call(
        "account.move", "search_read", domain=[("x_regie_key", "in", names)], fields=fields, order="id", safe=True
    )
    return rows


def test_a_draft_stands_with_its_lines_links_and_document(admin: Odoo, writer: Writer, ordered: Ordered) -> None:
    upsert, told = draft(ordered), []
    document = Document("detail.pdf", "application/pdf", b"%PDF-1.7")
    written = writer.push(plan(upsert), {upsert.key: document}, lambda done, total: told.append((done, total)))
    assert written.created == keys(upsert)
    (move,) = on_server(admin, upsert)
    assert written.ids == {upsert.key: move["id"]}
    assert (move["state"], move["amount_untaxed"]) == ("draft", 180.9)
    assert sorted(move["timesheet_ids"]) == sorted(upsert.values["timesheet_ids"])
    (attachment,) = admin.call("ir.attachment", "read", ids=move["attachment_ids"], fields=["name", "raw"], safe=True)
    assert attachment["name"] == "detail.pdf"
    assert told == [(0, 1), (1, 1)]


def test_a_replay_changes_nothing_whatever_it_says(admin: Odoo, writer: Writer, ordered: Ordered) -> None:
    first = draft(ordered)
    made = writer.push(plan(first))
    again = writer.push(plan(first))
    other = draft(ordered, int(first.lines[1].values["order_line_ids"][0]), key=first.key, quantity="7")
    refused = writer.push(plan(other))
    assert (again.existing, again.ids) == (keys(first), made.ids)
    assert "another document under this key" in rejected(refused)[first.key]
    (move,) = on_server(admin, first)
    assert (move["amount_untaxed"], len(move["invoice_line_ids"])) == (180.9, 2)


def test_eight_writers_with_one_key_make_one_draft(admin: Odoo, robot: Odoo, schema: Schema, ordered: Ordered) -> None:
    upsert, ready = draft(ordered), Barrier(8)

    def push(odoo: Odoo) -> Written:
        ready.wait()
        return Writer(odoo, schema).push(plan(upsert))

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(push, [robot.clone() for _ in range(8)]))
    (move,) = on_server(admin, upsert)
    assert [result.ids for result in results] == [{upsert.key: move["id"]}] * 8
    assert all(result.created + result.existing == keys(upsert) and not result.rejected for result in results)
    assert len(move["invoice_line_ids"]) == 2


def test_the_same_hours_under_two_keys_at_once_make_one_draft(
    admin: Odoo, robot: Odoo, schema: Schema, ordered: Ordered
) -> None:
    line = next(ordered.lines)
    rivals, ready = [draft(ordered, line) for _ in range(4)], Barrier(4)

    def push(odoo: Odoo, upsert: Upsert) -> Written:
        ready.wait()
        return Writer(odoo, schema).push(plan(upsert))

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(push, [robot.clone() for _ in rivals], rivals))
    (move,) = on_server(admin, *rivals)
    assert sorted(move["timesheet_ids"]) == sorted(ordered.hours[line])
    assert sum(len(result.created) for result in results) == 1
    assert sum(len(result.rejected) for result in results) == 3


def test_one_poisoned_record_stops_only_itself(admin: Odoo, writer: Writer, ordered: Ordered) -> None:
    good = [draft(ordered) for _ in range(12)]
    billed = draft(ordered)
    assert writer.push(plan(billed)).created == keys(billed)
    twice = draft(ordered, int(billed.lines[1].values["order_line_ids"][0]))
    missing = draft(ordered, timesheet_ids=(2_000_000_000,))
    written = writer.push(plan(*good[:4], twice, *good[4:8], missing, *good[8:]))
    assert written.created == keys(*good)
    assert set(rejected(written)) == set(keys(twice, missing))
    assert "2000000000" in rejected(written)[missing.key]
    assert len(on_server(admin, *good, twice, missing)) == len(good)


def test_what_load_would_wrongly_accept_is_refused_before(admin: Odoo, writer: Writer, ordered: Ordered) -> None:
    within = {"allowed_company_ids": [ordered.company]}
    (archived,) = admin.call("res.partner", "create", vals_list=[{"name": "Archivé", "active": False}])
    (old,) = admin.call("product.product", "create", vals_list=[{"name": "Ancien", "type": "service", "active": False}])
    accounts = [("account_type", "=", "asset_receivable")]
    (receivable,) = admin.call("account.account", "search", domain=accounts, limit=1, context=within, safe=True)
    (purchases,) = admin.call(
        "account.journal", "search", domain=[("type", "=", "purchase")], limit=1, context=within, safe=True
    )
    (currency,) = admin.call("res.currency", "search", domain=[("active", "=", False)], limit=1, safe=True)
    bad = {
        "is archived": draft(ordered, partner_id=archived),
        "client to invoice is missing": draft(ordered, partner_id=0),
        "“Ancien” is archived": with_line(draft(ordered), product_id=old),
        "receivable or payable": with_line(draft(ordered), account_id=receivable),
        "no sales journal": draft(ordered, journal_id=purchases),
        "not active": draft(ordered, currency_id=currency),
    }
    good = draft(ordered)
    written = writer.push(plan(*bad.values(), good))
    assert written.created == keys(good)
    for words, upsert in bad.items():
        assert words in rejected(written)[upsert.key]
    assert len(on_server(admin, *bad.values())) == 0


def test_a_date_in_a_locked_period_is_refused_before(admin: Odoo, writer: Writer, ordered: Ordered) -> None:
    admin.call("res.company", "write", ids=[ordered.company], vals={"fiscalyear_lock_date": "2020-12-31"})
    locked, open_ = draft(ordered, invoice_date=date(2020, 12, 31)), draft(ordered, invoice_date=date(2026, 10, 31))
    try:
        written = writer.push(plan(locked, open_))
    finally:
        admin.call("res.company", "write", ids=[ordered.company], vals={"fiscalyear_lock_date": False})
    assert written.created == keys(open_)
    assert "31 Dec 2020" in rejected(written)[locked.key]


def extended(first: Upsert, ordered: Ordered, quantity: str = "4") -> Upsert:
    """The draft with the hours of one more order line."""
    late = next(ordered.lines)
    heading, work = first.lines
    more = Line(key=f"{first.key}_l{late}", values={**work.values, "order_line_ids": (late,), "sequence": 3})
    raised = work._replace(values={**work.values, "quantity": Decimal(quantity)})
    values = {
        **first.values,
        "content": json.dumps({"late": late}),
        "timesheet_ids": (*first.values["timesheet_ids"], *ordered.hours[late]),
    }
    return Upsert(
        key=first.key, model="invoice", values=values, lines=(heading, raised, more), extends=True,
        replaces=first.values["content"],
        stood=(Line(key=work.key, values={"quantity": work.values["quantity"]}),),
    )  # fmt: skip


def test_an_untouched_draft_is_extended_and_again_changes_nothing(admin: Odoo, writer: Writer, ordered: Ordered) -> None:
    first = draft(ordered)
    made = writer.push(plan(first))
    more = extended(first, ordered)
    written = writer.push(plan(more))
    assert (written.extended, written.ids) == (keys(first), made.ids)
    (move,) = on_server(admin, first)
    assert (move["amount_untaxed"], len(move["invoice_line_ids"])) == (542.7, 3)
    assert sorted(move["timesheet_ids"]) == sorted(more.values["timesheet_ids"])
    assert writer.push(plan(more)).left == keys(first)
    assert on_server(admin, first) == [move]


@pytest.mark.parametrize("change", ["posted", "line added", "quantity", "content", "deleted"])
def test_what_a_person_changed_is_left_alone(admin: Odoo, writer: Writer, ordered: Ordered, change: str) -> None:
    first = draft(ordered)
    ids = list(writer.push(plan(first)).ids.values())
    if change == "posted":
        admin.call("account.move", "action_post", ids=ids)
    elif change == "line added":
        added = {"name": "Frais", "quantity": 1, "price_unit": 5}
        admin.call("account.move", "write", ids=ids, vals={"invoice_line_ids": [[0, 0, added]]})
    elif change == "quantity":
        (line,) = admin.call("account.move.line", "search", domain=[("move_id", "in", ids), ("quantity", "=", 2)])
        admin.call("account.move.line", "write", ids=[line], vals={"quantity": 1})
    elif change == "content":
        admin.call("account.move", "write", ids=ids, vals={"x_regie_content": "{}"})
    else:
        admin.call("account.move", "unlink", ids=ids)
    before = on_server(admin, first)
    written = writer.push(plan(extended(first, ordered)))
    assert written.left == keys(first)
    assert not written.rejected
    assert on_server(admin, first) == before


def test_a_line_with_an_account_of_its_own_goes_with_lines_that_have_odoos(
    admin: Odoo, writer: Writer, ordered: Ordered
) -> None:
    within = {"allowed_company_ids": [ordered.company]}
    (account,) = admin.call(
        "account.account", "search", domain=[("account_type", "=", "liability_current")], limit=1, context=within, safe=True
    )
    upsert = draft(ordered)
    deduction = {
        "display": "product", "name": "Acompte", "quantity": Decimal(-1), "price_unit": Decimal("30.15"), "tax_ids": (),
        "account_id": account, "is_downpayment": True, "sequence": 9,
    }  # fmt: skip
    upsert = upsert._replace(lines=(*upsert.lines, Line(key=f"{upsert.key}_dp", values=deduction)))
    assert writer.push(plan(upsert)).created == keys(upsert)
    (move,) = on_server(admin, upsert)
    lines = admin.call(
        "account.move.line", "read", ids=move["invoice_line_ids"], fields=["account_id", "is_downpayment"], load="", safe=True
    )
    assert move["amount_untaxed"] == 150.75
    assert [line["is_downpayment"] for line in lines if line["account_id"] == account] == [True]


def test_a_quantity_that_odoo_rounds_is_told_by_the_reading_back(writer: Writer, ordered: Ordered) -> None:
    upsert = draft(ordered, quantity="1.2345")
    written = writer.push(plan(upsert))
    assert "quantity: sent 1.2345, found 1.23" in rejected(written)[upsert.key]
    assert upsert.key in written.ids


class Silent:
    """A connection whose answers to `load` are lost after Odoo has committed (`reaches`) or before it hears (not)."""

    def __init__(self, odoo: Odoo, reaches: bool) -> None:
        self.odoo, self.reaches = odoo, reaches

    def __getattr__(self, name: str) -> Any:
        return getattr(self.odoo, name)

    def clone(self) -> "Silent":
        return Silent(self.odoo.clone(), self.reaches)

    def call(self, model: str, method: str, **arguments: Any) -> Any:
        if method == "load":
            if self.reaches:
                self.odoo.call(model, method, **arguments)
            raise OutcomeUnknown("no answer")
        return self.odoo.call(model, method, **arguments)


@pytest.mark.parametrize("reaches", [True, False])
def test_a_lost_answer_is_settled_by_reading_and_the_next_run_by_replaying(
    admin: Odoo, robot: Odoo, schema: Schema, writer: Writer, ordered: Ordered, reaches: bool
) -> None:
    upsert = draft(ordered)
    lost = Writer(Silent(robot, reaches), schema).push(plan(upsert))  # type: ignore[arg-type]
    assert lost.created == (keys(upsert) if reaches else ())
    assert set(rejected(lost)) == (set() if reaches else {upsert.key})
    again = writer.push(plan(upsert))
    assert (again.existing if reaches else again.created) == keys(upsert)
    assert len(on_server(admin, upsert)) == 1


@pytest.mark.parametrize(
    "fault", ["key twice", "line key twice", "unknown model", "unknown value", "foreign key", "no company"]
)
def test_a_plan_that_contradicts_itself_is_refused_whole(admin: Odoo, writer: Writer, ordered: Ordered, fault: str) -> None:
    good = draft(ordered, ordered.spare)
    other = draft(ordered, ordered.spare)
    faults: dict[str, dict[str, Any]] = {
        "key twice": {"key": good.key},
        "line key twice": {"lines": good.lines},
        "unknown model": {"model": "poem"},
        "unknown value": {"values": {**other.values, "colour": "red"}},
        "foreign key": {"key": "sale.order_1"},
        "no company": {"values": {**other.values, "company_id": 0}},
    }
    with pytest.raises(DataError):
        writer.push(plan(good, other._replace(**faults[fault])))
    assert on_server(admin, good) == []


def test_an_empty_plan_writes_nothing(writer: Writer) -> None:
    assert writer.push(plan()) == Written()
