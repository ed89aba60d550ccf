"""How a business manager's variable came about, month by month and tier by tier: as rows for a page, and as a PDF."""

from collections.abc import Iterator
from dataclasses import dataclass

from flows.typeset import printable, typeset
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.variable_plan import Share
from mappings.vocabulary.written import Document
from rules.variables.decide import Export
from rules.variables.managers import Figure, Part, Statement

STATEMENT = "RELEVE_"
"""How a statement's file name begins."""

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A statement in words: what counted (month, of what, amount), what it earned (tier, part, rate, amount), the sums."""

    title: str
    basis: str
    months: tuple[Row, ...]
    base: str
    tiers: tuple[Row, ...]
    sums: tuple[Row, ...]


def sheet(one: Statement, name: str, labels: Labels, currency: str) -> Sheet:
    """The statement in the company's language; plain texts, markup of no kind."""
    sums = {"cap": one.plan.cap, "due": one.due, "paid": one.paid, "to_pay": one.to_pay}
    return Sheet(
        title=labels("pay.statement", plan=one.plan.name, name=name, period=labels.period(one.period.since, one.period.until)),
        basis=labels(f"pay.basis.{one.plan.basis}"),
        months=tuple(row for figure in one.figures for row in _month(figure, labels, currency)),
        base=labels.money(one.base, currency),
        tiers=tuple(_tier(one, share, labels, currency) for share in one.shares),
        sums=tuple(
            (labels(f"pay.{what}"), labels.money(amount, currency)) for what, amount in sums.items() if amount is not None
        ),
    )


def statement_pdfs(export: Export, labels: Labels, currency: str, ending: str) -> Iterator[Document]:
    """A PDF for each business manager, called `RELEVE_<number>_<ending>.pdf`; in the order of their numbers."""
    for number in sorted({one.employee for one in export.statements}):
        name, theirs = export.name_of(number), [one for one in export.statements if one.employee == number]
        content = {
            "language": labels.language,
            "title": printable(f"{labels('pay.statements')} · {name}"),
            "number": printable(f"{labels('pay.number')} {number}"),
            "heads": {key: labels(f"pay.{key}") for key in ("month", "origins", "tier", "base", "rate", "amount")},
            "sheets": [_laid_out(sheet(one, name, labels, currency)) for one in theirs],
        }
        file = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in number)
        yield Document(f"{STATEMENT}{file}_{ending}.pdf", "application/pdf", typeset("pay_statement.typ", content))


def _month(figure: Figure, labels: Labels, currency: str) -> Iterator[Row]:
    """A margin mission by mission, then their sum where there are several; else one row with the documents."""
    month = labels.month(figure.month)
    for part in figure.parts:
        yield (month, _came_about(part, labels, currency), labels.money(part.figures.margin, currency))
    if len(figure.parts) != 1:
        of = labels("pay.month_sum", month=month) if figure.parts else ", ".join(figure.origins)
        yield (month, of, labels.money(figure.amount, currency))


def _came_about(part: Part, labels: Labels, currency: str) -> str:
    """`S00006 / Data Engineer · Clientis : chiffre d'affaires 8 220,00 €, coût du temps 4 320,00 €`; nothing of what is nil."""
    amounts = {name: getattr(part.figures, name) for name in ("revenue", "cost", "expenses", "bench")}
    told = (f"{labels(f'pay.of_margin.{name}')} {labels.money(amount, currency)}" for name, amount in amounts.items() if amount)
    return labels("pay.mission_margin", mission=part.name, figures=", ".join(told))


def _laid_out(one: Sheet) -> dict[str, object]:
    def rows(several: tuple[Row, ...]) -> list[list[str]]:
        return [[printable(cell) for cell in row] for row in several]

    return {
        "title": printable(one.title), "basis": one.basis, "base": one.base, "months": rows(one.months),
        "tiers": rows(one.tiers), "sums": rows(one.sums),
    }  # fmt: skip


def _tier(one: Statement, share: Share, labels: Labels, currency: str) -> Row:
    above = labels.money(share.above, currency)
    if one.plan.tiers == "whole":
        reach = labels("pay.whole")
    elif share.up_to is None:
        reach = labels("pay.above", above=above)
    else:
        reach = labels("pay.up_to", above=above, up_to=labels.money(share.up_to, currency))
    return (reach, labels.money(share.part, currency), labels.percent(share.percent), labels.money(share.amount, currency))
