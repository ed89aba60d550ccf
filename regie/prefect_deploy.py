"""The deployments of `regie up`: one per company file, as `deployments/prefect.yaml` defines them."""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from mappings.company import CompanyFile, files_of, load

FLOWS = ("bill", "accrue", "payroll_entries", "pay_variables", "cra", "margins")
"""The definitions of `prefect.yaml` that every company gets; each has the company file's schedule of the same name, if any."""

_SCHEDULED: Mapping[str, Mapping[str, Any]] = {
    "bill": {"mode": "preview"},
    "accrue": {"mode": "approve"},
    "cra": {"mode": "apply"},
    "margins": {},
}
"""What a flow is told that runs by itself. Invoices and entries are a person's decision; a CRA commits nobody before it is
signed, and margins write nothing."""

Named = tuple[str, str]
"""A deployment: which of `FLOWS` (of another: its entrypoint), and its name."""


def template() -> dict[str, Any]:
    """What `deployments/prefect.yaml` says."""
    source = files("deployments").joinpath("prefect.yaml").read_text(encoding="utf-8")
    return dict(YAML(typ="safe").load(source))


def company_files(directory: Path) -> list[CompanyFile]:
    """Every company file of a folder. Raises FileError at the first faulty one."""
    return [load(path) for path in files_of(directory)]


def deployments(company: CompanyFile) -> Iterator[dict[str, Any]]:
    """A company's deployments as `prefect.yaml` would list them."""
    definitions = template()["definitions"]
    for flow in FLOWS:
        cron = getattr(company.schedule, flow, None)
        when = {"slug": flow, "cron": cron, "timezone": company.timezone}
        yield {
            **definitions[flow],
            "name": re.sub(r"[/%&<>]", "-", company.name),  # Prefect allows none of these in a name
            "parameters": {"company": company.name},
            "schedules": [{**when, "parameters": dict(_SCHEDULED[flow])}] if cron else [],
        }


def deploy(companies: list[CompanyFile], working_dir: Path) -> tuple[list[Named], list[Named]]:
    """Make the server's deployments those of the companies: those that stand, and those taken away.

    Needs PREFECT_API_URL. A schedule that a person paused stays paused. Flows run in `working_dir`, where `.env` is.
    """
    from prefect.client.orchestration import get_client

    from flows.prefect_odoo import RegieOdoo

    wanted = [deployment for company in companies for deployment in deployments(company)]
    RegieOdoo.register_type_and_schema()
    with get_client(sync_client=True) as client:
        _make_pool(client, template()["definitions"]["pool"]["name"])
        tagged = [deployment for deployment in client.read_deployments() if "regie" in deployment.tags]
        there = {(deployment.entrypoint, deployment.name): deployment for deployment in tagged}
        for spec in wanted:
            existing = there.pop((spec["entrypoint"], spec["name"]), None)
            _unschedule(client, spec, existing)
            _apply(spec, existing, working_dir)
        for deployment in there.values():
            client.delete_deployment(deployment.id)
    flows = {template()["definitions"][flow]["entrypoint"]: flow for flow in FLOWS}
    stands = [(flows[spec["entrypoint"]], str(spec["name"])) for spec in wanted]
    return stands, sorted((flows.get(entrypoint, entrypoint or ""), name) for entrypoint, name in there)


def _make_pool(client: Any, name: str) -> None:
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    try:
        template = ProcessWorker.get_default_base_job_template()
        client.create_work_pool(WorkPoolCreate(name=name, type=ProcessWorker.type, base_job_template=template))
    except ObjectAlreadyExists:
        pass


def _unschedule(client: Any, spec: dict[str, Any], existing: Any) -> None:
    """Prefect keeps a schedule that a deployment no longer names."""
    wanted = {schedule["slug"] for schedule in spec["schedules"]}
    for schedule in existing.schedules if existing else []:
        if schedule.slug not in wanted:
            client.delete_deployment_schedule(existing.id, schedule.id)


def _apply(spec: dict[str, Any], existing: Any, working_dir: Path) -> None:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.runner.storage import LocalStorage
    from prefect.schedules import Cron

    active = {schedule.slug: schedule.active for schedule in existing.schedules} if existing else {}
    deployment = RunnerDeployment.from_entrypoint(
        spec["entrypoint"],
        name=spec["name"],
        description=spec["description"],
        tags=spec["tags"],
        parameters=spec["parameters"],
        schedules=[
            Cron(
                schedule["cron"],
                timezone=schedule["timezone"],
                slug=schedule["slug"],
                parameters=schedule["parameters"],
                active=active.get(schedule["slug"], True),
            )
            for schedule in spec["schedules"]
        ],
        work_pool_name=spec["work_pool"]["name"],
    )
    deployment.storage = LocalStorage(str(working_dir))
    deployment.apply()
