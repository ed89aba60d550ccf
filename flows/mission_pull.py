"""What missions are read from: the confirmed lines that sell time, their projects, and who works there."""

import pandas as pd

from connectors.odoo.reader import Reader
from flows.chunks import by_ids, chunks, joined
from mappings.odoo.where import Where
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import conform, frame
from rules.missions.missions import WORKED, MissionData


def pull_missions(reader: Reader, company_id: int) -> MissionData:
    """Everything the rule of missions needs about one company."""
    of_company: Where = [("company_id", "=", company_id)]
    lines = reader.read(ds.ORDER_LINES, [*of_company, ("state", "=", "sale"), ("delivered_by", "=", "timesheet")])
    assignments = by_ids(reader, ds.ASSIGNMENTS, "order_line_id", lines["id"])
    orders = by_ids(reader, ds.ORDERS, "id", lines["order_id"])
    worked = _worked(reader, lines["id"])
    people = pd.concat([lines["consultant_id"], assignments["employee_id"], worked["employee_id"]])
    return MissionData(
        companies=reader.read(ds.COMPANIES, [("id", "=", company_id)]),
        currencies=reader.read(ds.CURRENCIES, archived=False),
        calendars=reader.read(ds.CALENDARS),
        partners=by_ids(reader, ds.PARTNERS, "id", orders["partner_id"]),
        products=by_ids(reader, ds.PRODUCTS, "id", lines["product_id"]),
        units=reader.read(ds.UNITS),
        orders=orders,
        order_lines=lines,
        projects=joined([
            by_ids(reader, ds.PROJECTS, "id", pd.concat([lines["project_id"], assignments["project_id"]])),
            by_ids(reader, ds.PROJECTS, "order_line_id", lines["id"]),
        ]),
        assignments=assignments,
        worked=worked,
        employees=by_ids(reader, ds.EMPLOYEES, "id", people),
    )  # fmt: skip


def _worked(reader: Reader, line_ids: "pd.Series[int]") -> pd.DataFrame:
    by = ["order_line_id", "employee_id"]
    parts = [reader.totals(ds.TIMESHEETS, by, "hours", [("order_line_id", "in", ids)]) for ids in chunks(line_ids)]
    return conform(WORKED, pd.concat(parts, ignore_index=True)) if parts else frame(WORKED)
