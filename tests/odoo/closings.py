"""The entries of closings as they stand in Odoo."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from trade import Desk

D = Decimal


def entries(desk: Desk) -> list[dict[str, Any]]:
    """What closings made."""
    fields = (
        "state",
        "journal_id",
        "date",
        "x_regie_key",
        "reversed_entry_id",
        "line_ids",
        "attachment_ids",
        "ref",
        "write_date",
    )
    keyed = ["|", ("x_regie_key", "=like", "fae%"), ("x_regie_key", "=like", "pca%")]
    return desk.rows("account.move", [*keyed, ("company_id", "=", desk.company_id)], *fields)


def entry(desk: Desk, key: str) -> dict[str, Any]:
    [found] = [one for one in entries(desk) if one["x_regie_key"] == key.format(company=desk.company_id)]
    return found


def balances(desk: Desk, made: dict[str, Any]) -> dict[str, Decimal]:
    """Debit less credit of each account, as it stands in Odoo."""
    codes = {row["id"]: row["code"] for row in desk.rows("account.account", [], "code")}
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in desk.rows("account.move.line", [("id", "in", made["line_ids"])], "account_id", "debit", "credit", "tax_ids"):
        assert not line["tax_ids"]
        found[codes[line["account_id"]]] += D(str(line["debit"])) - D(str(line["credit"]))
    return dict(found)


def of_client(desk: Desk, made: dict[str, Any], client: str) -> dict[str, Decimal]:
    """The same of one client's lines alone."""
    lines = desk.rows("account.move.line", [("id", "in", made["line_ids"]), ("partner_id.name", "=", client)], "id")
    return balances(desk, {"line_ids": [line["id"] for line in lines]})


def opposite(of: dict[str, Decimal]) -> dict[str, Decimal]:
    return {account: -value for account, value in of.items()}
