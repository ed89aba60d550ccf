"""The PDF that proves a step of a CRA: what it shows, and that the same CRA gives the same bytes."""

import hashlib
from datetime import UTC, date, datetime

from flows.cra_pdf import Signed, layout, proof
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.units import to_micro
from rules.cra.evidence import Step
from rules.cra.signed import Content, SignedDay
from tests.flows.laid_out import laid_out, table_texts

DAY = to_micro(7)
MADE = Content(
    unit=DAY,
    days=(
        SignedDay(day=date(2026, 10, 29), scheduled=DAY, worked=DAY, absent=0, holiday=0),
        SignedDay(day=date(2026, 10, 30), scheduled=DAY, worked=DAY // 2, absent=DAY // 2, holiday=0),
    ),
)
STEPS = (
    Step(4, "consultant", "client", "Camille #strong[Durand]", datetime(2026, 11, 2, 8, 0, tzinfo=UTC)),
    Step(9, "client", "manager", "Laure Petit", datetime(2026, 11, 3, 23, 30, tzinfo=UTC)),
)


SIGNED = Signed("CRA octobre 2026 · Camille", "Stafforia", date(2026, 10, 1), MADE, STEPS, "Europe/Paris")


def test_it_shows_the_days_and_who_took_which_step_when_in_the_companys_time() -> None:
    days, steps = ([text for text in texts if text] for texts in table_texts(laid_out("cra.typ", layout(SIGNED, Labels("fr")))))
    assert days == [
        *("Jour", "Travaillé", "Absence", "Férié"),
        *("jeu. 29", "1"),
        *("ven. 30", "0,5", "0,5"),
        *("Total", "1,5", "0,5", "0"),
    ]
    assert steps == [
        *("Signé par le consultant", "Camille #strong[Durand]", "02/11/2026 09:00:00"),
        *("Approuvé par le client", "Laure Petit", "04/11/2026 00:30:00"),
    ]


def test_the_same_cra_is_the_same_file_and_another_language_another() -> None:
    made = proof(SIGNED, Labels("fr"))
    assert made.content.startswith(b"%PDF-") and made == proof(SIGNED, Labels("fr"))
    assert made.sha256 == hashlib.sha256(made.content).hexdigest()
    assert made.name == "CRA 2026-10 2 Approuvé par le client.pdf"
    assert proof(SIGNED, Labels("en")).sha256 != made.sha256
