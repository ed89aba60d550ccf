"""What Regie remembers of the months that went out: an export that nobody deletes, and that counts once it is cancelled."""

import pytest
from pay_desk import Run
from trade import NOVEMBER, Desk

from connectors.odoo import connect, errors
from flows.provision import locks_stand, provision
from flows.shape import Mode
from mappings.odoo.provision import PAY_LOCKS

pytestmark = pytest.mark.sandbox


def export(desk: Desk) -> int:
    [row] = desk.rows("account.move", [("x_regie_key", "=like", "evp%")], "id")
    return int(row["id"])


@pytest.mark.parametrize("state", ["draft", "cancel"])
def test_nobody_deletes_an_export(stafforia: Desk, pay: Run, state: str) -> None:
    pay()
    if state == "cancel":
        stafforia("account.move", "button_cancel", export(stafforia), by=stafforia.accountant)
    for who in (stafforia.accountant, "admin"):
        with pytest.raises(errors.DataError, match="Annulez-la plutôt"):
            stafforia("account.move", "unlink", export(stafforia), by=who)
    assert stafforia.row("account.move", export(stafforia), "state")["state"] == state


def test_another_draft_is_deleted_as_ever(stafforia: Desk) -> None:
    made = stafforia.make("account.move", stafforia.accountant, move_type="entry", ref="EVP à la main")
    stafforia("account.move", "unlink", made, by=stafforia.accountant)
    assert stafforia.rows("account.move", [("id", "=", made)], "id") == []


def test_an_odoo_provisioned_before_the_lock_has_it_once_it_is_provisioned_again(stafforia: Desk) -> None:
    """What stands is never changed: the rule by which Regie sees its first locks stays as it was made."""
    for model, key in (("base.automation", "lock_pay_deleted"), ("ir.rule", "rule_robot_more_automation")):
        stafforia(model, "unlink", stafforia.ref(f"__regie__.{key}"))
    robot = connect(stafforia.robot())
    assert not locks_stand(robot, PAY_LOCKS)
    provision(stafforia.as_("admin"))
    assert locks_stand(robot, PAY_LOCKS)


def test_cancelled_it_lets_the_period_be_locked_for_good_and_still_counts(stafforia: Desk, pay: Run) -> None:
    """The last of the module: no date takes that lock back."""
    first = pay()
    with pytest.raises(errors.DataError, match=r"(?i)brouillon"):
        stafforia.write("res.company", stafforia.company_id, hard_lock_date="2026-10-31")
    stafforia("account.move", "button_cancel", export(stafforia), by=stafforia.accountant)
    stafforia.write("res.company", stafforia.company_id, hard_lock_date="2026-10-31")
    again = pay()
    assert again.written is not None and again.written.ids == {} and again.revision == first.revision
    assert "pay_done" in [one.code for one in again.plan.findings]
    november = pay(Mode.PREVIEW, NOVEMBER)
    assert november.export is not None and "PRIME" not in set(november.export.records["kind"])
