"""How each kind of input is made bad, starting from a good one."""

import re
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from tests.fuzz import nasty
from tests.fuzz.case import KEY, Case
from tests.fuzz.form import flows
from tests.payroll_files import declared, fec, quadratus

FOLDER = "companies"
FILE = f"{FOLDER}/acme.yaml"
JOURNAL = "paie.txt"
JOURNALS = (fec(), fec(separator="|", signed=True), quadratus(), declared())
GOOD = fec().encode()
PAYROLL = ("run", "payroll-entries", JOURNAL, "--company", "acme")
PAY_VARIABLES = ("run", "pay-variables", "--company", "acme", "--month", "2026-10", "--apply")
BILL = ("run", "bill", "--company", "acme", "--month", "2026-10")

SHORT = b"company: Acme\nlanguage: fr\ntimezone: Europe/Paris\nbilling:\n  travel: flat\n"
DATED = b"""company: Acme
billing:
  prepaid_overrun:
    - {from: 2026-01-01, value: rebill}
    - {from: 2026-07-01, value: included}
  recurring:
    - product: FORFAIT
      every: month
accounts: {accrued: "418100"}
"""
WHOLE = b"""company: Acme SAS  # its name in Odoo
language: en
timezone: Europe/Brussels
billing:
  grouping: client
  contract_required: true
  recurring:
    - {product: ABO, every: quarter, count: 2, billed: in_advance, prorate: true}
thresholds: {prepaid_warning: 12.5, dso_warning: 30, dso_critical: 31}
schedule: {bill: "0 7 1 * *"}
"""

PAY = b"""company: Acme
pay_variables:
  profile: own
  leaves: [{leave: Paid leave, code: CP}]
  plans:
    - name: Margin
      employees: ["0002"]
      basis: margin
      since: 2026-10-01
      tiers: whole
      rates: [{up_to: 10000, percent: 5}, {percent: 8.5}]
      cap: 3000
      code: VAR
      example: {base: 12000, paid: 20, due: 1000}
  margins: [{employee: "0002", month: 2026-10, amount: 6000.5}]
  elements: [{employee: "0002", month: 2026-10, code: HS, label: Overtime, hours: 2.5}]
"""
PROFILE = b"""product: Own
format: {separator: ";", encoding: ascii, decimal: ".", date: "%d/%m/%Y"}
prefixes: {ABSENCE: AB-}
files:
  - name: EVP
    columns:
      - {title: number, value: number}
      - {title: value, value: value, decimals: 2}
"""

CONNECTION = {
    "REGIE_ODOO_DATABASE": "db",
    "REGIE_ODOO_LOGIN": "bot",
    "REGIE_ODOO_KEY": KEY,
    "REGIE_COMPANIES": FOLDER,
}
"""What every case has; the address of the recorder is added by who runs it."""

URLS = (
    "odoo.example.com", "https://", "https://a..b", "https://" + "a" * 300, "https://exa mple.com", "https://exam℀ple.com",
    "https://u:hunter2@odoo.example.com", "https://u:hunter2@exam℀ple.com", "https://h:hunter2", "https://[::1", "https://[v1.x]",
    "https://h\\x", "https://*", "https://.", "https://-", "https://١٢٧.0.0.1", "https://xn--é", "ftp://h", "https://h/odoo",
    "https://h?x", "https://h#x", "https://h:0", "https://h:99999", "http://evil.example\\.localhost", "http://a.localhost",
    "http://odoo.example.com", "http://127.1", "http://[::1%25lo]:1", "javascript:alert(1)", "//h", "https:///h",
    "https://odoo.invalid",
)  # fmt: skip
DAYS = (
    "2026-13", "2026-00", "0000-01", "0001-01", "9999-12", "26-10", "2026-10\n", "٢٠٢٦-10", "2026-1", "octobre", "2026-02-30",
    "0001-01-01", "9999-12-31", "2026-10-31", "31/10/2026", "-", "2026-10-31T00:00", "-1", "2026-10-32", "1999-12", "2100-01",
)  # fmt: skip
NAMES = ("URL", "DATABASE", "LOGIN", "KEY", "PROTOCOL", "TIMEOUT", "ALLOW_HTTP")
NOWHERE = "https://odoo.invalid"


def company_file(random: Random) -> Case:
    """A company file that was a good one."""
    content = random.choice((SHORT, SHORT, DATED, WHOLE, PAY))
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        change = random.choice((_value, _value, _value, _key, _line, nasty.spoilt))
        content = change(random, content)
    return Case("company file", {FILE: content}, CONNECTION, BILL)


def _value(random: Random, content: bytes) -> bytes:
    """One value becomes another."""
    values = list(re.finditer(rb"(?<=[:,\[-] )[^\s,{}\[\]#:][^,{}\[\]#\n]*", content))
    if not values:
        return content
    at = random.choice(values)
    return content[: at.start()] + nasty.text(random).encode("utf-8", "surrogatepass") + content[at.end() :]


def _key(random: Random, content: bytes) -> bytes:
    """One key becomes another."""
    keys = list(re.finditer(rb"\b\w{1,30}(?=:( |\n))", content))
    if not keys:
        return content
    at = random.choice(keys)
    return content[: at.start()] + random.choice(nasty.KEYS).encode() + content[at.end() :]


def _line(random: Random, content: bytes) -> bytes:
    """A line twice, gone, moved, indented otherwise, or a new one."""
    lines = content.splitlines(keepends=True)
    if not lines:
        return content
    at = random.randrange(len(lines))
    new = f"{' ' * random.randrange(5)}{random.choice(nasty.KEYS)}: {nasty.text(random)}\n".encode("utf-8", "surrogatepass")
    changes: tuple[Callable[[], list[bytes]], ...] = (
        lambda: lines[:at] + lines[at : at + 1] + lines[at:],
        lambda: lines[:at] + lines[at + 1 :],
        lambda: lines[at:] + lines[:at],
        lambda: [*lines[:at], random.choice((b" ", b"\t", b"   ")) + lines[at], *lines[at + 1 :]],
        lambda: [*lines[:at], new, *lines[at:]],
    )
    return b"".join(random.choice(changes)())


def environment(random: Random) -> Case:
    """One variable or two with a bad value, or missing."""
    values = dict(CONNECTION)
    for _ in range(random.choice((1, 1, 2))):
        name = f"REGIE_ODOO_{random.choice(NAMES)}"
        name = (
            name if random.random() < 0.9 else random.choice(("REGIE_COMPANIES", "HTTPS_PROXY", "ALL_PROXY", "REGIE_LANGUAGE"))
        )
        if random.random() < 0.15:
            values.pop(name, None)
        else:
            values[name] = _variable(random, name)
        if name.endswith("PROXY"):
            values["REGIE_ODOO_URL"] = NOWHERE
    arguments = BILL
    if "REGIE_LANGUAGE" in values:
        arguments = ("status",)
    elif random.random() < 0.2 and values.get("REGIE_COMPANIES") == FOLDER:
        arguments = ("provision", "--preview")
    return Case("environment", {FILE: SHORT}, values, arguments)


def _variable(random: Random, name: str) -> str:
    """A value as an environment can hold it: no NUL, and bytes that are no UTF-8 as Python shows them."""
    value = random.choice(URLS) if name.endswith("_URL") and random.random() < 0.7 else nasty.text(random)
    if name.endswith("PROXY"):
        value = random.choice((value, "socks5://h:1", "garbage://h", "http://u:hunter2@[::1", "http://h:x"))
    value = value.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape").replace("\x00", "")
    return value + "\udcff" if random.random() < 0.1 else value


def dot_env(random: Random) -> Case:
    """The connection stands in `.env`, and that was spoilt."""
    lines = [f"{name}={value}" for name, value in CONNECTION.items() if name != "REGIE_COMPANIES"]
    lines += [f"REGIE_ODOO_URL={NOWHERE}", "# a note", "OTHER='x'"]
    random.shuffle(lines)
    at = random.randrange(len(lines))
    name = lines[at].partition("=")[0]
    lines[at] = random.choice((
        f"{name}={nasty.text(random)}", f"{name} {nasty.text(random)}", f'{name}="{nasty.text(random)}', f"export {name}=",
        f"{name}='", "=", "\x00=\x00", f"{name}=${{{name}}}", lines[at],
    ))  # fmt: skip
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    if random.random() < 0.5:
        content = nasty.spoilt(random, content)
    return Case(".env file", {FILE: SHORT, ".env": content}, {"REGIE_COMPANIES": FOLDER}, BILL)


@cache
def _run_commands() -> dict[str, dict[str, bool]]:
    """Every `regie run`: its options, and whether each takes a value; "" is a word that is no option's."""
    import typer

    from regie.commands.run import app

    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    return {
        name: {
            (word if word.startswith("-") else ""): not getattr(one, "is_flag", False)
            for one in command.params
            for word in one.opts
        }
        for name, command in sorted(commands.items())
    }


def command_line(random: Random) -> Case:
    """Words nobody should type after any `regie run`."""
    name = random.choice(list(_run_commands()))
    options = _run_commands()[name]
    words = ["run", name, *([JOURNAL] if "" in options else []), "--company", "acme", "--month", "2026-10"]
    for _ in range(random.choice((1, 1, 2))):
        option = random.choice((*options, "--month", "--nope", ""))
        value = random.choice((nasty.text(random), _day(random))).replace("\x00", "")
        if option in words[:-1]:
            words[words.index(option) + 1] = value
        elif not option and JOURNAL in words:
            words[words.index(JOURNAL)] = value
        else:
            words += [value] if not option else [option, value] if options.get(option, True) else [option]
    if random.random() < 0.1:
        words = words[: random.randrange(len(words))]
    typed = (word.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape") for word in words)
    return Case("command line", {FILE: SHORT, JOURNAL: GOOD}, CONNECTION, tuple(typed))


def _day(random: Random) -> str:
    return random.choice(DAYS)


def parameters(random: Random) -> Case:
    """What a client of Prefect's API may send as the parameters of any flow."""
    flow = random.choice(list(flows()))
    given: dict[str, Any] = {"company": "acme", "month": "2026-10"} | ({"file": JOURNAL} if "file" in flows()[flow] else {})
    for _ in range(random.choice((1, 1, 2))):
        name = random.choice((*flows()[flow], "mode", "nope"))
        value = random.choice((
            nasty.text(random), nasty.text(random), _day(random), None, True, 0, -1, 10**30, 1.5, float("nan"), float("inf"),
            [], ["acme"], {}, {"a": {"b": [1]}}, b"\xff", "\ud800",
        ))  # fmt: skip
        given[name] = value
    if random.random() < 0.05:
        given.pop("company", None)
    return Case("flow parameters", {FILE: SHORT, JOURNAL: GOOD}, CONNECTION, (), given, flow)


def payroll_file(random: Random) -> Case:
    """A payroll journal that was a good one, in any of its layouts and encodings."""
    content = random.choice(JOURNALS).encode(random.choice(("utf-8", "cp1252", "iso8859-15")))
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        content = random.choice((_cell, _cell, _line, nasty.spoilt))(random, content)
    return Case("payroll file", {FILE: SHORT, JOURNAL: content}, CONNECTION, PAYROLL)


def payroll_profile(random: Random) -> Case:
    """A payroll profile that was a good one."""
    content = PROFILE
    for _ in range(random.choice((1, 1, 2, 3))):
        content = random.choice((_value, _value, _key, _line, nasty.spoilt))(random, content)
    return Case("payroll profile", {FILE: PAY, f"{FOLDER}/payroll/own.yaml": content}, CONNECTION, PAY_VARIABLES)


def _cell(random: Random, content: bytes) -> bytes:
    """One cell becomes another."""
    cells = list(re.finditer(rb"[^\t|;\r\n]+", content))
    if not cells:
        return content
    at = random.choice(cells)
    return content[: at.start()] + nasty.text(random).encode("utf-8", "surrogatepass") + content[at.end() :]


MAKERS: tuple[Callable[[Random], Case], ...] = (
    company_file, company_file, environment, dot_env, command_line, parameters, payroll_file, payroll_profile,
)  # fmt: skip
