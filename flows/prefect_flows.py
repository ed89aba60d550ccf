"""Every flow, decorated for Prefect. What a flow does stands in its own module, without Prefect."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from prefect import flow, get_run_logger
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.context import FlowRunContext
from prefect.exceptions import CancelledRun, FailedRun
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed
from pydantic import Field

from connectors.odoo.errors import OdooError
from flows.companies import company_file
from flows.period import MONTH, PeriodError, closing, first_day, month_of
from flows.prefect_screen import PrefectScreen
from flows.shape import Mode, Report, RunStopped
from mappings.company import CompanyFile
from mappings.dated import FileError
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period

PAY_FOLDER = "payroll-out"
"""Where the files of payroll variables go unless told otherwise, as on the command line."""

_PAY_PROBLEM = re.compile(r"(: pay_variables[^:\n]*): .*")
"""What a company file has wrong in its section of pay: its place, and what stands there."""

PlainFlow = Callable[[str, Period, Mode, PrefectScreen], Report]
"""A flow without Prefect in it: company, period, how far, and what shows and asks."""

Work = Callable[[PrefectScreen], object]
"""What a run does once all that it was told is understood."""


def _unexpected(record: logging.LogRecord) -> bool:
    """Prefect ends a run that failed in its own words with a traceback of its engine; a person need not read that."""
    return not (record.exc_info and isinstance(record.exc_info[1], FailedRun | CancelledRun))


logging.getLogger("prefect.flow_runs").addFilter(_unexpected)


def _named(title: str, **constraints: Any) -> Any:
    """A parameter's name in the form. Prefect overwrites `title`, not the schema's extra."""
    return Field(json_schema_extra={"title": title}, **constraints)


def _run_name() -> str:
    """`Hydro Verte SRL · 2026-10 · preview`: what a person looks for in the list of runs."""
    given = flow_run.parameters
    closed = given.get("month") or given.get("until") or Path(given.get("file") or "").name
    return " · ".join(str(part) for part in (given.get("company"), closed, given.get("mode")) if part)


@flow(name="Facturer le mois", flow_run_name=_run_name, persist_result=False)
def bill_the_month(
    company: Annotated[str, _named("Société", min_length=1)],
    month: Annotated[str, _named("Mois", pattern=f"^$|{MONTH}")] = "",
    until: Annotated[date | None, _named("Date de clôture")] = None,
    mode: Annotated[Literal["preview", "approve", "apply"], _named("Mode")] = "preview",
) -> State:
    """Propose les factures du mois et pourquoi, ce qui est bloqué et que faire, et le bilan des heures ; puis, si on le
    demande, les écrit en brouillon dans Odoo. N'en comptabilise jamais aucune. Peut être relancé sans risque de doublon.

    Args:
        company: Nom de la société dans Odoo, ou nom de son fichier de société.
        month: Mois à facturer, par exemple 2026-10. Sans mois ni date de clôture, le mois précédent.
        until: Facturer ce qui est validé jusqu'à cette date comprise. À la place du mois, jamais en plus.
        mode: preview montre sans rien écrire ; approve montre, attend votre accord, puis écrit ; apply écrit tout de suite.
    """
    from flows.bill import bill
    from flows.prefect_odoo import odoo_settings

    def decide(name: str, period: Period, how_far: Mode, screen: PrefectScreen) -> Report:
        return bill(name, period, how_far, screen, odoo_settings())

    return in_prefect(decide, company, month or None, until, Mode(mode))


@flow(name="Arrêter FAE et PCA", flow_run_name=_run_name, persist_result=False)
def close_revenue(
    company: Annotated[str, _named("Société", min_length=1)],
    month: Annotated[str, _named("Mois", pattern=f"^$|{MONTH}")] = "",
    until: Annotated[date | None, _named("Date d'arrêté")] = None,
    known_on: Annotated[date | None, _named("Validé au plus tard le")] = None,
    mode: Annotated[Literal["preview", "approve", "apply"], _named("Mode")] = "preview",
) -> State:
    """Propose, à la date d'arrêté, les factures à établir (FAE) et les produits constatés d'avance (PCA) par ligne de
    commande, et pourquoi ; puis, si on le demande, les écrit dans Odoo avec leur extourne au lendemain, en brouillon sauf
    si le fichier de la société dit autrement. Peut être relancé sans risque de doublon.

    Args:
        company: Nom de la société dans Odoo, ou nom de son fichier de société.
        month: Mois à arrêter, par exemple 2026-10. Sans mois ni date d'arrêté, le mois précédent.
        until: Arrêter à cette date comprise. À la place du mois, jamais en plus.
        known_on: Ne compter que les heures et les CRA validés, et les factures comptabilisées, jusqu'à ce jour. Sans date, tout
            ce qui l'est maintenant.
        mode: preview montre sans rien écrire ; approve montre, attend votre accord, puis écrit ; apply écrit tout de suite.
    """
    from flows.accrue import accrue
    from flows.prefect_odoo import odoo_settings

    def decide(name: str, period: Period, how_far: Mode, screen: PrefectScreen) -> Report:
        return accrue(name, period, how_far, screen, odoo_settings(), known_on)

    return in_prefect(decide, company, month or None, until, Mode(mode))


@flow(name="Reprendre l'OD de paie", flow_run_name=_run_name, persist_result=False)
def take_over_payroll(
    company: Annotated[str, _named("Société", min_length=1)],
    file: Annotated[str, _named("Fichier", min_length=1)],
    month: Annotated[str, _named("Mois", pattern=f"^$|{MONTH}")] = "",
    mode: Annotated[Literal["preview", "approve", "apply"], _named("Mode")] = "preview",
) -> State:
    """Montre l'écriture de paie du fichier, ou ligne par ligne ce qui l'empêche ; puis, si on le demande, l'écrit en
    brouillon dans Odoo, entière ou pas du tout. Ne la comptabilise jamais. Le même fichier peut revenir sans doublon.

    Args:
        company: Nom de la société dans Odoo, ou nom de son fichier de société.
        file: Chemin du journal de paie (FEC, Quadratus ou CSV) sur la machine où tourne le worker.
        month: Mois de la paie, par exemple 2026-10. Sans mois, celui du fichier.
        mode: preview montre sans rien écrire ; approve montre, attend votre accord, puis écrit ; apply écrit tout de suite.
    """
    from flows.payroll_entries import payroll_entries, stopping
    from flows.prefect_odoo import odoo_settings

    def begin(_: CompanyFile, labels: Labels) -> Work:
        period = month_of(month, labels) if month else None

        def work(screen: PrefectScreen) -> None:
            report = payroll_entries(company, Path(file), period, Mode(mode), screen, odoo_settings())
            if count := stopping(report):
                raise RunStopped(labels("payroll.refused", count=count))

        return work

    return _shown(company, Mode(mode), begin)


@flow(name="Préparer les variables de paie", flow_run_name=_run_name, persist_result=False)
def prepare_pay(
    company: Annotated[str, _named("Société", min_length=1)],
    month: Annotated[str, _named("Mois", pattern=f"^$|{MONTH}")] = "",
    folder: Annotated[str, _named("Dossier", min_length=1)] = PAY_FOLDER,
    mode: Annotated[Literal["preview", "approve", "apply"], _named("Mode")] = "preview",
) -> State:
    """Compte ce que la paie recevra d'un mois et dit ce qui l'empêche, sans montrer ni montant ni nom : tous ceux qui ouvrent
    Prefect lisent ses pages. Puis, si on le demande, écrit les fichiers pour le seul utilisateur du worker et les joint dans
    Odoo, une fois par contenu.

    Args:
        company: Nom de la société dans Odoo, ou nom de son fichier de société.
        month: Mois de la paie, par exemple 2026-10. Sans mois, le mois précédent.
        folder: Dossier des fichiers, sur la machine où tourne le worker.
        mode: preview compte sans rien écrire ; approve compte, attend votre accord, puis écrit ; apply écrit tout de suite.
    """
    from flows.pay_variables import pay_variables
    from flows.prefect_odoo import odoo_settings
    from flows.prefect_pay import PayScreen, privately

    def begin(file: CompanyFile, labels: Labels) -> Work:
        period = closing(month or None, None, _today(file), labels)

        def work(screen: PrefectScreen) -> None:
            report = pay_variables(company, period, Mode(mode), screen, Path(folder), odoo_settings())
            if report.refused:
                raise RunStopped(labels("pay.open.refused"))

        return privately(work, labels)

    return _shown(company, Mode(mode), begin, PayScreen)


@flow(name="Préparer les CRA", flow_run_name=_run_name, persist_result=False)
def prepare_cras(
    company: Annotated[str, _named("Société", min_length=1)],
    month: Annotated[str, _named("Mois", pattern=f"^$|{MONTH}")] = "",
    mode: Annotated[Literal["preview", "approve", "apply"], _named("Mode")] = "preview",
) -> State:
    """Montre le mois de chaque consultant sur chaque mission et ce qui n'y est pas complet ; puis, si on le demande, crée ou
    met à jour ses CRA dans Odoo, où ils se signent. N'en signe jamais aucun. Peut être relancé sans risque de doublon.

    Args:
        company: Nom de la société dans Odoo, ou nom de son fichier de société.
        month: Mois des CRA, par exemple 2026-10. Sans mois, le mois précédent et le mois en cours, et d'abord les plus anciens
            dont un CRA attend encore quelqu'un.
        mode: preview montre sans rien écrire ; approve montre, attend votre accord, puis écrit ; apply écrit tout de suite.
    """
    from flows.cra import cra, months_to_follow
    from flows.prefect_odoo import odoo_settings

    def begin(file: CompanyFile, labels: Labels) -> Work:
        today = _today(file)
        named = [month_of(month, labels)] if month else []

        def work(screen: PrefectScreen) -> None:
            for one in named or months_to_follow(company, today, screen, odoo_settings()):
                cra(company, one, today, Mode(mode), screen, odoo_settings())

        return work

    return _shown(company, Mode(mode), begin)


@flow(name="Marges du mois", flow_run_name=_run_name, persist_result=False)
def month_margins(
    company: Annotated[str, _named("Société", min_length=1)],
    month: Annotated[str, _named("Mois", pattern=f"^$|{MONTH}")] = "",
    xlsx: Annotated[str, _named("Fichier Excel")] = "",
    mode: Annotated[Literal["preview", "approve", "apply"], _named("Mode")] = "preview",
    forecast: Annotated[bool, _named("Prévision à 90 jours")] = False,
) -> State:
    """Montre les marges du mois par mission, client et responsable d'affaires : chiffre d'affaires facturé ou à facturer,
    coût du temps, frais, intercontrat ; puis, si on le demande, les note sur les projets des missions dans Odoo, une fois.

    Args:
        company: Nom de la société dans Odoo, ou nom de son fichier de société.
        month: Mois des marges, par exemple 2026-10. Sans mois, le mois précédent, puis le mois en cours jusqu'à aujourd'hui.
        xlsx: Chemin d'un fichier Excel à écrire sur la machine où tourne le worker, pour le mois indiqué, sinon le précédent.
        mode: preview montre sans rien écrire ; approve montre, attend votre accord, puis écrit ; apply écrit tout de suite.
        forecast: Montrer la prévision des 90 jours après le mois, ou à partir de demain sans mois ; n'écrit rien dans Odoo.
    """
    from flows.forecast import margin_forecast
    from flows.margins import margins_of_month
    from flows.prefect_odoo import odoo_settings

    def begin(file: CompanyFile, labels: Labels) -> Work:
        today, file_ = _today(file), Path(xlsx) if xlsx else None
        if forecast:
            since = first_day(month or None, today, labels)
            return lambda screen: margin_forecast(company, since, screen, odoo_settings(), file_)
        first, *current = _months(month, today, labels)

        def work(screen: PrefectScreen) -> None:
            margins_of_month(company, first, screen, odoo_settings(), file_, Mode(mode))
            for one in current:  # shown only: what the rest of the month brings is not earned yet
                margins_of_month(company, replace(one, until=today), screen, odoo_settings())

        return work

    return _shown(company, Mode.PREVIEW if forecast else Mode(mode), begin)


def in_prefect(decide: PlainFlow, company: str, month: str | None, until: date | None, mode: Mode) -> State:
    """Run a plain flow that closes a period with Prefect's screen."""

    def begin(file: CompanyFile, labels: Labels) -> Work:
        period = closing(month, until, _today(file), labels)
        return lambda screen: decide(company, period, mode, screen)

    return _shown(company, mode, begin)


def _today(file: CompanyFile) -> date:
    return datetime.now(ZoneInfo(file.timezone)).date()


def _months(month: str, today: date, labels: Labels) -> list[Period]:
    """The month a person named, else the one before and this one."""
    if month:
        return [month_of(month, labels)]
    return [closing(None, None, today, labels), month_of(f"{today:%Y-%m}", labels)]


def _shown(
    company: str, mode: Mode, begin: Callable[[CompanyFile, Labels], Work], shows: type[PrefectScreen] | None = None
) -> State:
    """Run a flow with Prefect's screen. What a person must mend ends the run as failed with its own words alone."""
    try:
        file = company_file(company)
        labels = Labels(file.language)
        work = begin(file, labels)
        if mode is not Mode.PREVIEW and (other := earlier_run()):
            return Cancelled(name=labels("prefect.outcome.busy"), message=labels("prefect.busy", name=other))
        screen = (shows or PrefectScreen)(file.name, labels)
        work(screen)
    except FileError as error:
        return _failed(_unpaid(error))
    except (OdooError, PeriodError, RunStopped) as error:
        return _failed(str(error))
    return Completed(name=labels(f"prefect.outcome.{screen.outcome}"), message=screen.message)


def _failed(message: str) -> State:
    get_run_logger().error(message)
    return Failed(message=message)


def _unpaid(error: FileError) -> str:
    """The error's words without what they quote of somebody's pay: a company file declares bonuses, and all read Prefect."""
    return _PAY_PROBLEM.sub(r"\1: is not right; `regie run pay-variables` says what is wrong with it", str(error))


def earlier_run() -> str | None:
    """The name of a run of the same deployment that began before this one and may still write, waiting ones included.

    Prefect's own concurrency limit of a deployment cannot tell: pausing gives its slot back, and when the engine then fails to
    renew it, 225 s later, it crashes the run that waits for a person (measured, 3.8.8).
    """
    context = FlowRunContext.get()
    this = context.flow_run if context else None
    if this is None or this.deployment_id is None:
        return None
    busy = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PAUSED, StateType.CANCELLING]))
    with get_client(sync_client=True) as client:
        others = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(state=busy, deployment_id=FlowRunFilterDeploymentId(any_=[this.deployment_id])),
        )
    begun = this.start_time or datetime.now(UTC)
    earlier = [run for run in others if run.id != this.id and run.start_time and run.start_time <= begun]
    return next((run.name for run in earlier if run.parameters.get("mode", Mode.PREVIEW) != Mode.PREVIEW), None)
