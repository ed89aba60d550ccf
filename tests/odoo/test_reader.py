"""The reader against the sandbox's real Odoo: pages, connections, companies, archived records, units, sums."""

import uuid
from collections.abc import Iterator

import pandas as pd
import pytest

from connectors.odoo import Odoo, OdooSettings, connect, reader
from connectors.odoo.errors import ConfigurationError
from connectors.odoo.reader import Reader
from connectors.odoo.schema import Schema, detect
from flows.provision import provision
from mappings.odoo.where import Where
from mappings.vocabulary import datasets
from mappings.vocabulary.units import MICRO, MONEY
from sandbox.access import Access

pytestmark = pytest.mark.sandbox

MANY = 25


@pytest.fixture(scope="module")
def admin(sandbox_access: Access) -> Iterator[Odoo]:
    access = sandbox_access
    with connect(
        OdooSettings(url=access.url, database=access.database, login=access.admin_login, key=access.admin_key)
    ) as odoo:
        provision(odoo)
        yield odoo


@pytest.fixture(scope="module")
def schema(admin: Odoo) -> Schema:
    return detect(admin)


@pytest.fixture(scope="module")
def company(admin: Odoo) -> int:
    (user,) = admin.call("res.users", "read", ids=[admin.uid], fields=["company_id"], load="", safe=True)
    return int(user["company_id"])


@pytest.fixture(scope="module")
def mark() -> str:
    """A word that only this run's records bear."""
    return f"essai-{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def hours(admin: Odoo, company: int, mark: str) -> Iterator[list[int]]:
    """Timesheets of this run: 0.25 h, 0.5 h, ... on consecutive days, every second validated."""
    within = {"allowed_company_ids": [company]}
    (employee,) = admin.call("hr.employee", "create", vals_list=[{"name": mark, "company_id": company}], context=within)
    (project,) = admin.call(
        "project.project", "create", vals_list=[{"name": mark, "company_id": company, "allow_timesheets": True}], context=within
    )
    rows = [
        {
            "name": mark,
            "project_id": project,
            "employee_id": employee,
            "date": f"2026-10-{place + 1:02}",
            "unit_amount": 0.25 * (place + 1),
            "x_regie_validated": place % 2 == 0,
        }
        for place in range(MANY)
    ]
    ids = admin.call("account.analytic.line", "create", vals_list=rows, context=within)
    yield ids
    admin.call("account.analytic.line", "write", ids=ids, vals={"x_regie_validated": False}, context=within)
    admin.call("account.analytic.line", "unlink", ids=ids, context=within)
    admin.call("project.project", "unlink", ids=[project], context=within)


@pytest.fixture
def of_company(admin: Odoo, schema: Schema, company: int) -> Reader:
    return Reader(admin, schema, [company])


def test_a_frame_conforms_and_has_the_values_of_odoo(of_company: Reader, hours: list[int], mark: str) -> None:
    frame = of_company.read(datasets.TIMESHEETS, [("description", "=", mark)])
    assert frame["id"].tolist() == sorted(hours)
    assert frame["hours"].tolist() == [MICRO // 4 * (place + 1) for place in range(MANY)]
    assert frame["date"].tolist() == [pd.Timestamp(2026, 10, place + 1) for place in range(MANY)]
    assert frame["validated"].tolist() == [place % 2 == 0 for place in range(MANY)]
    assert list(frame.columns) == datasets.TIMESHEETS.names


@pytest.mark.parametrize(("connections", "first"), [(1, 4), (3, 4), (2, MANY)])
def test_pages_on_several_connections_give_what_one_page_gives(
    monkeypatch: pytest.MonkeyPatch,
    admin: Odoo,
    schema: Schema,
    company: int,
    hours: list[int],
    mark: str,
    connections: int,
    first: int,
) -> None:
    where = [("description", "=", mark)]
    at_once = Reader(admin, schema, [company]).read(datasets.TIMESHEETS, where)
    monkeypatch.setattr(reader, "FIRST", first)
    monkeypatch.setattr(reader, "PAGE", 4)
    monkeypatch.setattr(reader, "_IDS_PAGE", 7)
    paged = Reader(admin, schema, [company], connections=connections).read(datasets.TIMESHEETS, where)
    pd.testing.assert_frame_equal(paged, at_once)


def test_only_the_columns_asked_are_read(of_company: Reader, hours: list[int], mark: str) -> None:
    frame = of_company.read(datasets.TIMESHEETS, [("description", "=", mark)], columns=["hours"])
    assert list(frame.columns) == ["id", "hours"]
    with pytest.raises(KeyError, match="colour"):
        of_company.read(datasets.TIMESHEETS, columns=["colour"])


def test_the_servers_sum_is_that_of_the_frame(of_company: Reader, hours: list[int], mark: str) -> None:
    where = [("description", "=", mark)]
    frame = of_company.read(datasets.TIMESHEETS, where)
    totals = of_company.totals(datasets.TIMESHEETS, ["validated", "project_id"], "hours", where)
    here = frame.groupby(["validated", "project_id"])["hours"].sum().reset_index()
    columns = ["validated", "project_id", "hours"]
    pd.testing.assert_frame_equal(totals.sort_values("validated", ignore_index=True)[columns], here[columns])
    (total,) = of_company.totals(datasets.TIMESHEETS, [], "hours", where)["hours"]
    assert total == frame["hours"].sum()


def test_within_once_the_same_question_has_the_answer_of_the_first_time(
    admin: Odoo, of_company: Reader, hours: list[int], mark: str
) -> None:
    where: Where = [("description", "=", mark)]

    def both() -> tuple[int, int]:
        frame = of_company.read(datasets.TIMESHEETS, where, columns=["validated"])
        counted = int(frame["validated"].sum())
        frame["validated"] = False  # what one reader does to its frame is its own affair
        return counted, len(of_company.totals(datasets.TIMESHEETS, ["validated"], "hours", where))

    def set_all(validated: bool) -> None:
        admin.call("account.analytic.line", "write", ids=hours[1::2], vals={"x_regie_validated": validated})

    with of_company.once():
        before = both()
        set_all(True)
        assert both() == before == (MANY // 2 + 1, 2)
    assert both() == (MANY, 1)
    set_all(False)
    assert both() == before


def test_the_server_does_not_sum_by_what_is_no_field_of_its_own(of_company: Reader) -> None:
    for name in ("is_absence", "invoice_state"):
        with pytest.raises(ValueError, match=name):
            of_company.totals(datasets.TIMESHEETS, [name], "hours")


def test_conditions_choose_rows_on_the_server(of_company: Reader, hours: list[int], mark: str) -> None:
    where: Where = [("description", "=", mark), "|", ("validated", "=", False), ("id", "=", hours[0])]
    assert len(of_company.read(datasets.TIMESHEETS, where)) == MANY // 2 + 1
    assert of_company.read(datasets.TIMESHEETS, [*where, ("is_absence", "=", True)]).empty


def test_nothing_found_is_an_empty_frame_that_conforms(of_company: Reader) -> None:
    for dataset in datasets.DATASETS.values():
        frame = of_company.read(dataset, [("id", "=", 0)])
        assert len(frame) == 0
        assert list(frame.columns) == dataset.names
    assert str(of_company.read(datasets.INVOICES, [("id", "=", 0)])["created_at"].dtype) == "datetime64[ns, UTC]"


def test_every_dataset_can_be_read_with_the_integration_users_rights(sandbox_access: Access, company: int, admin: Odoo) -> None:
    access = sandbox_access
    login, key = access.bot_login or access.admin_login, access.bot_key or access.admin_key
    with connect(OdooSettings(url=access.url, database=access.database, login=login, key=key)) as odoo:
        (user,) = odoo.call("res.users", "read", ids=[odoo.uid], fields=["company_id"], load="", safe=True)
        reading = Reader(odoo, detect(odoo), [user["company_id"]])
        assert all(list(reading.read(d).columns) == d.names for d in datasets.DATASETS.values() if d.name != "timesheets")


def test_archived_records_are_read_unless_told_otherwise(admin: Odoo, of_company: Reader, mark: str) -> None:
    (partner,) = admin.call("res.partner", "create", vals_list=[{"name": mark, "active": False}])
    where = [("id", "=", partner)]
    (found,) = of_company.read(datasets.PARTNERS, where).itertuples()
    assert (found.name, found.active) == (mark, False)
    assert of_company.read(datasets.PARTNERS, where, archived=False).empty
    admin.call("res.partner", "unlink", ids=[partner])


def test_the_hour_and_odoos_own_day_are_units_of_time_and_the_dozen_is_none(admin: Odoo, of_company: Reader) -> None:
    names = ("product_uom_hour", "product_uom_day", "product_uom_dozen")
    ids = [
        admin.call(
            "ir.model.data", "check_object_reference", module="uom", xml_id=name, context={"active_test": False}, safe=True
        )[1]
        for name in names
    ]
    units = of_company.read(datasets.UNITS, [("id", "in", ids)]).set_index("id")["hours"]
    assert [units[unit] for unit in ids] == [MICRO, 8 * MICRO, 0]


def test_a_company_sees_its_own_rows(admin: Odoo, schema: Schema, company: int, hours: list[int], mark: str) -> None:
    (other,) = admin.call("res.company", "create", vals_list=[{"name": mark}])
    where = [("description", "=", mark)]
    assert Reader(admin, schema, [other]).read(datasets.TIMESHEETS, where).empty
    assert len(Reader(admin, schema, [company, other]).read(datasets.TIMESHEETS, where)) == MANY
    admin.call("res.company", "write", ids=[other], vals={"active": False})


def test_money_is_in_ten_thousandths(admin: Odoo, of_company: Reader, hours: list[int]) -> None:
    admin.call("account.analytic.line", "write", ids=hours[:1], vals={"amount": -12.34})
    (cost,) = of_company.read(datasets.TIMESHEETS, [("id", "=", hours[0])])["cost"]
    assert cost == -1234 * MONEY // 100


def test_a_column_the_server_lacks_is_told_before_anything_is_read(
    admin: Odoo, company: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = detect(admin)
    whole = dict(bare.fields("account.analytic.line"))
    monkeypatch.setitem(bare._models, "account.analytic.line", {k: v for k, v in whole.items() if k != "x_regie_validated"})
    reading = Reader(admin, bare, [company])
    with pytest.raises(ConfigurationError, match=r"x_regie_validated.*timesheets\.validated"):
        reading.read(datasets.TIMESHEETS)
    assert "hours" in reading.read(datasets.TIMESHEETS, [("id", "=", 0)], columns=["hours"])
