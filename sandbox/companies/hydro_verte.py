"""Hydro Verte SRL: a Belgian company of field interventions, as it stands at the beginning of November 2026."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sandbox.companies.loader import Loader
from sandbox.companies.setup import MANAGER, CompanySpec, Person, company, people
from sandbox.companies.trade import UNIT, Client, Product, catalogue, clients, confirm, deliver, order, products, sold
from sandbox.companies.work import Place, hours, place, travel, validate

if TYPE_CHECKING:
    from connectors.odoo import Odoo

SPEC = CompanySpec(
    key="hydro_verte",
    name="Hydro Verte SRL",
    country="base.be",
    chart="be_comp",
    language="fr_BE",
    timezone="Europe/Brussels",
    hours_per_day=7.6,
    address={
        "street": "Quai des Usines 112",
        "zip": "1000",
        "city": "Bruxelles",
        "phone": "+32 2 555 01 20",
        "email": "bonjour@hydroverte.example",
    },
    holidays={
        date(2026, 1, 1): "Jour de l'an",
        date(2026, 4, 6): "Lundi de Pâques",
        date(2026, 5, 1): "Fête du travail",
        date(2026, 5, 14): "Ascension",
        date(2026, 5, 25): "Lundi de Pentecôte",
        date(2026, 7, 21): "Fête nationale",
        date(2026, 8, 15): "Assomption",
        date(2026, 11, 1): "Toussaint",
        date(2026, 11, 11): "Armistice",
        date(2026, 12, 25): "Noël",
    },
)

CLAUDE = Person("claude", "Claude Renard", "claude@hydroverte.example", "Responsable d'exploitation", 35.00, MANAGER)
STEVE = Person("steve", "Steve Lambert", "steve@hydroverte.example", "Technicien", 28.00, manager="claude")
THOMAS = Person("thomas", "Thomas Gilles", "thomas@hydroverte.example", "Technicien", 28.00, manager="claude")

SERVICE = ("attn_VAT-OUT-21-S", "a7001")
GOODS = [
    Product("TERREAU", "Terreau, sac de 40 l", 8.50, "by hand", "attn_VAT-OUT-06-L", "a7000", UNIT, goods=True),
    Product("ENGRAIS", "Engrais organique, 1 l", 12.00, "by hand", "attn_VAT-OUT-21-L", "a7000", UNIT, goods=True),
]

CLIENTS = [
    Client("atrium", "Atrium", "Hélène Maes", "helene.maes@atrium.example", "Avenue Louise 221", "1050", "Ixelles"),
    Client(
        "bellevue", "Bellevue", "Marc Peeters", "marc.peeters@bellevue.example", "Rue du Belvédère 4", "1420", "Braine-l'Alleud"
    ),
    Client(
        "clinique",
        "Clinique du Parc",
        "Anne Willems",
        "anne.willems@cliniqueduparc.example",
        "Allée du Parc 30",
        "5000",
        "Namur",
    ),
    Client("dubois", "Dubois", "Paul Dubois", "paul@dubois.example", "Rue Haute 18", "1300", "Wavre"),
    Client("lumen", "Lumen", "Sofia Claes", "sofia.claes@lumen.example", "Place Flagey 7", "1050", "Ixelles"),
]

PROJECTS = {
    "order_atrium": "Atrium : entretien hebdomadaire",
    "order_bellevue": "Bellevue : entretien mensuel",
    "order_clinique": "Clinique du Parc : entretien hebdomadaire",
    "order_dubois": "Dubois : intervention",
    "order_lumen": "Lumen : interventions",
}

# By the end of October: four visits at Atrium, one at Bellevue, one at Dubois with what was planted there (H1, H2, H8).
DELIVERED = {
    "line_atrium_travel": 4.0,
    "line_bellevue_travel": 1.0,
    "line_dubois_terreau": 3.0,
    "line_dubois_engrais": 1.0,
    "line_dubois_travel": 1.0,
}
DUBOIS_ENTERED, DUBOIS_CORRECTED = 2.25, 2.0


def set_up(loader: Loader) -> Loader:
    """The company and its people; answers a loader that works in it."""
    here = company(loader, SPEC)
    people(here, SPEC, [CLAUDE, STEVE, THOMAS])
    return here


def trade(here: Loader) -> None:
    """Articles, clients and their confirmed orders, with what was delivered in October by hand."""
    products(here, SPEC, [*catalogue(SERVICE, SERVICE, "a616505", "__regie__.uom_day_7_6h"), *GOODS])
    clients(here, SPEC, CLIENTS)
    confirm(here, orders(), PROJECTS)
    deliver(here, DELIVERED)


def orders() -> list[dict[str, Any]]:
    """The orders of H1, H2, H3, H5 with H8, and H9."""
    return [
        order(
            SPEC,
            "atrium",
            date(2026, 10, 1),
            "claude",
            sold("atrium", "hydro_verte_forfait_mois", 12, 180.00, "Entretien hebdomadaire des plantes, forfait mensuel"),
            sold("atrium_travel", "hydro_verte_deplacement", 52, 25.00, "Déplacement, par visite"),
        ),
        order(
            SPEC,
            "bellevue",
            date(2026, 10, 1),
            "claude",
            sold("bellevue", "hydro_verte_forfait_trim", 4, 390.00, "Entretien mensuel des plantes, forfait trimestriel"),
            sold("bellevue_travel", "hydro_verte_deplacement", 12, 25.00, "Déplacement, par visite"),
        ),
        order(
            SPEC,
            "clinique",
            date(2026, 10, 1),
            "claude",
            sold("clinique", "hydro_verte_forfait_mois", 12, 320.00, "Entretien hebdomadaire des plantes, forfait mensuel"),
        ),
        order(
            SPEC,
            "dubois",
            date(2026, 10, 12),
            "claude",
            sold("dubois", "hydro_verte_regie_h", 4, 65.00, "Remise en état de la terrasse, en régie"),
            sold("dubois_terreau", "hydro_verte_terreau", 3, 8.50, "Terreau, sac de 40 l"),
            sold("dubois_engrais", "hydro_verte_engrais", 1, 12.00, "Engrais organique, 1 l"),
            sold("dubois_travel", "hydro_verte_deplacement", 1, 25.00, "Déplacement"),
        ),
        order(
            SPEC,
            "lumen",
            date(2026, 10, 15),
            "claude",
            sold("lumen", "hydro_verte_regie_h", 8, 65.00, "Installation et suivi, en régie"),
            sold("lumen_travel", "hydro_verte_deplacement", 2, 25.00, "Déplacement, par visite"),
        ),
    ]


def work(here: Loader, log_in: Callable[[str], Odoo]) -> None:
    """The hours of October 2026: entered by the technicians, one corrected, all validated by Claude."""
    rows = _october(here)
    here.load("account.analytic.line", rows)
    _correct_dubois(here, log_in)
    validate(here, rows, lambda: log_in(CLAUDE.login))


def _october(here: Loader) -> list[dict[str, Any]]:
    """28.5 h: Atrium 9.5 + 3.0 of travel, Bellevue 2.5 + 1.5, Clinique 8.0, Dubois 2.0 + 0.5, a meeting of 1.5 (H5 to H7)."""
    atrium, bellevue = place(here, "line_atrium"), place(here, "line_bellevue")
    clinique, dubois = place(here, "line_clinique"), place(here, "line_dubois")
    visits = {6: 2.5, 15: 2.0, 20: 2.5, 27: 2.5}  # the one of the 13th was moved to the 15th (H4)
    return [
        *(hours("steve", date(2026, 10, day), spent, "Entretien des plantes", atrium) for day, spent in visits.items()),
        *(travel("steve", date(2026, 10, day), 0.75, atrium, "line_atrium_travel") for day in visits),
        hours("thomas", date(2026, 10, 7), 2.5, "Entretien des plantes", bellevue),
        travel("thomas", date(2026, 10, 7), 1.5, bellevue, "line_bellevue_travel"),
        *(hours("steve", date(2026, 10, day), 2.0, "Entretien des plantes", clinique) for day in (7, 14, 21, 28)),
        hours("thomas", date(2026, 10, 20), DUBOIS_ENTERED, "Remise en état de la terrasse", dubois),
        travel("thomas", date(2026, 10, 20), 0.5, dubois, "line_dubois_travel"),
        *(hours(person, date(2026, 10, 2), 0.75, "Réunion d'équipe", _meetings(here)) for person in ("steve", "thomas")),
    ]


def _correct_dubois(here: Loader, log_in: Callable[[str], Odoo]) -> None:
    """Thomas entered 2.25 h on the Dubois visit and corrects it himself, before it is validated (H5)."""
    id_ = here.known["time_thomas_20261020_line_dubois"]
    [row] = here.read("account.analytic.line", [id_], "unit_amount")
    if row["unit_amount"] == DUBOIS_ENTERED:
        technician = replace(here, odoo=log_in(THOMAS.login))
        technician.call("account.analytic.line", "write", ids=[id_], vals={"unit_amount": DUBOIS_CORRECTED})


def _meetings(here: Loader) -> Place:
    """A task of the company's own internal project: nobody pays for it."""
    [company_row] = here.read("res.company", [here.company_id], "internal_project_id")
    project = company_row["internal_project_id"]
    row = {"id": "task_hydro_meetings", "name": "Réunions d'équipe", "project_id/.id": str(project), "company_id/id": SPEC.key}
    [task] = here.load("project.task", [row])
    return Place("meeting", project, task)
