"""Whatever a name or a description holds, it is shown as text: in Prefect's pages, in the form, in the terminal."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from flows import cra, render, render_cra, render_entry, render_forecast, render_margins
from flows.shape import Report
from mappings.vocabulary.dataset import frame
from mappings.vocabulary.datasets import MARGIN_NOTES
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Line, Plan, Ref, Severity, Upsert
from mappings.vocabulary.records import CRA, ENTRY
from regie.terminal import Terminal
from regie.words import harmless
from rules.margin.notes import notes
from tests.flows import test_forecast, test_margins
from tests.flows.october import draft, line, report
from tests.rules.cra.month import camilles_october
from tests.rules.cra.test_reports import Desk

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TEXT = {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "softbreak", "entity"}
PIECES = st.sampled_from([
    "<script>", "</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>", "[x](javascript:alert(1))",
    "![x](u)", "[x]: u", "[^1]", "<https://x.test>", "https://x.test", "HTTP://x", "ftp://x", "www.x.test", "a@x.test",
    "mailto:a@x.test", "|", "| --- |", "---", "===", "***", "# ", "- ", "+ ", "> ", "1. ", "2026. ", "999999999) ", "```",
    "~~~", "`", "    ", "\t", "\n", "\n\n", "\r", "\\", "\\\\", "&lt;", "&#60;", "&", "<", ">", "*", "_", "~~", "$$", "{{x}}",
    ":::", "<!--", "]]>", "\u2028", "\u202e", "\x1b[2J", "\x9b", "\x00", "\ud800", "é", "漢", " ", "a", "0",
])  # fmt: skip
NAMES = st.lists(PIECES | st.text(max_size=3), max_size=8).map("".join)


def kinds(markdown: str) -> set[str]:
    found: set[str] = set()
    for token in MARKDOWN.parse(markdown):
        found |= {token.type, *(child.type for child in token.children or [])}
    return found


def shown(markdown: str) -> str:
    """What a reader sees of it."""
    tokens = [child for token in MARKDOWN.parse(markdown) for child in token.children or []]
    return "".join(token.content for token in tokens if token.type.startswith("text"))


@settings(max_examples=600, deadline=None)
@given(NAMES)
def test_a_text_is_shown_and_never_obeyed(name: str) -> None:
    safe = render.escape(name)
    assert kinds(safe) <= TEXT
    assert "<" not in safe and ">" not in safe and "\n" not in safe
    assert not any(link in safe.lower() for link in ("://", "www.")) and "@" not in safe.replace("\\@", "")
    assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]", safe)
    assert kinds(f"- {safe} — x") <= TEXT | {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}
    assert kinds(f"### {safe}") <= TEXT | {"heading_open", "heading_close"}
    row = MARKDOWN.parse(render.table(["a", "b"], [[safe, "end"]]))
    assert sum(token.type == "td_open" for token in row) == 2
    bold = kinds(f"**{safe or 'x'}** — x")
    assert bold <= TEXT | {"strong_open", "strong_close"}


@given(
    st.text(
        st.characters(min_codepoint=33, max_codepoint=0x2000, exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs"]),
        max_size=20,
    )
)
def test_nothing_that_can_be_seen_is_lost(name: str) -> None:
    assert shown(render.escape(name)) == name


def pages(nasty: str) -> list[str]:
    """Every page of a report whose every text is `nasty`."""
    words = dict.fromkeys(("order", "client", "line", "project", "origin", "said", "key"), nasty)
    found_here = tuple(
        Finding(
            code=code, severity=Severity.CRITICAL, record=Ref(dataset="orders", id=1, name=nasty), language="fr", words=words,
            hours=Decimal(1), amount=Decimal(10), currency="EUR",
        )
        for code in ("not_validated", "rejected")
    )  # fmt: skip
    one = draft(1, nasty, line("l1", nasty, "1", "10"))
    one = one._replace(values={**one.values, "origin": nasty})
    names = {("partners", 1): nasty, ("units", 2): nasty, ("currencies", 1): "EUR"}
    many = tuple(one._replace(key=f"k{n}") for n in range(render.DETAILED + 1))
    found: list[str] = []
    for drafts in ((one,), many):
        whole: Report = replace(report(nasty, OCTOBER, plan=Plan(upserts=drafts, findings=found_here)), names=names)
        found += [
            f"# {render.title(whole)}",
            render.summary(whole),
            render.invoices(whole),
            render.blocked(whole),
            render.hours(whole),
        ]
        found += [cell for row in render.line_rows(whole) for cell in row.values()]
    return found


def entry_pages(nasty: str) -> list[str]:
    """Those of a closing or of payroll: reason, accounts, labels short and long."""
    values = {"account_id": 1, "name": nasty, "debit": Decimal(10), "credit": Decimal(0)}
    lines = tuple(Line(key=f"l{n}", values={**values, "name": nasty * n}) for n in (1, render_entry.LONG))
    entry = Upsert(key="e", model=ENTRY.name, values={"date": OCTOBER.until, "reference": nasty}, lines=lines, reasons=(nasty,))
    back = Upsert(key="b", model=ENTRY.name, values={**entry.values, "reverses_key": "e"}, lines=lines, reasons=(nasty,))
    plan = Plan(upserts=(entry, back))
    whole = replace(report(nasty, OCTOBER, plan=plan), document=ENTRY.name, names={("accounts", 1): nasty})
    return [render.summary(whole), render.proposed(whole), *_cells(render.line_rows(whole))]


def margin_pages(nasty: str) -> list[str]:
    """Those of margins and their notes, and of the forecast."""
    made = test_margins.month()
    named = replace(made, **{name: dict.fromkeys(getattr(made, name), nasty) for name in ("sold", "projects", *PEOPLE)})
    rows = (replace(test_margins.ROWS[1], project_id=4),)
    plan = notes(rows, frame(MARGIN_NOTES), OCTOBER, 1, "EUR", Labels("fr"), named.named)
    whole = replace(test_margins.report(named), company=nasty, plan=plan)
    ahead = test_forecast.made()
    coming = replace(ahead, **{name: dict.fromkeys(getattr(ahead, name), nasty) for name in ("sold", *PEOPLE)})
    return [
        *(render.proposed(whole), *_cells(render.line_rows(whole)), render.proposed(test_forecast.report(coming))),
        *(render_margins.pages(named), render_margins.proposals(whole), *_cells(render_margins.search_rows(named))),
        *(render_forecast.pages(coming), *_cells(render_forecast.search_rows(coming))),
    ]  # fmt: skip


class Month(cra.Month):
    """A month of CRAs in which everybody and everything has one name."""

    def consultant(self, cra: Any) -> str:
        return self.place.file.name

    client = sold_as = consultant


def cra_pages(nasty: str) -> list[str]:
    """Those of CRAs: the overview, the days with a kind of leave called so, and what would be written."""
    october = Desk()
    camilles_october(october)
    made = october.report()
    days = tuple(day.model_copy(update={"absences": (nasty,)}) for day in made.cras[0].days)
    activity = replace(made, cras=(made.cras[0].model_copy(update={"days": days}),))
    place: Any = SimpleNamespace(labels=Labels("fr"), file=SimpleNamespace(name=nasty))
    pulled: Any = SimpleNamespace(data=october.data())
    one = october.plan().upserts[-1]
    written = one._replace(values={**one.values, "name": nasty}, reasons=(nasty,))
    whole = replace(report(nasty, OCTOBER, plan=Plan(upserts=(written,))), document=CRA.name)
    return [
        render_cra.pages(Month(place, OCTOBER, pulled, activity)),
        *(render.proposed(whole), render_cra.proposals(whole), *_cells(render_cra.line_rows(whole))),
    ]


def _cells(rows: list[dict[str, str]]) -> list[str]:
    return [cell for row in rows for cell in row.values()]


PEOPLE = ("employees", "partners", "users")
KINDS = ("heading", "table", "thead", "tbody", "tr", "th", "td", "strong", "bullet_list", "list_item", "em")
OURS = TEXT | {f"{kind}_{side}" for kind in KINDS for side in ("open", "close")} | {"code_inline"}


@pytest.mark.parametrize("pages", [pages, entry_pages, margin_pages, cra_pages])
def test_the_pages_show_the_name(pages: Callable[[str], list[str]]) -> None:
    found = pages("Zébulon")
    assert sum("Zébulon" in page for page in found) >= 4, "or the next one proves nothing"


@pytest.mark.parametrize(
    "nasty",
    ["<script>alert(1)</script>", '<img src="x" onerror="alert(1)">', "[x](javascript:alert(1))", "![x](https://x.test/p.png)",
     "https://x.test", "a | b\n| --- |", "```\n<b>", "</td></table><iframe src=x>", "\x1b]0;owned\x07\x1b[2J", "&#60;b&#62;"],
)  # fmt: skip
@pytest.mark.parametrize("pages", [pages, entry_pages, margin_pages, cra_pages])
def test_no_page_holds_markup_that_came_with_a_name(nasty: str, pages: Callable[[str], list[str]]) -> None:
    for page in pages(nasty):
        assert kinds(page) <= OURS
        html = MARKDOWN.render(page)
        assert not any(tag in html for tag in ("<script", "<img", "<iframe", "<a ", "<pre", "<b>"))
        assert "\x1b" not in page and "\x07" not in page


def test_a_terminal_obeys_no_name() -> None:
    terminal: Any = Terminal(Labels("fr"))
    out = io.StringIO()
    terminal._out = Console(file=out, markup=False, width=100)
    nasty = "\x1b[31m\x9b2J [red]r[/red] [/nothing]"
    one = draft(1, nasty, line("l1", nasty, "1", "10"))
    terminal.preview(replace(report(nasty, OCTOBER, plan=Plan(upserts=(one,))), names={("partners", 1): nasty}))
    assert "\x1b" not in out.getvalue() and "\x9b" not in out.getvalue()
    assert "[red]r[/red]" in out.getvalue()


def test_an_error_s_words_are_not_obeyed_either() -> None:
    assert harmless("Odoo: \x1b[2J\x9b\x07\r\nnext\tline") == "Odoo: �[2J���\nnext\tline"


def test_a_doctor_s_table_shows_an_order_s_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rich reads `[/x]` in a table's cell as markup, and fails on a tag that closes nothing."""
    from flows.doctor_verdicts import Diagnosis, Level, Verdict
    from regie.commands import doctor

    out = io.StringIO()
    verdict = Verdict("units", Level.BLOCK, "orders [/red] [bold]S1[/bold] \x1b[2J", "do [/x]")
    doctor._show(Diagnosis((verdict,)), Labels("fr"), Console(file=out, markup=False, width=200))
    assert "[/red] [bold]S1[/bold]" in out.getvalue() and "[/x]" in out.getvalue()
    assert "\x1b" not in out.getvalue()
