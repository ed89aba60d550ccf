"""The pages people read: complete, in their language, and harmless whatever a name holds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from flows import render
from flows.shape import Report
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Plan
from mappings.vocabulary.written import Rejection, Written
from tests.flows.october import PLAN, draft, line, report

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def page(text: str) -> str:
    return text.translate(SPACES)


@pytest.fixture
def october() -> Report:
    return report("Hydro Verte SRL", OCTOBER)


def test_each_draft_stands_with_its_lines_its_amount_and_its_reason(october):
    text = page(render.invoices(october))
    assert "| Atrium SA | S00001 | 280,00 € |" in text
    assert "| **Total** |  | **825,00 €** |" in text
    assert "Forfait d'octobre 2026 et 4 déplacements" in text
    assert "- Déplacement — 4 Unité × 25,00 € = **100,00 €**" in text
    assert "- Entretien, forfait mensuel · Octobre 2026 —" in text


def test_each_finding_says_what_is_at_stake_and_what_to_do(october):
    text = page(render.blocked(october))
    assert "### Critique · S00009 · 3 h · 195,00 €" in text
    assert "**Que faire** — Faire valider les heures par le responsable" in text and "(`not_validated`)" in text
    assert text.index("not_validated") < text.index("## Bon à savoir") < text.index("`milestone_rounding`")


def test_what_is_only_good_to_know_is_not_counted_as_blocked(october):
    assert "| Points bloqués ou à vérifier | 1 | 195,00 € |" in page(render.summary(october))


def test_every_bucket_and_the_server_s_total_stand_in_the_balance(october):
    text = page(render.hours(october))
    for row in ("| Facturées | 2 h | 0 h |", "| Bloquées | 3 h | 0 h |", "| **Total** | **28,5 h** | **0 h** |"):
        assert row in text


def test_the_same_pages_in_english(october):
    text = page(render.invoices(replace(october, language="en")))
    assert "| Atrium SA | S00001 | €280.00 |" in text


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        "[ici](https://exemple.invalid)",
        "![](https://exemple.invalid/x.png)",
        "https://exemple.invalid",
        "www.exemple.invalid",
        "a@exemple.invalid",
        "| une | autre | cellule |",
        "`code` *gras* _italique_ ~~barré~~",
        "# Titre",
        "- puce",
        "1. liste",
        "ligne\n\n## Titre\n",
        "&lt;b&gt;",
        "\\<b>",
    ],
)
def test_a_name_is_text_never_markup(name):
    from rich.markdown import Markdown

    kinds = {token.type for token in _tokens(Markdown(render.escape(name)).parsed)}
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "softbreak"}
    cell = render.table(["a", "b"], [[render.escape(name), "x"]]).splitlines()[-1]
    assert len([part for part in cell.replace("\\|", "").split("|") if part]) == 2


def _tokens(tokens):
    for token in tokens:
        yield token
        yield from _tokens(token.children or [])


def test_a_name_shows_as_it_was_typed():
    from rich.markdown import Markdown

    name = "Dubois & Fils <SA> [nord] #1 | a*b_c"
    shown = "".join(token.content for token in _tokens(Markdown(render.escape(name)).parsed) if token.type.startswith("text"))
    assert shown == name


def test_five_hundred_drafts_show_a_row_and_a_reason_each_and_their_lines_elsewhere(october):
    drafts = [draft(1, f"raison {n}", line(f"l{n}", "Prestation", "1", "10")) for n in range(500)]
    many = replace(october, plan=Plan(upserts=tuple(drafts)))
    text = page(render.invoices(many))
    assert text.count("| Atrium SA | S00001 | 10,00 € |") == 500
    assert all(f"raison {n}\n" in text + "\n" for n in range(500))
    assert "Prestation" not in text
    assert len(render.line_rows(many)) == 500


def test_amounts_of_two_currencies_are_not_added(october):
    dollars = draft(2, "", line("l", "Travail", "1", "100"))
    dollars = dollars._replace(values={**dollars.values, "currency_id": 2})
    names = {**october.names, ("currencies", 2): "USD"}
    mixed = replace(october, plan=Plan(upserts=(PLAN.upserts[0], dollars)), names=names)
    assert "280,00 € + 100,00 $US" in page(render.invoices(mixed))


def test_a_discount_shows_and_counts(october):
    reduced = line("l", "Travail", "2", "65")
    reduced = reduced._replace(values={**reduced.values, "discount": Decimal(10)})
    assert render.line_amount(reduced) == Decimal(117)
    rows = render.line_rows(replace(october, plan=Plan(upserts=(draft(1, "", reduced),))))
    assert page(rows[0]["Calcul"]) == "2 Unité × 65,00 € - 10 %"


def test_the_report_says_what_became_of_each_draft(october):
    keys = [one.key for one in PLAN.upserts]
    done = Written(created=(keys[0],), rejected=(Rejection(keys[1], "Compte manquant"),))
    text = page(render.written(replace(october, written=done)))
    assert "Créés : 1 ;" in text and "refusés par Odoo : 1." in text
    assert "| Atrium SA | S00001 | 280,00 € | créé |" in text
    assert "| Bellevue | S00002 | 415,00 € | refusé par Odoo |" in text
    assert "| non écrit |" in text
