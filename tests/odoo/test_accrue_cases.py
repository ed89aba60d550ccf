"""Closings case by case on a real Odoo: other currencies and countries, old work, milestones, credits, down payments.

Each case is an order of its own whose client nothing else has; one closing books them all, and each test reads its own client's
lines of the entries. Figures: hours by the price of the order, at 20 % where there is tax.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from closings import entries, entry, of_client, opposite
from trade import FILES, NOVEMBER, OCTOBER, Desk, Order, QuietScreen

from flows.accrue import accrue
from flows.shape import Mode, Report
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Severity

pytestmark = pytest.mark.sandbox

D = Decimal
FAE = "fae_{company}_2026_10_31"
EU_ACCOUNT = "706200"
NOTHING: dict[str, Decimal] = {}


@dataclass
class Closed:
    """A company with its cases, closed on 31 October: `report` of the run that wrote the entries."""

    desk: Desk
    companies: Path
    orders: dict[str, Order] = field(default_factory=dict)
    report: Report | None = None

    def close(self, period: Period = OCTOBER, mode: Mode = Mode.PREVIEW, **policy: Any) -> Report:
        """The flow as the integration user."""
        content = yaml.safe_load((FILES / "stafforia.yaml").read_text())
        content["closing"] |= policy
        (self.companies / "stafforia.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("REGIE_COMPANIES", str(self.companies))
            return accrue("stafforia", period, mode, QuietScreen(), self.desk.robot())

    def booked(self, case: str) -> dict[str, Decimal]:
        """Debit less credit by account of that order's lines in the accrual; the reversal holds the opposite."""
        client = self._client(case)
        found = of_client(self.desk, entry(self.desk, FAE), client)
        assert of_client(self.desk, entry(self.desk, f"{FAE}_back"), client) == opposite(found)
        return found

    def texts(self, case: str) -> set[str]:
        """What the lines of that order say in the accrual."""
        ids = entry(self.desk, FAE)["line_ids"]
        mine = [("id", "in", ids), ("partner_id.name", "=", self._client(case))]
        return {row["name"].replace("\u202f", "\xa0") for row in self.desk.rows("account.move.line", mine, "name")}

    def findings(self, case: str, report: Report | None = None) -> dict[str, tuple[Decimal, Decimal]]:
        """Codes of what a run says of that order, with hours and money."""
        report = report or self.report
        assert report is not None
        return self.orders[case].findings(report)

    def _client(self, case: str) -> str:
        return str(self.desk.row("res.partner", self.orders[case].client, "name")["name"])


def proposed(report: Report, order: Order) -> Decimal:
    """Before tax, what an accrual that would be written holds of an order."""
    lines = {str(line) for line in order.all_lines()}
    [accrual] = [one for one in report.plan.upserts if ".fae_" in one.key and not one.values["reverses_key"]]
    return sum((D(held["amount"]) for line, held in accrual.values["content"]["lines"].items() if line in lines), D(0))


@pytest.fixture(scope="module")
def closed(stafforia: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Closed]:
    made = Closed(stafforia, tmp_path_factory.mktemp("closed"))
    for case in (dollars, elsewhere_in_the_eu, old, unvalidated, milestones, credited, paid_ahead):
        made.orders |= case(stafforia)
    made.report = made.close(mode=Mode.APPLY)
    yield made


def hourly(desk: Desk, price: float = 80.00, quantity: float = 100, **values: Any) -> Order:
    return desk.order(desk.sold("REGIE-H", quantity, price), **values)


# The cases: what each client ordered, and what was done for it


def dollars(desk: Desk) -> dict[str, Order]:
    """10 h at 100.00 $. A euro is 1.25 $ on the closing date, 1.60 $ before and 2.00 $ after."""
    dollar = desk.ref("base.USD")
    desk.write("res.currency", dollar, active=True)
    for day, rate in (("2026-10-01", 1.6), ("2026-10-31", 1.25), ("2026-11-01", 2.0)):
        desk.make("res.currency.rate", currency_id=dollar, company_id=desk.company_id, name=day, rate=rate)
    pricelist = desk.make("product.pricelist", name="Dollars", currency_id=dollar, company_id=desk.company_id)
    order = hourly(desk, 100.00, pricelist_id=pricelist)
    order.work(10)
    return {"dollars": order}


def elsewhere_in_the_eu(desk: Desk) -> dict[str, Order]:
    """10 h for a Belgian client with a VAT number; the fiscal position that Odoo finds for it books services to 706200."""
    [services] = desk.rows("account.account", [("code", "=", "706000"), ("company_ids", "in", desk.company_id)], "id")
    intra_eu = desk.make(
        "account.account", name="Prestations intracommunautaires", code=EU_ACCOUNT, account_type="income",
        company_ids=[(6, 0, [desk.company_id])],
    )  # fmt: skip
    here = [("company_id", "=", desk.company_id), ("vat_required", "=", True)]
    [position] = desk.rows("account.fiscal.position", here, "id")
    mapped = {"account_src_id": services["id"], "account_dest_id": intra_eu}
    desk.write("account.fiscal.position", position["id"], account_ids=[(0, 0, mapped)])
    client = desk.client(country_id=desk.ref("base.be"), vat="BE0477472701")
    order = hourly(desk, client=client)
    order.work(10)
    return {"eu": order}


def old(desk: Desk) -> dict[str, Order]:
    """2 h of 31 August are 61 days old on 31 October, 1 h of 1 September is 60 days old."""
    order = hourly(desk)
    order.work(2, "2026-08-31")
    order.work(1, "2026-09-01")
    order.work(1, "2026-10-31")
    return {"old": order}


def unvalidated(desk: Desk) -> dict[str, Order]:
    order = hourly(desk)
    order.work(5)
    order.work(3, "2026-10-21", validate=False)
    return {"unvalidated": order}


def milestones(desk: Desk) -> dict[str, Order]:
    """20 days at 650.00, nobody says how far the project is: 30 % reached in October, 40 % on 3 November."""
    order = desk.order(desk.sold("FORFAIT-JALON", 20, 650.00))
    [first] = desk.rows("project.milestone", [("sale_line_id", "=", order.line)], "id", "project_id")
    desk.write("project.milestone", first["id"], desk.manager, name="Cadrage", quantity_percentage=0.3)
    more = {"project_id": first["project_id"], "sale_line_id": order.line, "quantity_percentage": 0.4}
    second = desk.make("project.milestone", desk.manager, name="Réalisation", **more)
    for step, day in ((first["id"], "2026-10-15"), (second, "2026-11-03")):
        desk.write("project.milestone", step, desk.manager, is_reached=True)
        desk.write("project.milestone", step, desk.manager, reached_date=day)
    return {"milestones": order}


def credited(desk: Desk) -> dict[str, Order]:
    """10 h at 80.00 each, invoiced in October; then 3 h credited, all reversed in October, all reversed in November."""
    found = {}
    for case, day in (("conceded", "2026-10-31"), ("reversed", "2026-10-31"), ("reversed later", "2026-11-03")):
        order = found[case] = hourly(desk)
        order.work(10)
        invoice = desk.wizard(order.id)
        desk.post(invoice, "2026-10-25")
        credit = desk.credit(invoice)
        if case == "conceded":
            [line] = desk.rows("account.move.line", [("move_id", "=", credit), ("display_type", "=", "product")], "id")
            desk.write("account.move.line", line["id"], desk.accountant, quantity=3)
        if desk.row("account.move", credit, "state")["state"] == "draft":
            desk.post(credit, day)
        assert desk.row("account.move", credit, "date", "state") == {"id": credit, "date": day, "state": "posted"}
    return found


def paid_ahead(desk: Desk) -> dict[str, Order]:
    """Half of 8,000.00 received. 50 h done and open; nothing done; 30 h done, invoiced and deducted from what was received."""
    found = {case: hourly(desk) for case in ("paid ahead", "paid and not begun", "paid and invoiced")}
    for order in found.values():
        desk.post(desk.wizard(order.id, "percentage", amount=50), "2026-10-02")
    found["paid ahead"].work(50)
    found["paid and invoiced"].work(30)
    report = desk.bill()
    assert report.written is not None
    [draft] = found["paid and invoiced"].drafts()
    assert (draft.products, draft.untaxed) == ([(30, 80.0), (-1, 2400.0)], 0)
    desk.post(draft.id)
    return found


# What the closing books of each


def test_another_currency_is_booked_at_the_rate_of_the_closing_date(closed: Closed) -> None:
    """1,000.00 $ are 800.00 at 1.25, and 20 % of it 160.00."""
    assert closed.booked("dollars") == {"418100": D("960.00"), "706000": D("-800.00"), "445870": D("-160.00")}
    [text] = closed.texts("dollars")
    assert "1\xa0000,00\xa0$" in text and "1,25 USD" in text and "31/10/2026" in text


def test_a_client_elsewhere_in_the_eu_has_no_tax_and_its_mapped_account(closed: Closed) -> None:
    assert closed.booked("eu") == {"418100": D("800.00"), EU_ACCOUNT: D("-800.00")}


def test_the_accrual_books_where_the_invoice_does(closed: Closed) -> None:
    """Odoo chooses the account of a draft's line itself; of this client, through its fiscal position."""
    desk = closed.desk
    [draft] = closed.orders["eu"].drafts()
    [line] = [line for line in draft.lines if line["display_type"] == "product"]
    assert desk.row("account.account", line["account_id"], "code")["code"] == EU_ACCOUNT
    assert (draft.untaxed, draft.tax) == (800, 0)


def test_work_older_than_60_days_is_accrued_and_named(closed: Closed) -> None:
    assert closed.booked("old") == {"418100": D("384.00"), "706000": D("-320.00"), "445870": D("-64.00")}
    assert closed.findings("old") == {"closing_old": (D(2), D("160.00"))}


def test_time_that_nobody_validated_is_a_setting_and_listed_under_both(closed: Closed) -> None:
    assert closed.booked("unvalidated") == {"418100": D("480.00"), "706000": D("-400.00"), "445870": D("-80.00")}
    assert closed.findings("unvalidated") == {"not_validated": (D(3), D("240.00"))}


def test_milestones_count_from_the_day_they_were_reached(closed: Closed) -> None:
    """30 % of 13,000.00 on 31 October."""
    assert closed.booked("milestones") == {"418100": D("4680.00"), "706000": D("-3900.00"), "445870": D("-780.00")}
    [text] = closed.texts("milestones")
    assert "Cadrage" in text and "Réalisation" not in text


def test_a_partial_credit_is_a_concession_and_a_whole_one_opens_the_work_again_from_its_day(closed: Closed) -> None:
    assert closed.booked("conceded") == NOTHING and closed.booked("reversed later") == NOTHING
    assert closed.booked("reversed") == {"418100": D("960.00"), "706000": D("-800.00"), "445870": D("-160.00")}


def test_down_payments_are_no_revenue_and_nothing_of_them_is_deferred(closed: Closed) -> None:
    assert closed.booked("paid ahead") == {"418100": D("4800.00"), "706000": D("-4000.00"), "445870": D("-800.00")}
    assert closed.booked("paid and not begun") == closed.booked("paid and invoiced") == NOTHING
    assert [one["x_regie_key"] for one in entries(closed.desk) if one["x_regie_key"].startswith("pca")] == []


def test_an_accrual_that_is_posted_without_its_reversal_is_critical_until_that_is_posted_too(closed: Closed) -> None:
    """Revenue counts twice meanwhile. With the next, the last of the module: they post and delete the entries."""
    desk = closed.desk

    def critical() -> dict[str, Severity]:
        return {one.record.name: one.severity for one in closed.close().plan.findings if one.code == "closing_half_posted"}

    assert critical() == {}
    desk("account.move", "action_post", entry(desk, FAE)["id"], desk.accountant)
    [name] = [row["name"] for row in desk.rows("account.move", [("id", "=", entry(desk, FAE)["id"])], "name")]
    assert critical() == {name: Severity.CRITICAL}
    desk("account.move", "action_post", entry(desk, f"{FAE}_back")["id"], desk.accountant)
    assert critical() == {}


def test_with_the_other_setting_and_on_a_later_day(closed: Closed) -> None:
    """Time not validated accrued too; a month later the second milestone is reached and what was reversed is open again."""
    desk = closed.desk
    made = entries(desk)
    desk("account.move", "button_draft", [one["id"] for one in made if one["state"] == "posted"])
    desk("account.move", "unlink", [one["id"] for one in made])
    october = closed.close(not_validated="accrue")
    assert proposed(october, closed.orders["unvalidated"]) == 640
    assert closed.findings("unvalidated", october) == {"not_validated": (D(3), D("240.00"))}
    november = closed.close(NOVEMBER)
    assert proposed(november, closed.orders["milestones"]) == 9100
    assert proposed(november, closed.orders["reversed later"]) == 800
    assert proposed(november, closed.orders["dollars"]) == 500, "a euro is 2.00 $ since 1 November"
