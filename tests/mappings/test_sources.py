"""The sources of the datasets against the fields of Odoo 16 to 19 (`recorded/`: only 19's come from a server); conditions."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mappings.odoo.checked import CHECKED
from mappings.odoo.place import ALWAYS, NEVER
from mappings.odoo.records import RECORDS
from mappings.odoo.source import Bound, Server, SourceError, bind
from mappings.odoo.sources import SOURCES, check
from mappings.odoo.where import translate
from mappings.vocabulary import datasets
from mappings.vocabulary.datasets import DATASETS
from mappings.vocabulary.labels import LANGUAGES, Labels

VERSIONS = (16, 17, 18, 19)
PROVISIONED = {
    "account.analytic.line": {"x_regie_validated": "boolean", "x_regie_validated_on": "datetime", "x_regie_kind": "selection"},
    "account.move": {"x_regie_key": "char", "x_regie_content": "text"},
    "project.project": {"x_regie_key": "char"},
    "project.task": {
        "x_regie_key": "char",
        "x_regie_content": "text",
        "x_regie_evidence": "text",
        "x_regie_month": "date",
        "x_regie_order_line_id": "many2one",
        "x_regie_consultant_id": "many2one",
        "x_regie_manager_id": "many2one",
        "x_regie_deputy_id": "many2one",
        "x_regie_contact_id": "many2one",
        "x_regie_client_signs": "boolean",
    },
    "mail.activity": {"x_regie_key": "char"},
    "ir.attachment": {"x_regie_key": "char"},
}
"""Fields of Regie's that a dataset cannot do without."""

OF_CRAS = {"cra_projects", "mission_projects", "cras", "proofs", "activities"}


class Recorded:
    """A server of which only the fields are known."""

    def __init__(self, major: int, *, provisioned: bool = True, without: str = "", **more: Mapping[str, str]) -> None:
        recorded = json.loads((Path(__file__).parent / "recorded" / f"{major}.json").read_text())
        self.version: tuple[int, int] = (major, 0)
        self.models: dict[str, dict[str, str]] = recorded["models"]
        for model, fields in {**(PROVISIONED if provisioned else {}), **more}.items():
            self.models[model.replace("__", ".")].update(fields)
        model, _, field = without.partition("/")
        if field:
            del self.models[model][field]
        elif model:
            del self.models[model]

    def fields(self, model: str) -> Mapping[str, Mapping[str, Any]]:
        return {name: {"type": kind} for name, kind in self.models.get(model, {}).items()}


def bound(name: str, server: Server) -> Bound:
    return bind(DATASETS[name], SOURCES[name], server)


def field(name: str, column: str, server: Server) -> tuple[str, ...]:
    return bound(name, server).places[column].fields


def test_every_column_of_every_dataset_has_a_place() -> None:
    assert {name: set(source.columns) for name, source in SOURCES.items()} == {
        name: set(dataset.names) for name, dataset in DATASETS.items()
    }


@pytest.mark.parametrize("major", VERSIONS)
def test_a_provisioned_community_has_all_that_is_needed(major: int) -> None:
    assert [str(problem) for problem in check(Recorded(major))] == []


@pytest.mark.parametrize("major", VERSIONS)
def test_before_provisioning_the_validation_of_time_and_what_makes_a_cra_are_missing(major: int) -> None:
    problems = check(Recorded(major, provisioned=False))
    assert {problem.cause for problem in problems} == {"provision"} and "regie provision" in str(problems[0])
    missing = [(problem.dataset, problem.column) for problem in problems if problem.dataset not in OF_CRAS]
    assert missing == [("timesheets", "validated")]


@pytest.mark.parametrize("major", VERSIONS)
def test_enterprise_has_its_own_validation_and_needs_no_provisioning_for_it(major: int) -> None:
    fields = {"validated": "boolean", "timer_start": "datetime"}
    enterprise = Recorded(major, provisioned=False, account__analytic__line=fields)
    assert {problem.dataset for problem in check(enterprise)} == OF_CRAS
    assert field("timesheets", "validated", enterprise) == ("validated",)
    assert field("timesheets", "timer_started_at", enterprise) == ("timer_start",)


@pytest.mark.parametrize("major", VERSIONS)
def test_records_are_written_and_checked_by_fields_that_exist(major: int) -> None:
    server = Recorded(major)
    for source in RECORDS.values():
        head, line = server.models[source.model], server.models.get(source.line_model, {})
        written = {column.partition("/")[0] for column in (*(cell.column for cell in source.values.values()), *source.always)}
        assert {name for name in written if not name.startswith("x_regie_")} <= set(head)
        assert {name for name in (*source.families, source.document) if name} <= set(head)
        from_19 = {"collapse_prices", "collapse_composition"} if major < 19 else set()
        assert {cell.column.partition("/")[0] for cell in source.lines.values()} <= {*line, "analytic_distribution"} | from_19
    for checked in CHECKED.values():
        required = [name for name in checked.columns if name not in ("sale", "hard", "period")]
        assert {place.fields[0] for name in required for place in checked.columns[name]} <= set(server.models[checked.model])


def test_every_value_of_a_record_type_has_a_column() -> None:
    for source in RECORDS.values():
        assert set(source.values) == set(source.record.values) - {"company_id"}
        assert set(source.lines) == set(source.record.lines)
        assert set(source.compared) <= set(source.record.values) & set(source.dataset.names)
        lines = source.line_dataset.names if source.line_dataset else ()
        assert set(source.compared_lines) <= set(source.record.lines) & set(lines)


@pytest.mark.parametrize(
    ("major", "unit", "taxes"),
    [(16, "product_uom", "tax_id"), (18, "product_uom", "tax_id"), (19, "product_uom_id", "tax_ids")],
)
def test_the_order_line_was_renamed_in_19(major: int, unit: str, taxes: str) -> None:
    assert field("order_lines", "unit_id", Recorded(major)) == (unit,)
    assert field("order_lines", "tax_ids", Recorded(major)) == (taxes,)


@pytest.mark.parametrize(("major", "expected"), [(16, {}), (17, {"journal_id"})])
def test_an_order_has_a_journal_from_17_on_and_before_it_is_empty_without_complaint(major: int, expected: set[str]) -> None:
    assert {"journal_id"} & set(bound("orders", Recorded(major)).places) == set(expected)


@pytest.mark.parametrize(
    ("major", "row", "amount"),
    [
        (16, {"total_amount_company": 120.0, "amount_tax_company": 20.0}, 100.0),
        (18, {"total_amount": 120.0, "tax_amount": 20.0}, 100.0),
        (19, {"untaxed_amount": 100.0}, 100.0),
    ],
)
def test_an_expense_is_read_without_tax_in_the_companys_currency(major: int, row: dict[str, float], amount: float) -> None:
    place = bound("expenses", Recorded(major)).places["amount"]
    assert set(place.fields) == set(row)
    assert place.take([row], {}) == [amount]


@pytest.mark.parametrize(
    ("major", "word", "meaning"), [(16, "reported", "submitted"), (17, "done", "paid"), (19, "paid", "paid")]
)
def test_the_states_of_an_expense_have_one_vocabulary(major: int, word: str, meaning: str) -> None:
    assert bound("expenses", Recorded(major)).places["state"].take([{"state": word}], {}) == [meaning]


def test_hours_of_a_unit_from_19_on() -> None:
    place = bound("units", Recorded(19)).places["hours"]
    hour = {"factor": 1.0, "parent_path": "4/"}
    rows = [hour, {"factor": 7.6, "parent_path": "4/31/"}, {"factor": 0.0166667, "parent_path": "4/6/"}]
    assert place.take([*rows, {"factor": 12.0, "parent_path": "1/3/"}], hour) == [1.0, 7.6, 0.0166667, 0.0]


def test_hours_of_a_unit_until_18_where_the_day_was_the_reference() -> None:
    place = bound("units", Recorded(18)).places["hours"]
    hour = {"factor": 8.0, "category_id": 3}
    rows = [hour, {"factor": 1.0, "category_id": 3}, {"factor": 16.0, "category_id": 3}, {"factor": 1.0, "category_id": 1}]
    assert place.take(rows, hour) == [1.0, 8.0, 0.5, 0.0]


def test_a_missing_field_is_named_with_its_dataset_column_and_model() -> None:
    with pytest.raises(SourceError, match=r"account\.move .*posted_before.*invoices\.posted_before"):
        bound("invoices", Recorded(19, without="account.move/posted_before"))


def test_a_missing_model_says_to_install_the_app_or_give_the_right() -> None:
    problems = {problem.cause for problem in check(Recorded(19, without="project.milestone"))}
    assert problems == {"model"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("without", ["account.move/state", "project.milestone", "account.analytic.line/x_regie_validated"])
def test_a_problem_is_told_in_the_readers_language(language: str, without: str) -> None:
    text = check(Recorded(19, without=without))[0].text(Labels(language))
    assert without.partition("/")[0] in text


def test_an_addon_that_is_not_installed_has_no_rows_and_is_no_problem() -> None:
    server = Recorded(19, without="contract.contract")
    assert not bound("contracts", server).exists
    assert check(server) == []


def ask(name: str, *where: Any, server: Server | None = None) -> list[Any]:
    """The condition alone, without the source's own."""
    there = bound(name, server or Recorded(19))
    return translate(there, where)[len(there.source.domain) :]


def test_a_dataset_has_its_own_condition() -> None:
    assert translate(bound("timesheets", Recorded(19)), []) == [("project_id", "!=", False)]


def test_conditions_speak_of_regies_columns_with_operators_before_them() -> None:
    assert ask("timesheets", "|", ("order_line_id", "in", [4, 0]), "!", ("validated", "=", True)) == [
        "|", ("so_line", "in", [4, False]), "!", ("x_regie_validated", "=", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("dataset", "condition", "expected"),
    [
        ("timesheets", ("invoice_id", "=", 0), ("timesheet_invoice_id", "=", False)),
        ("timesheets", ("date", "<=", date(2026, 10, 31)), ("date", "<=", "2026-10-31")),
        ("timesheets", ("validated_on", "!=", None), ("x_regie_validated_on", "!=", False)),
        ("timesheets", ("hours", "!=", 0), ("unit_amount", "!=", 0)),
        ("orders", ("state", "=", "sale"), ("state", "in", ["sale", "done"])),
        ("orders", ("state", "!=", "sale"), ("state", "not in", ["sale", "done"])),
        ("order_lines", ("display", "=", ""), ("display_type", "=", False)),
        ("invoices", ("key", "=like", "inv_%_n%"), ("x_regie_key", "=like", "inv_%_n%")),
        (
            "invoices",
            ("created_at", ">=", datetime(2026, 10, 1, tzinfo=UTC)),
            ("create_date", ">=", "2026-10-01 00:00:00"),
        ),
    ],
)
def test_values_are_translated(dataset: str, condition: tuple[str, str, Any], expected: tuple[str, str, Any]) -> None:
    assert ask(dataset, condition) == [expected]


@pytest.mark.parametrize(
    ("operator", "asked"),
    [
        ("<", ("<", "2026-11-04 23:00:00")),
        ("<=", ("<", "2026-11-05 23:00:00")),
        (">", (">=", "2026-11-05 23:00:00")),
        (">=", (">=", "2026-11-04 23:00:00")),
    ],
)
def test_a_day_kept_as_a_moment_begins_at_midnight_in_the_companys_time(operator: str, asked: tuple[str, str]) -> None:
    found = translate(
        bound("timesheets", Recorded(19)), [("validated_on", operator, date(2026, 11, 5))], timezone="Europe/Paris"
    )
    assert found[len(SOURCES["timesheets"].domain) :] == [("x_regie_validated_on", *asked)]


def test_a_flag_over_several_fields_asks_for_any_of_them() -> None:
    assert ask("timesheets", ("is_absence", "=", True)) == ["|", ("holiday_id", "!=", False), ("global_leave_id", "!=", False)]
    assert ask("timesheets", ("is_absence", "=", False)) == ["&", ("holiday_id", "=", False), ("global_leave_id", "=", False)]
    without = Recorded(19, without="account.analytic.line/holiday_id")
    assert ask("timesheets", ("is_absence", "=", True), server=without) == [("global_leave_id", "!=", False)]


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        (("qualification", "=", ""), True),
        (("qualification", "=", "billable"), False),
        (("qualification", "!=", "included"), True),
        (("qualification", "in", ["", "billable"]), True),
        (("qualification", "not in", ["billable"]), True),
    ],
)
def test_a_column_the_server_lacks_is_compared_by_its_empty_value(condition: tuple[str, str, Any], met: bool) -> None:
    assert ask("timesheets", condition) == [ALWAYS if met else NEVER]


@pytest.mark.parametrize(
    ("dataset", "condition", "why"),
    [
        ("timesheets", ("cost", "<", -5_000_000), "only be compared with 0"),
        ("timesheets", ("validated_on", "=", date(2026, 10, 1)), "made of a moment"),
        ("timesheets", ("date", "child_of", 3), "operator"),
        ("invoices", ("created_at", ">", datetime(2026, 10, 1)), "timezone"),
        ("units", ("hours", "=", 0), "computed"),
    ],
)
def test_what_the_server_cannot_be_asked_is_refused(dataset: str, condition: tuple[str, str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        ask(dataset, condition)


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(KeyError, match="nothing"):
        ask("users", ("nothing", "=", 1))
    assert datasets.LEAVE_TYPES.names == ["id", "name"]
