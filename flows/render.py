"""A `Report` as Markdown in the reader's language. What comes from Odoo or from a file is text there, never markup.

Tables hold short cells only: Prefect's UI never breaks a line inside one, so a sentence in a cell would be cut off.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from flows import render_cra, render_entry, render_export, render_margins
from flows.markdown import escape, table
from flows.shape import FORECAST, MARGINS, Report, called
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import mission_line, period_of
from mappings.vocabulary.plan import Finding, Line, Severity, Upsert
from mappings.vocabulary.records import CRA, ENTRY, INVOICE, PAY_EXPORT

_PROPOSALS: dict[str, Callable[[Report], str]] = {
    ENTRY.name: render_entry.proposals,
    CRA.name: render_cra.proposals,
    PAY_EXPORT.name: render_export.proposals,
    MARGINS: render_margins.proposals,
    FORECAST: lambda _: "",
}
_ROWS: dict[str, Callable[[Report], list[dict[str, str]]]] = {
    ENTRY.name: render_entry.line_rows,
    CRA.name: render_cra.line_rows,
    PAY_EXPORT.name: render_export.line_rows,
    MARGINS: lambda report: [dict(row) for row in report.rows],
    FORECAST: lambda report: [dict(row) for row in report.rows],
}
"""What shows the proposals of a flow that writes no invoices: as a page, and as rows."""

_WORDS = {
    INVOICE.name: ("preview.drafts", "prefect.decided"),
    ENTRY.name: ("preview.entry.proposed", "prefect.decided_entry"),
    CRA.name: ("cra.proposed", "cra.decided"),
    PAY_EXPORT.name: ("pay.proposed", "pay.decided"),
    MARGINS: ("margins.note.to_write", "margins.decided"),
    FORECAST: ("margins.forecast.title", "margins.forecast.decided"),
}
"""How a flow's proposals are called, and the sentence that counts them."""

DETAILED = 40
"""Up to this many drafts each one's lines stand in the page; beyond, a page of them would not be read."""


def title(report: Report) -> str:
    """`Hydro Verte SRL, octobre 2026`, safe in Markdown."""
    return f"{escape(report.company)}, {_labels(report).period(report.period.since, report.period.until)}"


def summary(report: Report) -> str:
    """What the run proposes, blocks and balances, in one table."""
    labels = _labels(report)
    drafts = labels(_WORDS[report.document][0])
    proposed_ = [drafts, str(len(report.plan.upserts)), _totals(report, report.plan.upserts)]
    rows = [] if report.document == FORECAST else [proposed_]
    stopped = _stopping(report.plan.findings)
    rows.append([labels("preview.blocked"), str(len(stopped)), labels.money(_sum_amounts(stopped), report.currency)])
    if report.balance:
        rows.append([labels("preview.hours_of_period"), "", labels.hours(report.balance.total)])
    return table(["", labels("preview.count"), labels("preview.value")], rows, right=(1, 2))


def in_short(report: Report) -> str:
    """One sentence: how many drafts for how much, and how many points to check."""
    drafts, findings = report.plan.upserts, _stopping(report.plan.findings)
    return _labels(report)(
        _WORDS[report.document][1], drafts=len(drafts), amount=_totals(report, drafts), findings=len(findings)
    )


def proposed(report: Report) -> str:
    """What will be written and why, whatever the flow writes."""
    if report.document == INVOICE.name:
        return invoices(report)
    return "\n\n".join(filter(None, [report.page, proposals(report)]))


def invoices(report: Report) -> str:
    """What will be invoiced and why: a row a draft, then `proposals`."""
    labels = _labels(report)
    drafts = report.plan.upserts
    if not drafts:
        return labels("preview.nothing_to_invoice")
    head = [labels(f"preview.{name}") for name in ("client", "order", "amount")]
    rows = [[client(report, draft), _order(report, draft), amount(report, draft)] for draft in drafts]
    rows.append([f"**{labels('preview.total')}**", "", f"**{_totals(report, drafts)}**"])
    return f"{table(head, rows, right=(2,))}\n\n{proposals(report)}"


def proposals(report: Report) -> str:
    """Each draft with its amount and its reason, and its lines where the drafts are few enough to read them all."""
    labels = _labels(report)
    drafts = report.plan.upserts
    if report.document != INVOICE.name:
        return _PROPOSALS[report.document](report)
    if len(drafts) <= DETAILED:
        return "\n\n".join(_draft_detail(report, draft) for draft in drafts)
    reasons = "\n".join(f"- **{_draft_title(report, draft)}** — {escape(draft.why)}" for draft in drafts)
    return f"## {labels('preview.why')}\n\n{labels('preview.detail_elsewhere')}\n\n{reasons}"


def line_rows(report: Report) -> list[dict[str, str]]:
    """Every line of every draft as a row, for a table with a search field; Prefect reads its cells as Markdown.

    The longest column stands last: what is cut off is the end of a text, not an amount.
    """
    labels = _labels(report)
    if report.document != INVOICE.name:
        return _ROWS[report.document](report)
    return [
        {
            labels("preview.client"): client(report, draft),
            labels("preview.order"): _order(report, draft),
            labels("preview.calculation"): escape(_calculation(report, draft, line)),
            labels("preview.amount"): labels.money(line_amount(line), _currency(report, draft)),
            labels("preview.line"): escape(line.values.get("name") or ""),
        }
        for draft in report.plan.upserts
        for line in _priced(draft)
    ]


def blocked(report: Report) -> str:
    """What is blocked or to be looked at, and what to do about it; what is merely good to know stands last."""
    return _findings(report, report.plan.findings)


def hours(report: Report) -> str:
    """Every validated hour in its bucket: those of the period, and those of before that were still open."""
    labels = _labels(report)
    pair = [side for side in (report.balance, report.earlier) if side]
    buckets = list(dict.fromkeys(bucket for side in pair for bucket in side.buckets))
    rows = [
        [labels(f"balance.{bucket}"), *(labels.hours(side.buckets.get(bucket, Decimal(0))) for side in pair)]
        for bucket in buckets
    ]
    rows.append([f"**{labels('balance.total')}**", *(f"**{labels.hours(side.total)}**" for side in pair)])
    head = [
        labels("balance.bucket"),
        labels("balance.of_period", period=labels.period(report.period.since, report.period.until)),
        labels("balance.earlier"),
    ]
    return "\n\n".join([table(head, rows, right=(1, 2)), labels("balance.explained")])


def written(report: Report) -> str:
    """What became of each draft; why one was not written stands in the findings after."""
    labels = _labels(report)
    done = report.written
    if done is None:
        return labels("report.nothing_written")
    outcome = {key: name for name in ("created", "extended", "existing", "left") for key in getattr(done, name)}
    outcome |= {rejection.key: "rejected" for rejection in done.rejected}
    rows = [
        [
            client(report, draft),
            _order(report, draft),
            amount(report, draft),
            labels(f"report.{outcome.get(draft.key, 'not_written')}"),
        ]
        for draft in report.plan.upserts
    ]
    head = [labels("preview.client"), labels("preview.order"), _amount_title(report), labels("report.outcome")]
    parts = [written_in_short(report)]
    if rows:
        parts.append(table(head, rows, right=(2,)))
    if report.findings_after:
        parts += [f"## {labels('report.to_look_at')}", _findings(report, report.findings_after)]
    return "\n\n".join(parts)


def written_in_short(report: Report) -> str:
    """One sentence: `4 brouillons créés, 0 complété, ...`; or that nothing was written."""
    labels = _labels(report)
    done = report.written
    if done is None:
        return labels("report.nothing_written")
    counts = {name: len(getattr(done, name)) for name in ("created", "extended", "existing", "left", "rejected")}
    return labels("report.in_short", **counts)


def client(report: Report, draft: Upsert) -> str:
    """The client's name, safe in Markdown."""
    return escape(name_of(report, "partners", draft.values.get("partner_id")))


def called_in(report: Report, draft: Upsert) -> str:
    """What a person calls a document of this run: a draft of one mission of its order, or of another month than the one that
    is closed, says so."""
    period = period_of(draft.key, report.period)
    month = "" if period == report.period else _labels(report).month(period.since)
    apart = ", ".join(filter(None, [name_of(report, "missions", mission_line(draft.key)), month]))
    return f"{called(draft)} ({apart})" if apart else called(draft)


def amount(report: Report, draft: Upsert) -> str:
    """The draft's amount before tax in its own currency."""
    return _labels(report).money(draft.amount_untaxed, _currency(report, draft))


def name_of(report: Report, dataset: str, record: int | None) -> str:
    """What people call a record; its number where no name came with the report."""
    return report.names.get((dataset, record), f"#{record}") if record else ""


def line_amount(line: Line) -> Decimal:
    """Quantity by price less discount (percent): what the line is worth before the server rounds it."""
    values = line.values
    full = Decimal(values.get("quantity") or 0) * Decimal(values.get("price_unit") or 0)
    return full * (1 - Decimal(values.get("discount") or 0) / 100)


def _of_entries(report: Report) -> bool:
    return report.document == ENTRY.name


def _amount_title(report: Report) -> str:
    return _labels(report)("preview.entry.amount" if _of_entries(report) else "preview.amount")


def _labels(report: Report) -> Labels:
    return Labels(report.language)


def _currency(report: Report, draft: Upsert) -> str:
    return report.names.get(("currencies", draft.values.get("currency_id") or 0), report.currency)


def _totals(report: Report, drafts: Sequence[Upsert]) -> str:
    """One total per currency: amounts of two currencies are never added."""
    sums: dict[str, Decimal] = {} if drafts else {report.currency: Decimal(0)}
    for draft in drafts:
        if draft.values.get("reverses_key"):
            continue  # what takes an entry back moves the same money again
        currency = _currency(report, draft)
        sums[currency] = sums.get(currency, Decimal(0)) + draft.amount_untaxed
    return " + ".join(_labels(report).money(total, currency) for currency, total in sums.items())


def _order(report: Report, draft: Upsert) -> str:
    return escape(called_in(report, draft))


def _priced(draft: Upsert) -> list[Line]:
    """The lines that carry money: sections and notes do not."""
    return [line for line in draft.lines if line.values.get("price_unit") is not None]


def _calculation(report: Report, draft: Upsert, line: Line) -> str:
    labels = _labels(report)
    values = line.values
    unit = name_of(report, "units", values.get("unit_id"))
    quantity = f"{labels.quantity(Decimal(values.get('quantity') or 0))} {unit}".strip()
    product = f"{quantity} × {labels.money(Decimal(values.get('price_unit') or 0), _currency(report, draft))}"
    discount = Decimal(values.get("discount") or 0)
    return f"{product} - {labels.percent(discount)}" if discount else product


def _draft_title(report: Report, draft: Upsert) -> str:
    return " · ".join(filter(None, [client(report, draft), _order(report, draft), amount(report, draft)]))


def _draft_detail(report: Report, draft: Upsert) -> str:
    labels = _labels(report)
    lines = [
        f"- {escape(line.values.get('name') or '')} — {escape(_calculation(report, draft, line))}"
        f" = **{labels.money(line_amount(line), _currency(report, draft))}**"
        for line in _priced(draft)
    ]
    return "\n\n".join([f"### {_draft_title(report, draft)}", escape(draft.why), "\n".join(lines)])


def _stopping(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is not Severity.INFO]


def _sum_amounts(findings: Sequence[Finding]) -> Decimal:
    return sum((finding.amount for finding in findings), Decimal(0))


def _findings(report: Report, findings: Sequence[Finding]) -> str:
    labels = _labels(report)
    stopped = _stopping(findings)
    known = [finding for finding in findings if finding.severity is Severity.INFO]
    parts = [_finding_overview(report, stopped)] if stopped else [labels("preview.nothing_blocked")]
    parts += [_finding(report, finding) for finding in stopped]
    if known:
        parts += [f"## {labels('preview.good_to_know')}", *(_finding(report, finding) for finding in known)]
    return "\n\n".join(parts)


def _finding_overview(report: Report, findings: Sequence[Finding]) -> str:
    """How many of each kind, with what is at stake: the page may be long."""
    labels = _labels(report)
    kinds = dict.fromkeys((finding.severity, finding.code) for finding in findings)
    rows = []
    for severity, code in kinds:
        same = [finding for finding in findings if (finding.severity, finding.code) == (severity, code)]
        rows.append([labels(f"preview.severity.{severity}"), f"`{code}`", str(len(same)), *_at_stake(report, same)])
    totals = [str(len(findings)), *_at_stake(report, findings)]
    rows.append([f"**{labels('preview.total')}**", "", *(f"**{figure}**" if figure else "" for figure in totals)])
    head = [labels(f"preview.{name}") for name in ("seriousness", "code", "count", "hours")] + [_amount_title(report)]
    return table(head, rows, right=(2, 3, 4))


def _at_stake(report: Report, findings: Sequence[Finding]) -> list[str]:
    """Hours and amount, empty where there is none."""
    labels = _labels(report)
    spent, worth = sum((finding.hours for finding in findings), Decimal(0)), _sum_amounts(findings)
    return [labels.hours(spent) if spent else "", labels.money(worth, report.currency) if worth else ""]


def _finding(report: Report, finding: Finding) -> str:
    labels = _labels(report)
    heading = [labels(f"preview.severity.{finding.severity}"), escape(finding.record.name), *_at_stake(report, [finding])]
    remedy = f"**{labels('preview.remedy')}** — {escape(finding.remedy)} (`{finding.code}`)"
    return "\n\n".join([f"### {' · '.join(filter(None, heading))}", escape(finding.message), remedy])
