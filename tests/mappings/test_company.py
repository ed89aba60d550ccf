"""The company file: what holds on which day, and what its writer is told where it is wrong."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.company import FileError, find, load
from mappings.company_reference import reference
from mappings.vocabulary.policy import Accounts, BillingPolicy, Thresholds

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "sandbox" / "companies"


def file(directory: Path, text: str | bytes, name: str = "acme.yaml") -> Path:
    path = directory / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def told(directory: Path, text: str | bytes) -> list[str]:
    """What the writer of a faulty file is told: one line a problem."""
    with pytest.raises(FileError) as raised:
        load(file(directory, text))
    return str(raised.value).splitlines()


# What holds


def test_only_the_name_is_required(tmp_path: Path) -> None:
    acme = load(file(tmp_path, "company: Acme\n"))
    assert (acme.name, acme.language, acme.timezone, acme.schedule.bill) == ("Acme", "fr", "Europe/Paris", None)
    today = acme.at(date(2026, 10, 31))
    assert (today.billing, today.accounts, today.thresholds) == (BillingPolicy(), Accounts(), Thresholds())


def test_every_value_can_be_written(tmp_path: Path) -> None:
    company = load(
        file(
            tmp_path,
            """
company: Hydro Verte SRL
language: en
timezone: Europe/Brussels
billing:
  grouping: client
  months: apart
  invoice_date: period_end
  travel: flat
  day_rounding: half_day
  prepaid_overrun: rebill
  down_payments: at_end
  global_discount: first_invoice
  contract_required: true
  reference_required: true
  cra_required: true
  contracts: regie
  recurring:
    - {product: FORFAIT-MOIS, every: month}
    - {product: ABO-TRIM, every: quarter, count: 2, billed: in_advance, prorate: true}
accounts: {accrued: "404000", deferred: "493000", vat_accrued: "451000", down_payments: "460000"}
thresholds:
  {prepaid_warning: 12.5, project_critical: 120, unbilled_warning: 5, unbilled_critical: 6, dso_warning: 30, dso_critical: 31}
payroll:
  {journal: PAIE, journals: [PA, OD], accounts: [{file: PAS, odoo: "442100"}], account_length: 8, prefixes: ["64", "42"],
   third_parties: reference, analytic: section, csv: {account: CompteNum}}
schedule: {bill: "0 7 1 * *", accrue: "0 8 5 * *", cra: "0 6 * * *", margins: "0 19 * * mon-fri"}
""",
        )
    ).at(date(2026, 1, 1))
    assert company.billing.model_dump(exclude={"recurring"}) == {
        "grouping": "client",
        "months": "apart",
        "invoice_date": "period_end",
        "travel": "flat",
        "day_rounding": "half_day",
        "prepaid_overrun": "rebill",
        "down_payments": "at_end",
        "global_discount": "first_invoice",
        "contract_required": True,
        "reference_required": True,
        "cra_required": True,
        "contracts": "regie",
    }
    assert [(r.product, r.every, r.count, r.billed, r.prorate) for r in company.billing.recurring] == [
        ("FORFAIT-MOIS", "month", 1, "in_arrears", False),
        ("ABO-TRIM", "quarter", 2, "in_advance", True),
    ]
    assert company.accounts.deferred == "493000"
    assert company.payroll.model_dump(exclude={"csv", "prefixes"}) == {
        "journal": "PAIE",
        "journals": ("PA", "OD"),
        "accounts": ({"file": "PAS", "odoo": "442100"},),
        "account_length": 8,
        "third_parties": "reference",
        "analytic": "section",
    }
    assert (company.payroll.prefixes, company.payroll.csv.account) == (("64", "42"), "CompteNum")
    assert company.thresholds.prepaid_warning == Decimal("12.5")


DATED = """company: Acme
billing:
  prepaid_overrun:
    - {from: 2026-01-01, value: rebill}
    - {from: 2026-07-01, value: included}
  recurring:
    - from: 2026-04-01
      value:
        - {product: FORFAIT, every: month}
thresholds:
  dso_warning: [{from: 2026-07-01, value: 30}]
"""


@pytest.mark.parametrize(
    ("day", "overrun", "recurring", "dso_warning"),
    [
        (date(2025, 12, 31), "included", 0, 45),  # before the first date: the default
        (date(2026, 1, 1), "rebill", 0, 45),
        (date(2026, 3, 31), "rebill", 0, 45),
        (date(2026, 4, 1), "rebill", 1, 45),
        (date(2026, 6, 30), "rebill", 1, 45),
        (date(2026, 7, 1), "included", 1, 30),
        (date(2099, 1, 1), "included", 1, 30),
    ],
)
def test_a_dated_value_holds_from_its_day(tmp_path: Path, day: date, overrun: str, recurring: int, dso_warning: int) -> None:
    company = load(file(tmp_path, DATED)).at(day)
    assert company.billing.prepaid_overrun == overrun
    assert len(company.billing.recurring) == recurring
    assert company.thresholds.dso_warning == dso_warning


def test_a_change_later_leaves_the_past_as_it_was(tmp_path: Path) -> None:
    before = load(file(tmp_path, "company: A\nbilling:\n  travel: [{from: 2026-01-01, value: flat}]\n"))
    text = "company: A\nbilling:\n  travel: [{from: 2026-01-01, value: flat}, {from: 2026-11-01, value: none}]\n"
    after = load(file(tmp_path, text))
    assert before.at(date(2026, 10, 31)) == after.at(date(2026, 10, 31)) != after.at(date(2026, 11, 1))


def test_bytes_a_windows_editor_adds_are_taken(tmp_path: Path) -> None:
    assert load(file(tmp_path, b"\xef\xbb\xbfcompany: Soci\xc3\xa9t\xc3\xa9\r\nlanguage: en\r\n")).name == "Société"


# What is refused, where, and what is allowed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "company: A\nlangauge: en\n",
            "line 2: langauge: is unknown, did you mean language?; allowed here: company, ",
        ),
        ("company: A\nbilling:\n  travl: flat\n", "line 3: billing.travl: is unknown, did you mean travel?"),
        (
            "company: A\nbilling:\n\n  grouping: orders\n",
            "line 4: billing.grouping: orders is not allowed, did you mean order?; allowed: order, mission, client",
        ),
        (
            "company: A\nbilling: {contract_required: peut-être}\n",
            "line 2: billing.contract_required: peut-être must be true",
        ),
        (
            "company: A\ntimezone: Europe/Bruxelles\n",
            "line 2: timezone: Europe/Bruxelles is no timezone, did you mean Eur",
        ),
        ("company: A\ntimezone: ../../etc/passwd\n", "line 2: timezone: ../../etc/passwd is no timezone"),
        ("company: A\ntimezone: Europe\n", "line 2: timezone: Europe is no timezone"),
        ("company: A\naccounts: {accrued: 418100}\n", 'line 2: accounts.accrued: must be a text; write "418100" in quotes'),
        ("company: A\nthresholds: {dso_warning: 45.5}\n", "line 2: thresholds.dso_warning: 45.5 must be a whole number"),
        (
            "company: A\nthresholds: {prepaid_warning: 101}\n",
            "line 2: thresholds.prepaid_warning: 101 must be less than",
        ),
        (
            "company: A\nthresholds: {prepaid_warning: .nan}\n",
            "line 2: thresholds.prepaid_warning: nan must be a finite",
        ),
        ("company: A\nthresholds: {dso_warning: 61}\n", "line 2: thresholds: dso_warning must not be above dso_critical"),
        ("company: A\nlanguage:\n", "line 2: language: is empty; write a value, or remove the line"),
        ("company: A\nbilling:\n", "line 2: billing: is empty"),
        ("company: A\nbilling: [order]\n", "line 2: billing: a list must be `key: value` lines"),
        ("company: A\nbilling:\n  recurring: FORFAIT\n", "line 3: billing.recurring: FORFAIT must be a list"),
        (
            "company: A\nbilling:\n  recurring:\n    - {product: P, every: month}\n    - {product: Q, every: fortnight}\n",
            "line 5: billing.recurring[2].every: fortnight is not allowed",
        ),
        ("company: A\nbilling:\n  recurring:\n    - product: P\n", "line 4: billing.recurring[1].every: is required"),
        (
            'company: A\npayroll:\n  prefixes: ["64", 421]\n',
            'line 3: payroll.prefixes[2]: must be a text; write "421" in quotes',
        ),
        ('company: A\npayroll:\n  accounts:\n    - {file: "1"}\n', "line 4: payroll.accounts[1].odoo: is required"),
        (
            'company: A\npayroll:\n  accounts: [{file: "1", odoo: "2"}, {file: "1", odoo: "3"}]\n',
            "line 2: payroll: accounts names 1 twice; keep one",
        ),
        ("company: A\npayroll: {csv: {compte: X}}\n", "line 2: payroll.csv.compte: is unknown; allowed here: date, journal"),
        ("company: A\npayroll: {account_length: 21}\n", "line 2: payroll.account_length: 21 must be less than"),
        ('company: A\nschedule: {bill: "0 7 1 *"}\n', "line 2: schedule.bill: must be five fields"),
        ('company: A\nschedule: {margins: "0 25 * * *"}\n', "line 2: schedule.margins: must be five fields"),
        ("language: fr\n", "line 1: company: is required"),
        ("company: [A]\n", "line 1: company: a list must be a text"),
        ("company: A\nlanguage: fr\ncompany: B\n", "line 3: company: stands twice; first on line 1"),
        ("company: A\nbilling:\n\ttravel: flat\n", "line 3: has a tab here; indent with spaces"),
        ("company: A\nbilling: {travel: flat\n", "is not valid YAML"),
        ("company: A\nschedule: {bill: * * * * *}\n", "line 2: is not valid YAML"),
        ("company: A\n---\ncompany: B\n", "line 2: holds several documents"),
        ("", "acme.yaml: is empty"),
        ("# nothing yet\n", "acme.yaml: is empty"),
        ("Acme\n", "line 1: must hold `key: value` lines"),
        ("- company: A\n", "line 1: must hold `key: value` lines"),
        ("company: A\nlanguage: !!python/object:os.system fr\n", "line 2: language: has a tag"),
        ("company: A\nbilling: &b {travel: flat}\naccounts: *b\n", "line 3: accounts: repeats another value by `*`"),
        ("company: A\nbilling: &b {travel: *b}\n", "billing.travel: repeats another value by `*`"),
        ("company: A\n? [x, y]\n: 1\n", "line 2: has a key that is no text"),
        ("company: " + "[" * 5000, "is nested too deeply"),
        (b"company: A\nlanguage: fr # fran\xe7ais\n", "line 2: is not UTF-8 text"),
        ("company: A\nlanguage: fr\n".encode("utf-16"), "line 1: is not UTF-8 text"),
        (b"company: A\x00\n", "is not valid YAML"),
        # dated values
        (
            "company: A\nbilling:\n  travel:\n    - {from: 2026-02-01, value: flat}\n    - {from: 2026-01-01, value: none}\n",
            "line 5: billing.travel[2].from: 2026-01-01 is not after 2026-02-01",
        ),
        (
            "company: A\nbilling:\n  travel:\n    - {from: 2026-02-01, value: flat}\n    - {from: 2026-02-01, value: none}\n",
            "line 5: billing.travel[2].from: 2026-02-01 is not after 2026-02-01",
        ),
        (
            "company: A\nbilling:\n  travel:\n    - {from: 2026-02-30, value: flat}\n",
            "line 4: billing.travel[1].from: 2026-02-30 is no",
        ),
        (
            "company: A\nbilling:\n  travel:\n    - {from: 2026-01-01}\n",
            "line 4: billing.travel[1]: must be `{from: 2026-01-01",
        ),
        (
            "company: A\nbilling:\n  travel:\n    - {from: 2025-01-01, value: flat}\n    - {from: 2026-01-01, value: flt}\n",
            "line 5: billing.travel[2].value: flt is not allowed, did you mean flat?",
        ),
        ("company: A\nlanguage: [{from: 2026-01-01, value: en}]\n", "line 2: language: a list is not allowed; allowed: fr, en"),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_is_allowed(tmp_path: Path, text: str | bytes, expected: str) -> None:
    lines = told(tmp_path, text)
    assert len(lines) == 1
    assert lines[0].startswith("acme.yaml: ")
    assert expected in lines[0]


def test_all_faults_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "companyy: A\nbilling:\n  travel: fly\n  travel: flat\n  grouping: 3\nthresholds:\n  dso_warning: x\n"
    assert [line.split(":")[1].strip() for line in told(tmp_path, text)] == [
        "line 1",
        "line 1",
        "line 3",
        "line 4",
        "line 5",
        "line 7",
    ]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nothing\.yaml: cannot be read: No such file"):
        load(tmp_path / "nothing.yaml")
    with pytest.raises(FileError, match="cannot be read"):
        load(tmp_path)


KEYS = st.sampled_from(["company", "billing", "travel", "recurring", "from", "value", "thresholds", "x", "1", "null"])
LEAVES = st.sampled_from([None, True, 0, -1, 2.5, "flat", "A", "2026-01-01", "2026-99-99", "", "!x", "&a", "*a", "{", "é\x07"])
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(TREES, st.text(max_size=8))
def test_whatever_stands_in_a_file_it_is_read_or_refused_never_a_traceback(tmp_path: Path, tree: object, noise: str) -> None:
    for text in (f"{tree}\n", f"company: A\nbilling: {tree}\n{noise}"):
        try:
            load(file(tmp_path, text.encode("utf-8", "surrogatepass")))
        except FileError as error:
            assert error.problems


@pytest.mark.parametrize("cron", ["0 7 1 * *", "*/15 8-18 * * mon-fri", "30 6 1,15 1-12/3 0", "0 0 31 DEC 7"])
def test_a_schedule_is_a_cron_line(tmp_path: Path, cron: str) -> None:
    assert load(file(tmp_path, f'company: A\nschedule: {{bill: "{cron}"}}\n')).schedule.bill == cron


@pytest.mark.parametrize(
    "cron",
    [
        "",
        "0 7 1 *",
        "60 7 1 * *",
        "0 24 1 * *",
        "0 7 0 * *",
        "0 7 1 13 *",
        "0 7 1 * 8",
        "0 7 mon * *",
        "*/0 7 1 * *",
        "0 7 1 * x",
    ],
)
def test_a_schedule_out_of_range_is_refused(tmp_path: Path, cron: str) -> None:
    [line] = told(tmp_path, f'company: A\nschedule: {{bill: "{cron}"}}\n')
    assert "line 2: schedule.bill: must be five fields" in line


# Finding a company's file


@pytest.mark.parametrize("name", ["hydro-verte", "Hydro Verte SRL", "hydro verte srl"])
def test_a_company_is_found_by_its_file_and_by_its_name_in_odoo(name: str) -> None:
    assert find(name, DEMO).path == DEMO / "hydro-verte.yaml"


def test_an_unknown_company_lists_those_there_are_and_what_is_wrong_with_the_others(tmp_path: Path) -> None:
    file(tmp_path, "company: Acme SA\n", "acme.yaml")
    file(tmp_path, "company: Other\nbilling: {travel: fly}\n", "other.yaml")
    with pytest.raises(FileError) as raised:
        find("Other", tmp_path / "none")
    assert "there are: none" in str(raised.value)
    with pytest.raises(FileError) as raised:
        find("Nobody", tmp_path)
    assert "there are: acme (Acme SA)" in str(raised.value)
    assert "other.yaml: line 2: billing.travel: fly is not allowed" in str(raised.value)


def test_a_faulty_file_does_not_stop_the_other_companies(tmp_path: Path) -> None:
    file(tmp_path, "company: Acme SA\n", "acme.yaml")
    file(tmp_path, "billing:\n", "other.yaml")
    assert find("Acme SA", tmp_path).path.name == "acme.yaml"


def test_two_files_of_one_company_are_refused(tmp_path: Path) -> None:
    file(tmp_path, "company: Acme SA\n", "a.yaml")
    file(tmp_path, "company: Acme SA\n", "b.yaml")
    with pytest.raises(FileError, match=r"Acme SA is the company of a\.yaml and b\.yaml; keep one"):
        find("Acme SA", tmp_path)


# The demo companies and the reference


def test_the_demo_companies_say_what_their_scenarios_need() -> None:
    october = date(2026, 10, 31)
    hydro, stafforia = find("hydro-verte", DEMO), find("stafforia", DEMO)
    assert (hydro.name, hydro.timezone, hydro.at(october).billing.travel) == ("Hydro Verte SRL", "Europe/Brussels", "flat")
    assert (stafforia.name, stafforia.timezone) == ("Stafforia Services SAS", "Europe/Paris")
    assert stafforia.at(october).billing.prepaid_overrun == "included"
    assert stafforia.at(october).accounts == Accounts()


def test_the_reference_says_what_the_code_does() -> None:
    page = (ROOT / "docs" / "company-file.md").read_text(encoding="utf-8")
    assert page == reference() + "\n", "run: python -m mappings.company_reference > docs/company-file.md"


# Payroll variables

PLAN = """
company: Acme
pay_variables:
  plans:
    - name: Marge
      employees: ["0002"]
      basis: margin
      since: 2026-10-01
      tiers: {tiers}
      rates: [{{up_to: 10000, percent: 5}}, {{up_to: 25000, percent: 8}}, {{percent: 10}}]
      code: VARBM
      example: {{base: 18000, due: {due}}}
"""


@pytest.mark.parametrize(("tiers", "due"), [("marginal", "1140"), ("whole", "1440"), ("marginal", "1140.00")])
def test_a_plan_comes_to_its_worked_example(tmp_path: Path, tiers: str, due: str) -> None:
    (plan,) = load(file(tmp_path, PLAN.format(tiers=tiers, due=due))).at(date(2026, 10, 31)).pay_variables.plans
    assert plan.due(Decimal(18000)) == Decimal(due)


def test_a_plan_whose_example_does_not_come_out_is_refused_with_its_line(tmp_path: Path) -> None:
    (said,) = told(tmp_path, PLAN.format(tiers="marginal", due=1440))
    assert said == ("acme.yaml: line 5: pay_variables.plans[1]: the example says 1440 is due, the plan comes to 1140.00")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plans: []\n  elements: [{employee: '1', month: 2026-10, code: P, label: Prime}]", "one of them"),
        ("elements: [{employee: 1, month: 2026-10, code: P, label: Prime, amount: 5}]", 'write "1" in quotes'),
        ("elements: [{employee: '1', month: 2026-13, code: P, label: Prime, amount: 5}]", "elements[1].month"),
        ("leaves: [{leave: CP, code: A}, {leave: CP, code: B}]", "leaves names CP twice"),
        ("profile: ../../secret", "profile"),
        ("plans: [{since: never}]", "must be a date"),
    ],
)
def test_what_is_wrong_with_payroll_variables_is_told(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in line for line in told(tmp_path, f"company: Acme\npay_variables:\n  {text}\n"))
