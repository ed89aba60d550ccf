"""The detail that goes to the client with each draft: the hours behind every line, in the client's language."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flows.detail import Detail, DetailRow, DetailSection, detail_pdf
from flows.shape import Report
from flows.workplace import CONNECTIONS
from mappings.vocabulary.labels import Labels, language_of
from mappings.vocabulary.period import period_of
from mappings.vocabulary.plan import Plan, Upsert
from mappings.vocabulary.units import MICRO, quantity
from mappings.vocabulary.written import Document
from rules.billing.content import ContentLine, parse
from rules.billing.data import BillingData


def details(data: BillingData, report: Report, plan: Plan) -> dict[str, Document]:
    """One PDF a draft, by key. The same draft gives the same bytes."""
    written = [[line for line in parse(str(upsert.values["content"])) if line.quantity] for upsert in plan.upserts]
    # Looked up together: there may be thousands of drafts.
    logged = data.logged({key for lines in written for line in lines for key in line.hours})
    laid_out = [_detail(data, report, upsert, lines, logged) for upsert, lines in zip(plan.upserts, written, strict=True)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:  # typesetting is no Python: the threads do not wait for each other
        contents = pool.map(detail_pdf, laid_out)
        return {
            upsert.key: Document(name=_name(upsert, detail), mimetype="application/pdf", content=content)
            for upsert, detail, content in zip(plan.upserts, laid_out, contents, strict=True)
        }


def _name(upsert: Upsert, detail: Detail) -> str:
    title = Labels(language_of(detail.language))("detail.title")
    return f"{title} {detail.until:%Y-%m} {upsert.values['origin']}.pdf".replace("/", "-")


def _detail(data: BillingData, report: Report, upsert: Upsert, lines: list[ContentLine], logged: dict[int, Any]) -> Detail:
    partner = data.rows("partners").get(upsert.values["partner_id"])
    period = period_of(upsert.key, report.period)
    return Detail(
        client=data.name("partners", upsert.values["partner_id"]),
        language=partner.language if partner else "",
        company=report.company,
        orders=_orders(upsert),
        since=period.since,
        until=period.until,
        sections=tuple(_section(data, line, logged) for line in lines),
    )


def _orders(upsert: Upsert) -> tuple[str, ...]:
    """Names of the orders it bills; a contract is none."""
    sold = any(line.values.get("order_line_ids") for line in upsert.lines)
    return tuple(str(upsert.values["origin"]).split(", ")) if sold else ()


def _section(data: BillingData, line: ContentLine, logged: dict[int, Any]) -> DetailSection:
    if line.contract_line_id:
        unit = data.name("units", data.rows("contract_lines")[line.contract_line_id].unit_id)
        return DetailSection(title=line.name, unit=unit, quantity=line.quantity)
    unit_hours = data.unit_hours(line.order_line_id)
    rows = sorted((logged[key] for key in line.hours if key in logged), key=lambda row: row.date)
    by_day = unit_hours not in (0, MICRO)
    return DetailSection(
        title=line.name,
        unit=data.name("units", data.line(line.order_line_id).unit_id),
        quantity=line.quantity,
        rows=tuple(
            DetailRow(
                date=row.date.date(),
                person=data.name("employees", row.employee_id),
                task=data.name("tasks", row.task_id) if row.task_id else "",
                description=row.description,
                hours=quantity(line.hours[row.id]),
                quantity=quantity(line.hours[row.id] * MICRO // unit_hours) if by_day else None,
            )
            for row in rows
        ),
    )
