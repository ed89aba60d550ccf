"""Payroll variables through `regie up` on the sandbox's Odoo, everything logged: handed in once, nothing of them in Prefect."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from trade import FILES, Desk

from tests.prefect_up import Up
from tests.security.spellings import shown

pytestmark = [pytest.mark.prefect, pytest.mark.sandbox]

PAY, PAGES = "Préparer les variables de paie/Stafforia Services SAS", "stafforia-services-sas"
BONUS = {"employee": "00012", "month": "2026-10", "code": "PRX", "label": "Prime zébulon", "amount": 4321.09}
PEOPLE = ("Camille Durand", "Sophie Bernard", "Claire Martin", "Julien Roussel")
AMOUNTS = ("4321", "4 321", "18000", "18 000", "1140", "1 140")
"""What the bonus and Sophie's variable (S8) come to; searched for with two decimals, for ids and times hold any digits."""


@pytest.fixture
def up(stafforia: Desk, tmp_path: Path) -> Iterator[Up]:
    companies = tmp_path / "companies"
    companies.mkdir()
    content = yaml.safe_load((FILES / "stafforia.yaml").read_text())
    content |= {"payroll": {"journal": "OD"}, "pay_variables": content["pay_variables"] | {"elements": [BONUS]}}
    (companies / "stafforia.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
    with Up(tmp_path, companies, stafforia.access.environment()) as made:
        yield made


def secrets() -> list[str]:
    """Names, what they are paid for, and every amount as French, English and machines write it."""
    amounts = {f"{whole}{mark}{cents}" for whole in AMOUNTS for mark in ",." for cents in ("00", "09")}
    spaced = {amount.replace(" ", space) for amount in amounts for space in "\u00a0\u202f "}
    return sorted({*PEOPLE, *spaced, "740,00", "€740.00", "Prime zébulon", "Congés payés", "43210900"})


def test_the_files_are_handed_in_once_and_nobodys_pay_stands_in_prefect(up: Up, stafforia: Desk) -> None:
    october = {"company": "Stafforia Services SAS", "month": "2026-10"}
    run = up.start(PAY, **october, mode="approve")
    up.until(run, "PAUSED")
    page = up.pages(run)[f"{PAGES}-variables-de-paie"]
    assert (
        "| Personnes | 4 |" in page and "`EVP_stafforia_2026-10_r1.csv`" in page and "« EVP 2026-10 r1 » du journal OD" in page
    )
    key = stafforia.access.bot_key
    assert up.holding(run, key), "or nothing is proved"
    assert up.reading(run, key) == []
    ended = up.approve(run, decision="Écrire les brouillons")
    assert ended["state_name"] == "Écrit", ended["state"]
    assert up.reading(run, key) == []

    [export] = stafforia.rows("account.move", [("x_regie_key", "=like", "evp%")], "ref", "attachment_ids")
    assert export["ref"] == "EVP 2026-10 r1" and len(export["attachment_ids"]) == 5
    [folder] = (up.folder / "payroll-out").iterdir()
    control = (folder / "EVP_stafforia_2026-10_r1.csv").read_text(encoding="utf-8-sig")
    written = [text for text in secrets() if text in control]
    assert {"4321,09", "740,00", "18000,00", "Camille Durand", "Prime zébulon"} <= set(written), "or nothing is proved"

    again = up.run(PAY, **october, mode="apply")
    assert again["state_name"] == "Rien à écrire", again["state"]
    assert "`pay_done`" in up.pages(again["id"])[f"{PAGES}-variables-de-paie"]

    assert up.logs(run) and not shown("\n".join(up.logs()), *secrets())
    assert any(path.name.startswith("prefect.db") for path in up.files())
    for path in up.files():
        assert not shown(path.read_bytes(), *secrets()), path.name
