"""The month as finance runs it: deployments of `regie up`, its worker, an approval, and the sandbox's Odoo.

What the flows decide is proved by `test_cra.py`, `test_accrue.py`, `test_margins.py` and `test_payroll_entries.py`; here:
that it comes through Prefect whole.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from trade import FILES, Desk

from tests.payroll_files import fec
from tests.prefect_up import Up

pytestmark = [pytest.mark.prefect, pytest.mark.sandbox]

CLOSING, MARGINS = "Arrêter FAE et PCA/Stafforia Services SAS", "Marges du mois/Stafforia Services SAS"
CRAS, PAYROLL = "Préparer les CRA/Stafforia Services SAS", "Reprendre l'OD de paie/Stafforia Services SAS"
PAGES = "stafforia-services-sas"
NOTED = 4
"""Stafforia's missions of October, each on a project of its own."""
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


@pytest.fixture(scope="module")
def up(stafforia: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Stafforia's October billed and posted, then `regie up` as the integration user."""
    report = stafforia.bill()
    assert report.written is not None
    for key in report.written.created:
        stafforia.post(report.written.ids[key])
    # What everything logged gives away, `test_pay_worker.py` looks for.
    with Up(tmp_path_factory.mktemp("up"), FILES, stafforia.access.environment(), level="INFO") as made:
        yield made


def entries(desk: Desk) -> dict[str, str]:
    """Reference and state of what closings made."""
    closings = ["|", ("x_regie_key", "=like", "fae%"), ("x_regie_key", "=like", "pca%")]
    return {row["ref"]: row["state"] for row in desk.rows("account.move", closings, "ref", "state")}


def test_a_closing_is_shown_approved_and_written_once(up: Up, stafforia: Desk) -> None:
    october = {"company": "Stafforia Services SAS", "month": "2026-10"}
    run = up.start(CLOSING, **october, mode="approve")
    up.until(run, "PAUSED")
    page = up.pages(run)[f"{PAGES}-a-reprendre"].translate(SPACES)
    assert "Stafforia Services SAS, octobre 2026" in page
    # S3, S15 and S16: what Clientis owes; what Orion and Néo paid ahead.
    assert "FAE au 31/10/2026" in page and "8 220,00 €" in page
    assert "PCA au 31/10/2026" in page and "2 837,50 €" in page
    assert not entries(stafforia), "it waits: nothing is written"
    key = stafforia.access.bot_key
    assert up.holding(run, key), "or nothing is proved"
    assert up.reading(run, key) == []

    ended = up.approve(run, decision="Écrire les brouillons")
    assert (ended["state_type"], ended["state_name"]) == ("COMPLETED", "Écrit"), ended["state"]
    assert entries(stafforia) == dict.fromkeys(
        ("FAE au 31/10/2026", "Extourne FAE au 31/10/2026", "PCA au 31/10/2026", "Extourne PCA au 31/10/2026"), "draft"
    )
    assert "créé" in up.pages(run)[f"{PAGES}-resultat"]
    assert up.reading(run, key) == []

    again = up.run(CLOSING, **october, mode="apply")
    assert (again["state_type"], again["state_name"]) == ("COMPLETED", "Rien à écrire"), again["state"]
    assert "closing_done" in up.pages(again["id"])[f"{PAGES}-a-verifier"]
    assert len(entries(stafforia)) == 4


def test_the_margins_of_october_come_to_the_page(up: Up) -> None:
    ended = up.run(MARGINS, company="Stafforia Services SAS", month="2026-10")
    assert ended["state_type"] == "COMPLETED", ended["state"]
    page = up.pages(ended["id"])[f"{PAGES}-marges"].translate(SPACES)
    [mission] = [line for line in page.splitlines() if "Clientis Group" in line and "Sophie Bernard" in line]
    assert [cell.strip() for cell in mission.split("|")][4:12] == [  # S6: its contract is not signed, so nothing is invoiced
        "0,00 €", "8 220,00 €", "8 220,00 €", "4 320,00 €", "206,40 €", "0,00 €", "3 693,60 €", "44,9 %",
    ]  # fmt: skip
    rows = [" ".join(row.values()).translate(SPACES) for row in json.loads(up.pages(ended["id"])[f"{PAGES}-lignes"])]
    assert any("Camille Durand" in row and "intercontrat" in row and "2 240,00 €" in row for row in rows), rows  # S7


def test_two_workers_at_once_write_each_note_once(up: Up, stafforia: Desk) -> None:
    """What `make torture` does with invoices, ten times. Regie itself lets no two runs of one deployment write at once."""
    given = {"company": "Stafforia Services SAS", "month": "2026-10", "mode": "apply"}
    with up.second_worker():
        both = [MARGINS, up.copied(MARGINS, "second")]
        ended = [up.until(run) for run in [up.start(one, **given) for one in both]]
    assert [one["state_type"] for one in ended] == ["COMPLETED", "COMPLETED"], [one["state"] for one in ended]
    assert len({one["work_pool_name"] for one in ended}) == 2
    notes = stafforia.rows("mail.message", [("message_id", "=like", "margin_%")], "message_id", "res_id")
    assert len(notes) == len({one["res_id"] for one in notes}) == NOTED


def test_the_cras_of_october_are_shown_approved_and_made_once(up: Up, stafforia: Desk) -> None:
    october = {"company": "Stafforia Services SAS", "month": "2026-10"}

    def cras() -> list[dict[str, Any]]:
        return stafforia.rows("project.task", [("x_regie_key", "=like", "cra%")], "name", "description")

    run = up.start(CRAS, **october, mode="approve")
    up.until(run, "PAUSED")
    shown = " ".join(up.pages(run).values()).translate(SPACES)
    assert "Camille Durand" in shown and "Clientis Group" in shown and not cras()
    ended = up.approve(run, decision="Écrire les brouillons")
    assert (ended["state_type"], ended["state_name"]) == ("COMPLETED", "Écrit"), ended["state"]
    [made] = cras()
    assert "Jours travaillés : 13,5" in made["description"].translate(SPACES)  # S1
    late = up.run(CRAS, **october, mode="apply")
    assert late["state_name"] == "Écrit", "Camille is late, and reminded"
    reminded = stafforia.rows("mail.activity", [("x_regie_key", "!=", False)], "summary", "user_id")
    again = up.run(CRAS, **october, mode="apply")
    assert (again["state_type"], again["state_name"]) == ("COMPLETED", "Rien à écrire"), again["state"]
    assert stafforia.rows("mail.activity", [("x_regie_key", "!=", False)], "summary", "user_id") == reminded != []
    assert cras() == [made]


def test_the_payroll_journal_comes_back_once(up: Up, stafforia: Desk) -> None:
    file = up.folder / "paie.txt"
    file.write_bytes(fec().encode("cp1252"))
    given = {"company": "Stafforia Services SAS", "file": str(file), "mode": "apply"}
    ended = [up.run(PAYROLL, **given) for _ in range(2)]
    assert [one["state_type"] for one in ended] == ["COMPLETED", "COMPLETED"], [one["state"] for one in ended]
    assert [one["state_name"] for one in ended] == ["Écrit", "Rien à écrire"]
    [entry] = stafforia.rows("account.move", [("x_regie_key", "=like", "payroll%")], "state", "amount_total")
    assert (entry["state"], entry["amount_total"]) == ("draft", 4900.0)  # S14
