"""A small company to try the billing rule on: records are named by what they are, in hours and euros as people say them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import frame
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.units import to_micro, to_money
from rules.billing.data import LINE_HOURS, BillingData
from rules.billing.decide import Decision, decide

HOUR, DAY_7, PIECE, DAYS_OF_ODOO = 1, 2, 3, 4
MANAGER = 90
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
FRENCH = Labels("fr")
_ON = {"time": "delivery", "manual": "delivery", "milestones": "delivery", "ordered": "order"}
_BY = {"time": "timesheet", "manual": "manual", "milestones": "milestones", "ordered": "manual"}


@dataclass
class Books:
    """Records by dataset, in the frames' own units; the methods add one each and answer its id."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in ds.DATASETS})
    used_keys: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._add("companies", name="Stafforia", currency_id=1, calendar_id=1, discount_product_id=99)
        self._add("currencies", name="EUR", digits=2)
        self._add("calendars", name="35 h", hours_per_day=to_micro(7))
        for name, hours in (("Heures", 1), ("Jour (7 h)", 7), ("Unités", 0), ("Jours", 8)):
            self._add("units", name=name, hours=to_micro(hours), rounding=to_micro("0.01"))
        for name in ("Kepler", "Clientis"):
            self._add("partners", name=name, language="fr_FR", active=True)
        self._add("projects", name="Mission", company_id=1, billable=True)
        self._add("projects", name="Interne", company_id=1, billable=False)
        self._add("users", id=MANAGER, name="Claire Martin")
        self._add("employees", name="Camille", company_id=1)

    def _add(self, dataset: str, **values: Any) -> int:
        values.setdefault("id", len(self.rows[dataset]) + 1)
        self.rows[dataset].append(values)
        return int(values["id"])

    def order(self, **values: Any) -> int:
        number = len(self.rows["orders"]) + 1
        defaults = {
            "name": f"S{number:05}",
            "company_id": 1,
            "state": "sale",
            "partner_id": 1,
            "invoice_partner_id": 1,
            "currency_id": 1,
            "ordered_on": pd.Timestamp("2026-10-01"),
        }
        return self._add("orders", **{**defaults, **values})

    def line(
        self, order: int, sold: str, quantity: Any = 1, price: Any = 0, unit: int = PIECE, delivered: Any = 0, **values: Any
    ) -> int:
        """A product line sold by `time`, `manual`, `milestones` or `ordered`, with a product of its own."""
        code = values.pop("code", "")
        product = self._add("products", name=f"Produit {sold}", code=code, active=True, invoice_on=_ON[sold])
        defaults = {
            "order_id": order,
            "company_id": 1,
            "state": "sale",
            "sequence": 10,
            "name": f"Produit {sold}",
            "product_id": product,
            "unit_id": unit,
            "ordered": to_micro(quantity),
            "delivered": to_micro(delivered),
            "delivered_by": _BY[sold],
            "price_unit": to_money(price),
            "subtotal": to_money(Decimal(str(quantity)) * Decimal(str(price))),
            "tax_ids": (5,),
        }
        return self._add("order_lines", **{**defaults, **values})

    def hours(self, hours: Any, line: int = 0, day: str = "2026-10-20", **values: Any) -> int:
        defaults = {
            "date": pd.Timestamp(day),
            "hours": to_micro(hours),
            "employee_id": 1,
            "company_id": 1,
            "project_id": 1 if line else 2,
            "order_line_id": line,
            "validated": True,
            "validated_by": MANAGER,
            "validated_on": pd.Timestamp("2026-11-02"),
        }
        return self._add("timesheets", **{**defaults, **values})

    def invoice(self, *lines: tuple[int, Any, Any], hours: Iterable[int] = (), **values: Any) -> int:
        """A posted invoice, as a person makes it: (order line, quantity, price) each; `hours` are linked to it."""
        total = sum(Decimal(str(quantity)) * Decimal(str(price)) for _, quantity, price in lines)
        defaults = {
            "company_id": 1,
            "type": "out_invoice",
            "state": "posted",
            "payment_state": "not_paid",
            "posted_before": True,
            "partner_id": 1,
            "amount_untaxed": to_money(total),
            "accounting_date": pd.Timestamp("2026-10-31"),
            "created_at": datetime(2026, 11, 1, tzinfo=UTC),
            "timesheet_ids": tuple(hours),
        }
        invoice = self._add("invoices", **{**defaults, **values})
        for line, quantity, price in lines:
            sold = self.rows["order_lines"][line - 1]
            self._add(
                "invoice_lines",
                invoice_id=invoice,
                order_line_ids=(line,),
                display="product",
                quantity=to_micro(quantity),
                unit_id=sold["unit_id"],
                price_unit=to_money(price),
                name=sold["name"],
                product_id=sold["product_id"],
                subtotal=to_money(Decimal(str(quantity)) * Decimal(str(price))),
                tax_ids=sold["tax_ids"],
                is_downpayment=sold.get("is_downpayment", False),
            )
        for row in self.rows["timesheets"]:
            if row["id"] in tuple(hours):
                row["invoice_id"] = invoice
        return invoice

    def credit(self, invoice: int, *lines: tuple[int, Any, Any], **values: Any) -> int:
        """A posted credit note; Odoo 19 clears the links of all hours of the lines it takes back."""
        credited = {line for line, _, _ in lines}
        for row in self.rows["timesheets"]:
            if row["order_line_id"] in credited and row.get("invoice_id") == invoice:
                row["invoice_id"] = 0
        return self.invoice(*lines, type="out_refund", reverses_id=invoice, **values)

    def milestone(self, line: int, share: Any, reached: str | None = None) -> int:
        return self._add(
            "milestones",
            name=f"Jalon {share}",
            order_line_id=line,
            share=to_micro(share),
            reached=reached is not None,
            reached_on=pd.Timestamp(reached) if reached else None,
        )

    def record(self, dataset: str, record_id: int) -> dict[str, Any]:
        return next(row for row in self.rows[dataset] if row["id"] == record_id)

    def write(self, decision: Decision) -> None:
        """What Odoo does with the plan: drafts made or extended, hours linked."""
        for upsert in decision.plan.upserts:
            key = upsert.key.removeprefix("__regie__.")
            if upsert.extends:
                invoice = next(row["id"] for row in self.rows["invoices"] if row["key"] == key)
                self.rows["invoice_lines"] = [r for r in self.rows["invoice_lines"] if r["invoice_id"] != invoice]
                self.rows["invoices"] = [r for r in self.rows["invoices"] if r["id"] != invoice]
            else:
                invoice = max((row["id"] for row in self.rows["invoices"]), default=0) + 1
            self._add(
                "invoices",
                id=invoice,
                key=key,
                content=upsert.values["content"],
                company_id=1,
                type="out_invoice",
                state="draft",
                payment_state="not_paid",
                partner_id=upsert.values["partner_id"],
                timesheet_ids=upsert.values["timesheet_ids"],
                amount_untaxed=to_money(upsert.amount_untaxed),
                created_at=datetime(2026, 11, 3, tzinfo=UTC),
            )
            for line in upsert.lines:
                values = line.values
                quantity, price = values.get("quantity", 0), values.get("price_unit", 0)
                discount = Decimal(values.get("discount", 0))
                number = max((row["id"] for row in self.rows["invoice_lines"]), default=0) + 1
                self._add(
                    "invoice_lines",
                    id=number,
                    invoice_id=invoice,
                    order_line_ids=values.get("order_line_ids", ()),
                    display=values["display"],
                    name=values["name"],
                    quantity=to_micro(quantity),
                    price_unit=to_money(price),
                    discount=to_micro(discount),
                    product_id=values.get("product_id", 0),
                    tax_ids=values.get("tax_ids", ()),
                    unit_id=values.get("unit_id", 0),
                    subtotal=to_money(quantity * price * (1 - discount / 100)),
                    is_downpayment=values.get("is_downpayment", False),
                )
            for row in self.rows["timesheets"]:
                if row["id"] in upsert.values["timesheet_ids"]:
                    row["invoice_id"] = invoice

    def data(self, until: date = OCTOBER.until) -> BillingData:
        sheets = frame(ds.TIMESHEETS, self.rows["timesheets"])
        counted = sheets[(sheets["validated"] & (sheets["date"] <= pd.Timestamp(until))) | (sheets["invoice_id"] != 0)]
        counted = counted[counted["order_line_id"] != 0]
        sums = counted.groupby(["order_line_id", "qualification", "kind"], as_index=False)["hours"].sum()
        wanted = ds.DATASETS.keys() & BillingData.__dataclass_fields__.keys() - {"timesheets"}
        frames = {name: frame(ds.DATASETS[name], self.rows[name]) for name in sorted(wanted)}
        frames["timesheets"] = sheets[sheets["date"] <= pd.Timestamp(until)]
        return BillingData(**frames, line_hours=sums[LINE_HOURS.names], used_keys=self.used_keys)

    def decide(self, period: Period = OCTOBER, **policy: Any) -> Decision:
        decision = decide(self.data(period.until), period, BillingPolicy(**policy), FRENCH)
        for found in decision.plan.findings:  # texts are put together when read: each must have its words
            assert found.message and found.remedy
        return decision


def amounts(decision: Decision) -> list[Decimal]:
    return [upsert.amount_untaxed for upsert in decision.plan.upserts]


def codes(decision: Decision) -> list[str]:
    return [finding.code for finding in decision.plan.findings]


def finding(decision: Decision, code: str) -> Any:
    found = [f for f in decision.plan.findings if f.code == code]
    assert len(found) == 1, codes(decision)
    return found[0]


def quantities(decision: Decision) -> list[Decimal]:
    """Quantities of every product line of every draft."""
    return [line.values["quantity"] for u in decision.plan.upserts for line in u.lines if line.values["display"] == "product"]
