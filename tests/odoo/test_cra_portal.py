"""A CRA's steps as browsers take them: each person's own session, the page of the link, and the calls its scripts make."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from office import CAMILLE, CLAIRE, HUGO, LAURE, TASK, Office
from trade import Desk

from sandbox.companies import PASSWORD

pytestmark = pytest.mark.sandbox

REFUSED = ("odoo.exceptions.UserError", "odoo.exceptions.AccessError")


class Session:
    """Somebody logged in through the form, as in a browser."""

    def __init__(self, desk: Desk, login: str) -> None:
        self._browser = httpx.Client(base_url=desk.access.url, timeout=60)
        form = self._browser.get("/web/login").raise_for_status().text
        [token] = re.findall(r'name="csrf_token" value="([^"]+)"', form)
        entered = self._browser.post("/web/login", data={"csrf_token": token, "login": login, "password": PASSWORD})
        assert entered.status_code == httpx.codes.SEE_OTHER, "the password is another"

    def sees(self, path: str) -> bool:
        """Whether the page opens, and does not send them elsewhere."""
        return self._browser.get(path).status_code == httpx.codes.OK

    def call(self, method: str, *arguments: Any, **named: Any) -> dict[str, Any]:
        """What a page's script asks of tasks, and the answer: its `result`, or an `error`."""
        asked = {"model": TASK, "method": method, "args": arguments, "kwargs": named}
        answer = self._browser.post(f"/web/dataset/call_kw/{TASK}/{method}", json={"jsonrpc": "2.0", "params": asked})
        return dict(answer.raise_for_status().json())

    def saves(self, task: int, **values: Any) -> dict[str, Any]:
        """The task as its form saves it."""
        return self.call("web_save", [task], values, specification={"id": {}})

    def is_refused(self, task: int, **values: Any) -> str:
        """The refusal's words."""
        error = self.saves(task, **values)["error"]
        assert error["data"]["name"] in REFUSED, error
        return str(error["data"]["message"])


@pytest.fixture(scope="module")
def office(stafforia: Desk) -> Iterator[Office]:
    made = Office(stafforia)
    made.run()
    yield made


@pytest.fixture(scope="module")
def link(office: Office) -> str:
    """The page that the client's e-mail names."""
    return f"/my/projects/{office.task('project_id')['project_id']}/project_sharing/{office.cra()}"


@pytest.fixture(scope="module")
def laure(office: Office) -> Session:
    return Session(office.desk, LAURE)


def test_the_client_sees_the_page_from_their_turn_on(office: Office, link: str, laure: Session) -> None:
    assert not laure.sees(link)
    Session(office.desk, CAMILLE).saves(office.cra(), stage_id=office.stage("client"))
    assert office.step() == "client"
    assert laure.sees(link)


def test_a_contact_of_another_client_neither_sees_nor_approves_it(office: Office, link: str) -> None:
    hugo = Session(office.desk, HUGO)
    assert not hugo.sees(link)
    hugo.is_refused(office.cra(), stage_id=office.stage("manager"))
    assert office.step() == "client"


@pytest.mark.parametrize("who", [CAMILLE, CLAIRE])
@pytest.mark.parametrize("step", ["consultant", "manager", "validated"])
def test_nobody_of_the_company_approves_for_the_client(office: Office, who: str, step: str) -> None:
    assert "c'est à Laure Petit de se prononcer" in Session(office.desk, who).is_refused(
        office.cra(), stage_id=office.stage(step)
    )
    assert office.step() == "client"


def test_the_client_skips_nobody_and_sends_back_only_with_a_reason(office: Office, laure: Session) -> None:
    assert "à l'étape suivante" in laure.is_refused(office.cra(), stage_id=office.stage("validated"))
    assert "pourquoi vous renvoyez" in laure.is_refused(office.cra(), stage_id=office.stage("consultant"))
    assert office.step() == "client"


@pytest.mark.parametrize(
    "values", [{"name": "CRA"}, {"x_regie_client_signs": False}, {"active": False}], ids=lambda one: next(iter(one))
)
def test_the_client_changes_nothing_else(office: Office, laure: Session, values: dict[str, Any]) -> None:
    before = office.task(*values)
    laure.is_refused(office.cra(), **values)
    assert office.task(*values) == before


def test_the_client_neither_deletes_it_nor_reads_what_it_costs(office: Office, laure: Session) -> None:
    assert laure.call("unlink", [office.cra()])["error"]["data"]["name"] in REFUSED
    assert "error" in laure.call("read", [office.cra()], ["x_regie_content"])


def test_the_client_approves(office: Office, laure: Session) -> None:
    assert "result" in laure.saves(office.cra(), stage_id=office.stage("manager"))
    assert office.step() == "manager"
