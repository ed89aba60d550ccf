"""100,000 timesheets into a DataFrame, all columns of the billing run: Regie against single requests and known clients."""

from collections.abc import Callable, Iterator
from typing import Any

import odooly
import odoorpc
import pandas as pd

from connectors.odoo import connect
from connectors.odoo.reader import Reader
from connectors.odoo.schema import Schema, detect
from mappings.odoo.source import bind
from mappings.odoo.sources import source_of
from mappings.vocabulary.datasets import TIMESHEETS
from sandbox import server
from sandbox.access import Access
from tests.bench.ground import PORT, grown, settings
from tests.bench.measure import Row, alternating

MANY = 100_000
MODEL = source_of(TIMESHEETS.name).model
SINGLE = {"json2": "one request, JSON-2", "jsonrpc": "one request, JSON-RPC", "xmlrpc": "one request, XML-RPC"}
FASTER_THAN_A_REQUEST, FASTER_THAN_ODOORPC = 1.3, 4.0

NOTES: list[str] = []


def rows() -> Iterator[Row]:
    """Everybody reads the same rows and fields, without display names where the client can say so, up to a DataFrame."""
    access = grown(MANY + 5_000)
    [[company, last]] = server.sql(
        PORT,
        "SELECT company_id, max(id) FROM (SELECT id, company_id FROM account_analytic_line WHERE so_line IS NOT NULL"
        " AND timesheet_invoice_id IS NOT NULL ORDER BY id LIMIT 1) first GROUP BY company_id",
    )
    [[last]] = server.sql(
        PORT,
        f"SELECT max(id) FROM (SELECT id FROM account_analytic_line WHERE project_id IS NOT NULL AND company_id = {company}"
        f" ORDER BY id LIMIT {MANY}) read",
    )
    contenders = _contenders(access, int(company), int(last))
    for name, read in contenders.items():
        if (count := len(read())) != MANY:
            raise AssertionError(f"{name} read {count:,} rows")
    took = alternating(contenders, rounds=3)
    NOTES[:] = [_table(took)]
    quickest = min(SINGLE.values(), key=lambda name: took[name])
    yield _row(took, quickest, FASTER_THAN_A_REQUEST)
    yield _row(took, "odoorpc", FASTER_THAN_ODOORPC)
    yield _row(took, "odooly", FASTER_THAN_A_REQUEST)


def _row(took: dict[str, float], other: str, target: float) -> Row:
    ratio = took[other] / took["Regie"]
    figure = f"{ratio:.2f} × ({took['Regie']:.1f} s against {took[other]:.1f} s)"
    return Row(f"read {MANY:,} timesheets into a DataFrame, two connections", other, f"{target} ×", figure, ratio >= target)


def _table(took: dict[str, float]) -> str:
    lines = [
        f"| {name} | {seconds:.1f} | {MANY / seconds:,.0f} |" for name, seconds in sorted(took.items(), key=lambda t: t[1])
    ]
    return "\n".join([f"{MANY:,} timesheets, all fields of the billing run:\n", "| | s | rows/s |", "|---|---|---|", *lines])


def _contenders(access: Access, company: int, last: int) -> dict[str, Callable[[], pd.DataFrame]]:
    odoo = connect(settings(access, "json2"))
    schema = detect(odoo)
    reader = Reader(odoo, schema, [company], connections=2)
    fields = _fields(schema)
    domain: list[Any] = [("project_id", "!=", False), ("company_id", "=", company), ("id", "<=", last)]
    context = {"allowed_company_ids": [company], "tz": "UTC", "active_test": False}
    return {
        "Regie": lambda: reader.read(TIMESHEETS, [("id", "<=", last)]),
        **{name: _single(access, protocol, domain, fields, context) for protocol, name in SINGLE.items()},
        "odoorpc": _odoorpc(access, domain, fields, context),
        "odooly": _odooly(access, domain, fields, context),
    }


def _fields(schema: Schema) -> list[str]:
    places = bind(TIMESHEETS, source_of(TIMESHEETS.name), schema).places
    return sorted({field for place in places.values() for field in place.fields} - {"id"})


def _single(
    access: Access, protocol: str, domain: list[Any], fields: list[str], context: dict[str, Any]
) -> Callable[[], pd.DataFrame]:
    """The quickest there is without a second connection: one `search_read` of raw ids."""
    odoo = connect(settings(access, protocol))
    return lambda: pd.DataFrame(
        odoo.call(MODEL, "search_read", domain=domain, fields=fields, order="id", load="", context=context, safe=True)
    )


def _odoorpc(access: Access, domain: list[Any], fields: list[str], context: dict[str, Any]) -> Callable[[], pd.DataFrame]:
    odoo = odoorpc.ODOO("127.0.0.1", port=access.port, timeout=900)
    odoo.login(access.database, access.bot_login, access.bot_key)
    odoo.env.context.update(context)
    model = odoo.env[MODEL]
    return lambda: pd.DataFrame(model.read(model.search(domain, order="id"), fields))


def _odooly(access: Access, domain: list[Any], fields: list[str], context: dict[str, Any]) -> Callable[[], pd.DataFrame]:
    client = odooly.Client(access.url, access.database, user=access.bot_login, api_key=access.bot_key)
    model = client.env(context=context)[MODEL]
    return lambda: pd.DataFrame(model.search(domain, order="id").read(fields))
