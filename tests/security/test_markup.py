"""Whatever a name or a description holds, it is shown as text: in Prefect's pages, in the form, in the terminal."""

import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from flows import render
from flows.shape import Report
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Plan, Ref, Severity
from regie.terminal import Terminal
from regie.words import harmless
from tests.flows.october import draft, line, report

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
    one = one.model_copy(update={"values": {**one.values, "origin": nasty}})
    names = {("partners", 1): nasty, ("units", 2): nasty, ("currencies", 1): "EUR"}
    many = tuple(one.model_copy(update={"key": f"k{n}"}) for n in range(render.DETAILED + 1))
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


KINDS = ("heading", "table", "thead", "tbody", "tr", "th", "td", "strong", "bullet_list", "list_item", "em")
OURS = TEXT | {f"{kind}_{side}" for kind in KINDS for side in ("open", "close")} | {"code_inline"}


@pytest.mark.parametrize(
    "nasty",
    ["<script>alert(1)</script>", '<img src="x" onerror="alert(1)">', "[x](javascript:alert(1))", "![x](https://x.test/p.png)",
     "https://x.test", "a | b\n| --- |", "```\n<b>", "</td></table><iframe src=x>", "\x1b]0;owned\x07\x1b[2J", "&#60;b&#62;"],
)  # fmt: skip
def test_no_page_holds_markup_that_came_with_a_name(nasty: str) -> None:
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
