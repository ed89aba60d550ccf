"""Stafforia Services SAS: a French consulting and support company, as it stands at the beginning of November 2026."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from sandbox.companies.loader import Loader
from sandbox.companies.mission import expenses, leaves, milestones, progress, tickets
from sandbox.companies.setup import CONSULTANT, MANAGER, SALES, CompanySpec, Person, company, people
from sandbox.companies.trade import Client, catalogue, clients, confirm, order, products, sold
from sandbox.companies.work import Place, cost, hours, place, validate

if TYPE_CHECKING:
    from connectors.odoo import Odoo

SPEC = CompanySpec(
    key="stafforia",
    name="Stafforia Services SAS",
    country="base.fr",
    chart="fr",
    language="fr_FR",
    timezone="Europe/Paris",
    hours_per_day=7.0,
    address={
        "street": "14 rue des Archives",
        "zip": "75004",
        "city": "Paris",
        "phone": "+33 1 99 00 12 34",
        "email": "contact@stafforia.example",
    },
    holidays={
        date(2026, 1, 1): "Jour de l'an",
        date(2026, 4, 6): "Lundi de Pâques",
        date(2026, 5, 1): "Fête du travail",
        date(2026, 5, 8): "Victoire 1945",
        date(2026, 5, 14): "Ascension",
        date(2026, 5, 25): "Lundi de Pentecôte",
        date(2026, 7, 14): "Fête nationale",
        date(2026, 8, 15): "Assomption",
        date(2026, 11, 1): "Toussaint",
        date(2026, 11, 11): "Armistice 1918",
        date(2026, 12, 25): "Noël",
    },
)

CLAIRE = Person("claire", "Claire Martin", "claire@stafforia.example", "Directrice de mission", 60.00, MANAGER)
SOPHIE = Person("sophie", "Sophie Bernard", "sophie@stafforia.example", "Business manager", 55.00, SALES)
# 320.00 € for a day of 7 h (S6).
CAMILLE = Person("camille", "Camille Durand", "camille@stafforia.example", "Data Engineer", 320.00 / 7, CONSULTANT, "claire")
JULIEN = Person("julien", "Julien Roussel", "julien@stafforia.example", "Consultant", 40.00, manager="claire")

SERVICE = ("tva_normale_encaissement", "pcg_706")
EXPENSE = ("tva_normale_encaissement", "pcg_7085")

CLIENTS = [
    Client(
        "clientis",
        "Clientis Group",
        "Laure Petit",
        "laure.petit@clientis.example",
        "5 place de la Défense",
        "92400",
        "Courbevoie",
        contract_required=True,
    ),
    Client("neo", "Néo", "Hugo Moreau", "hugo.moreau@neo.example", "22 quai Perrache", "69002", "Lyon"),
    Client("orion", "Orion", "Inès Fabre", "ines.fabre@orion.example", "3 allée de Brienne", "31000", "Toulouse"),
    Client("kepler", "Kepler", "Yann Le Goff", "yann.legoff@kepler.example", "9 rue de Siam", "29200", "Brest"),
]

PROJECTS = {
    "order_clientis": "Clientis Group : mission Data Engineer",
    "order_neo": "Néo : support",
    "order_orion": "Orion : forfait 20 jours",
    "order_kepler": "Kepler : régie",
}


def set_up(loader: Loader) -> Loader:
    """The company and its people; answers a loader that works in it."""
    here = company(loader, SPEC)
    people(here, SPEC, [CLAIRE, SOPHIE, CAMILLE, JULIEN])
    return here


def trade(here: Loader) -> None:
    """Articles, clients and their confirmed orders; Orion's two milestones and the invoice of the first."""
    products(here, SPEC, catalogue(SERVICE, EXPENSE, "pcg_6251", "__regie__.uom_day_7h"))
    clients(here, SPEC, CLIENTS)
    confirm(here, orders(), PROJECTS)
    milestones(here, "orion", invoiced_on=date(2026, 9, 30), plan=[
        ("Cadrage", 0.3, date(2026, 9, 25), True),
        ("Réalisation", 0.4, date(2026, 10, 15), True),
        ("Recette", 0.3, date(2026, 12, 11), False),
    ])  # fmt: skip


def orders() -> list[dict[str, Any]]:
    """The orders of S1, S9, S11 and S12."""
    return [
        {
            **order(
                SPEC,
                "clientis",
                date(2026, 10, 5),
                "sophie",
                {
                    **sold("clientis", "stafforia_regie_j", 60, 600.00, "Mission Data Engineer, TJM"),
                    "x_regie_consultant_id/id": "employee_camille",
                    "x_regie_starts_on": date(2026, 10, 12),
                },
                contract_required=True,
            ),
            "x_regie_cra_contact_id/id": "contact_clientis",
        },
        order(
            SPEC,
            "neo",
            date(2026, 10, 1),
            "sophie",
            sold("neo", "stafforia_pack_h", 10, 95.00, "Support, pack de 10 heures prépayées"),
        ),
        order(
            SPEC,
            "orion",
            date(2026, 9, 14),
            "sophie",
            sold("orion", "stafforia_forfait_jalon", 20, 650.00, "Refonte du reporting, forfait de 20 jours"),
        ),
        order(
            SPEC,
            "kepler",
            date(2026, 10, 5),
            "sophie",
            sold("kepler", "stafforia_regie_h", 40, 80.00, "Assistance technique, en régie"),
        ),
    ]


def work(here: Loader, log_in: Callable[[str], Odoo]) -> None:
    """Hours, leave, tickets and expenses until the beginning of November; Claire validates all but Kepler's of the 28th."""
    clientis = place(here, "line_clientis")
    here.make_so("project.project", clientis.project, user_id=here.known["user_claire"])
    kept = _kepler_late(here)
    camille = _camille(here, clientis)
    rows = [*_orion(here), *_kepler(here), *_neo(here), *camille]
    here.load("account.analytic.line", [*rows, kept])
    cost(here, camille, CAMILLE.cost)
    validate(here, rows, lambda: log_in(CLAIRE.login))
    leaves(here, SPEC, "camille", [
        ("20261023", date(2026, 10, 23), "am"),
        ("20261030", date(2026, 10, 30), "pm"),
    ])  # fmt: skip
    progress(here, place(here, "line_orion").project, date(2026, 10, 30), 50, "claire")
    expenses(here, SPEC, "camille", clientis.project, [
        ("train", "FRAIS-TRAIN", "Train Paris - Lille, client Clientis", date(2026, 10, 13), 120.00, "order_clientis"),
        ("meals", "FRAIS-REPAS", "Repas en mission, octobre", date(2026, 10, 30), 86.40, ""),
    ])  # fmt: skip


def _days(*days: int) -> list[date]:
    return [date(2026, 10, day) for day in days]


def _orion(here: Loader) -> list[dict[str, Any]]:
    """Five days in September, nine in October (S11)."""
    orion = place(here, "line_orion")
    days = [date(2026, 9, day) for day in (21, 22, 23, 24, 25)] + _days(1, 2, 5, 6, 7, 9, 12, 13, 14)
    return [hours("julien", day, 7.0, "Refonte du reporting", orion) for day in days]


def _kepler(here: Loader) -> list[dict[str, Any]]:
    """12 h (S12)."""
    kepler = place(here, "line_kepler")
    spent = {16: 3.0, 19: 5.5, 21: 3.5}
    return [hours("julien", date(2026, 10, day), quantity, "Assistance technique", kepler) for day, quantity in spent.items()]


def _kepler_late(here: Loader) -> dict[str, Any]:
    """3 h that are validated only on 5 November, after the loaded state (S12)."""
    return hours("julien", date(2026, 10, 28), 3.0, "Assistance technique", place(here, "line_kepler"))


def _neo(here: Loader) -> list[dict[str, Any]]:
    """Two tickets, 4 h on 8 October and 3.5 h on the 20th (S9)."""
    first, second = tickets(here, SPEC, "neo", "julien", [
        ("neo_1", "Export comptable bloqué", date(2026, 10, 8)),
        ("neo_2", "Droits d'accès après réorganisation", date(2026, 10, 20)),
    ])  # fmt: skip
    return [
        hours("julien", date(2026, 10, 8), 4.0, "Export comptable bloqué", first),
        hours("julien", date(2026, 10, 20), 3.5, "Droits d'accès après réorganisation", second),
    ]


def _camille(here: Loader, clientis: Place) -> list[dict[str, Any]]:
    """Seven days on the bench (S7), then 13.5 days at Clientis, on leave on the 23rd and the afternoon of the 30th (S1)."""
    bench = _bench(here)
    mission = _days(12, 13, 14, 15, 16, 19, 20, 21, 22, 26, 27, 28, 29)
    return [
        *(hours("camille", day, 7.0, "Intercontrat", bench) for day in _days(1, 2, 5, 6, 7, 8, 9)),
        *(hours("camille", day, 7.0, "Mission Data Engineer", clientis) for day in mission),
        hours("camille", date(2026, 10, 30), 3.5, "Mission Data Engineer", clientis),
    ]


def _bench(here: Loader) -> Place:
    mine = {"name": "Intercontrat", "company_id/id": SPEC.key}
    [project] = here.load(
        "project.project", [{"id": "project_bench", "allow_billable": False, "allow_timesheets": True, **mine}]
    )
    [task] = here.load("project.task", [{"id": "task_bench", "project_id/id": "project_bench", **mine}])
    return Place("bench", project, task)
