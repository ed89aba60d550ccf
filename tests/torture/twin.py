"""Odoo's state after a run, so that two can be compared to the record and the cent.

Without database ids of new records, moments and order of arrival. Records that stood before have the same id everywhere; new
ones are called by what they are.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from tests import undo

Row = dict[str, Any]
State = dict[str, Any]

TABLES = (
    "account_move", "account_move_line", "account_move_line_account_tax_rel", "sale_order_line_invoice_rel",
    "account_account_tag_account_move_line_rel", "account_analytic_line", "ir_attachment", "ir_model_data", "mail_message",
    "mail_followers", "sale_order", "sale_order_line", "project_milestone",
)  # fmt: skip
"""Read whole: what a billing run makes or changes."""

UNCOUNTED = ("bus_bus", "res_users_log", "res_device_log")
"""Tables that tell of visits, not of business."""

_MOMENTS = frozenset({"id", "create_date", "write_date", "date_last_nextcall", "access_token", "store_fname", "file_size"})
"""`write_date` moves when a call is repeated; a file's place in the store follows from its checksum, which is compared."""


def query() -> str:
    """One statement for all rows, as (table, JSON), and the number of records of every table."""
    parts = [f"SELECT '{table}' AS name, to_jsonb(t) AS row FROM {table} t WHERE {_relevant(table)}" for table in TABLES]
    return " UNION ALL ".join([*parts, undo.COUNTED])


def _relevant(table: str) -> str:
    if table == "ir_model_data":
        return "module NOT IN (SELECT name FROM ir_module_module)"
    return "res_model IS DISTINCT FROM 'ir.ui.view' AND url IS NULL" if table == "ir_attachment" else "true"


def state(answer: list[list[str]]) -> State:
    """What `query` answered, in a form that is the same wherever the same stands in Odoo."""
    rows: dict[str, list[Row]] = {table: [] for table in (*TABLES, "counted")}
    for table, row in answer:
        rows[table].append(json.loads(row))
    moves = {row["id"]: row["x_regie_key"] or f"{row['name']} {row['invoice_origin']}" for row in rows["account_move"]}
    lines = {row["id"]: _line(row, moves) for row in rows["account_move_line"]}
    called = {("account.move", id_): name for id_, name in moves.items()}
    called |= {("account.move.line", id_): name for id_, name in lines.items()}
    called |= {("ir.attachment", row["id"]): f"file {row['name']} {row['checksum']}" for row in rows["ir_attachment"]}
    counted = {table: int(number) for row in rows.pop("counted") for table, number in row.items() if table not in UNCOUNTED}
    found: State = {
        table: sorted((_plain(table, row, called) for row in some), key=lambda row: json.dumps(row, sort_keys=True))
        for table, some in rows.items()
    }
    return found | {"number of records": counted}


def _line(row: Row, moves: dict[int, str]) -> str:
    told = (row[name] for name in ("display_type", "sequence", "account_id", "product_id", "name", "balance"))
    return f"{moves[row['move_id']]}: {' '.join(str(one) for one in told)}"


_POINTS = {
    "move_id": "account.move", "reversed_entry_id": "account.move", "timesheet_invoice_id": "account.move",
    "invoice_line_id": "account.move.line", "account_move_line_id": "account.move.line",
    "message_main_attachment_id": "ir.attachment",
}  # fmt: skip
"""Columns that point at records a run makes."""


def _plain(table: str, row: Row, called: dict[tuple[str, int], str]) -> Row:
    plain = {name: value for name, value in row.items() if name not in _MOMENTS and value is not None}
    for name, model in _POINTS.items():
        if name in plain:
            plain[name] = called.get((model, plain[name]), plain[name])
    model = plain.get("res_model") or plain.get("model")
    if "res_id" in plain:
        plain["res_id"] = called.get((model, plain["res_id"]), plain["res_id"])
    if table in ("sale_order", "sale_order_line", "account_analytic_line", "project_milestone"):
        plain["id"] = row["id"]
    if table == "mail_message":
        plain = {name: plain.get(name) for name in ("model", "res_id", "message_type", "subtype_id", "body", "author_id")}
    return plain


def without(found: State, columns: frozenset[str]) -> State:
    """The state without these columns."""
    return {
        table: rows if isinstance(rows, dict) else [{n: v for n, v in row.items() if n not in columns} for row in rows]
        for table, rows in found.items()
    }


def differences(meant: State, stands: State, most: int = 12) -> list[str]:
    """Where two states differ, in words; empty when they are equal."""
    found = [words for table in meant for words in _differing(table, meant[table], stands[table])]
    return found if len(found) <= most else [*found[:most], f"and {len(found) - most} more"]


def _differing(table: str, meant: Any, stands: Any) -> Iterator[str]:
    if isinstance(meant, dict):
        for name in sorted(meant.keys() | stands.keys()):
            if meant.get(name) != stands.get(name):
                yield f"{table} in {name}: {meant.get(name)} meant, {stands.get(name)} stand"
        return
    missing, surplus = _without(meant, stands), _without(stands, meant)
    for row in list(missing):
        near = max(surplus, key=_likeness(row), default=None)
        if near is not None and _likeness(row)(near) > len(row) // 2:
            surplus.remove(near)
            missing.remove(row)
            told = {
                name: (row.get(name), near.get(name)) for name in row.keys() | near.keys() if row.get(name) != near.get(name)
            }
            yield f"{table}: {_short(row)}: (meant, stands) {told}"
    yield from (f"{table}: missing {_short(row)}" for row in missing)
    yield from (f"{table}: too many {_short(row)}" for row in surplus)


def _without(rows: list[Row], others: list[Row]) -> list[Row]:
    left = [json.dumps(row, sort_keys=True) for row in others]
    found = []
    for row in rows:
        text = json.dumps(row, sort_keys=True)
        if text in left:
            left.remove(text)
        else:
            found.append(row)
    return found


def _likeness(row: Row) -> Callable[[Row], int]:
    return lambda other: sum(row[name] == other.get(name) for name in row)


def _short(row: Row) -> str:
    names = ("x_regie_key", "move_id", "invoice_line_id", "name", "id", "res_id", "quantity", "price_unit", "balance")
    return " ".join(f"{name}={row[name]}" for name in names if name in row)[:200]
