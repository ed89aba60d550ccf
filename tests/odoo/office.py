"""The consulting company at work on its CRAs: made, signed, approved, validated, each step as the user who takes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import yaml
from trade import FILES, OCTOBER, Desk, QuietScreen

from connectors.odoo import errors
from flows.cra import cra
from flows.shape import Mode, Report, Screen
from mappings.vocabulary.period import Period

TASK, PROJECT = "project.task", "project.project"
CAMILLE, CLAIRE = "camille@stafforia.example", "claire@stafforia.example"
SOPHIE, JULIEN = "sophie@stafforia.example", "julien@stafforia.example"
LAURE, HUGO = "laure.petit@clientis.example", "hugo.moreau@neo.example"
REFUSED = (errors.DataError, errors.AccessDenied)


@dataclass
class Office:
    """The consulting company with its CRAs; `line`: those of that order line, 0 where there is one CRA a month."""

    desk: Desk
    line: int = 0

    def run(self, period: Period = OCTOBER, today: date = date(2026, 11, 1), mode: Mode = Mode.APPLY, **policy: Any) -> Report:
        """The flow, as the integration user, with these settings in the company's file."""
        report = self.run_with(QuietScreen(), period, today, mode, **policy)
        rejected = report.written.rejected if report.written else ()
        assert not rejected, rejected
        return report

    def run_with(
        self, screen: Screen, period: Period = OCTOBER, today: date = date(2026, 11, 1), mode: Mode = Mode.APPLY, **policy: Any
    ) -> Report:
        """The same on this screen, whatever Odoo refuses."""
        content = yaml.safe_load((FILES / "stafforia.yaml").read_text()) | {"cra": policy}
        self.desk.files.mkdir(exist_ok=True)
        (self.desk.files / "stafforia.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("REGIE_COMPANIES", str(self.desk.files))
            return cra("stafforia", period, today, mode, screen, self.desk.robot())[0]

    def cra(self, period: Period = OCTOBER) -> int:
        of_line = [("x_regie_order_line_id", "=", self.line)] if self.line else []
        [row] = self.desk.rows(TASK, [("x_regie_month", "=", str(period.since)), *of_line], "id")
        return int(row["id"])

    def task(self, *fields: str, period: Period = OCTOBER) -> dict[str, Any]:
        return self.desk.row(TASK, self.cra(period), *fields)

    def stage(self, step: str) -> int:
        return self.desk.ref(f"__regie__.cra_stage_{step}")

    def step(self, period: Period = OCTOBER) -> str:
        at = self.task("stage_id", period=period)["stage_id"]
        return next(step for step in ("consultant", "client", "manager", "validated") if self.stage(step) == at)

    def move(self, by: str, step: str, period: Period = OCTOBER) -> None:
        self.desk.write(TASK, self.cra(period), by, stage_id=self.stage(step))

    def says(self, by: str, text: str, period: Period = OCTOBER) -> None:
        self.desk(
            TASK, "message_post", self.cra(period), by, body=text, message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def proofs(self, period: Period = OCTOBER) -> list[dict[str, Any]]:
        proof = [("res_model", "=", TASK), ("res_id", "=", self.cra(period)), ("x_regie_key", "!=", False)]
        return self.desk.rows("ir.attachment", proof, "name", "description", "datas", "mimetype")

    def billed(self) -> tuple[dict[str, float], list[str]]:
        """What a run that asks for CRAs would bill Clientis, and what it says of it."""
        shown = self.desk.bill(mode=Mode.PREVIEW, cra_required=True)
        drafts = {str(one.values["origin"]): float(one.amount_untaxed) for one in shown.plan.upserts}
        [order] = self.desk.rows("sale.order", [("partner_id.name", "=", "Clientis Group")], "name")
        mine = [one.message for one in shown.plan.findings if order["name"] in one.record.name]
        return {name: amount for name, amount in drafts.items() if name == order["name"]}, mine

    def sign_contract(self) -> None:
        [order] = self.desk.rows("sale.order", [("partner_id.name", "=", "Clientis Group")], "id")
        self.desk.write("sale.order", order["id"], SOPHIE, x_regie_contract_signed_on="2026-10-30")


def refused(call: Callable[[], object]) -> None:
    with pytest.raises(REFUSED):
        call()
