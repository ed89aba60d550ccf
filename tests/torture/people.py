"""People working in Odoo meanwhile, on the very records a run writes: they save what stands there already, over and over."""

import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from connectors.odoo import OdooSettings, connect, loading
from connectors.odoo.errors import OdooError
from sandbox import server
from sandbox.access import Access
from sandbox.companies import PASSWORD
from sandbox.postgres import ROLE
from tests.torture.family import EQUAL, Family, Trial
from tests.torture.runs import started_aside
from tests.torture.stage import Stage

FEW = 5
_NAME = "torture people"
_HOLD = """
DO $$ BEGIN
    LOOP
        UPDATE {table} SET {column} = {column} WHERE id IN
            (SELECT id FROM {table} WHERE {which} ORDER BY random() LIMIT 4);
        PERFORM pg_sleep({held});
        COMMIT;
        PERFORM pg_sleep({pause});
    END LOOP;
END $$;
"""
"""A transaction that holds some rows for a moment, again and again, until its connection is ended."""
_HELD = (
    ("account_analytic_line", "name", "so_line IS NOT NULL"),
    ("sale_order_line", "name", "true"),
    ("sale_order", "note", "true"),
)
_SAVED = (
    ("claire@stafforia.example", "account.analytic.line", "name", [("so_line", "!=", False)]),
    ("sophie@stafforia.example", "sale.order", "client_order_ref", [("state", "=", "sale")]),
    ("sophie@stafforia.example", "res.partner", "comment", [("customer_rank", ">=", 0)]),
)
"""Who saves which field of what, through the API, in turns."""
_OWN = frozenset({"write_uid"})
"""What people leave by saving: who did it last."""


def trial(stage: Stage, rng: random.Random, number: int) -> Trial:
    """By turns they work till the run has ended, or go home once it writes and a few were refused. Counted is what PostgreSQL
    refused to serialise, whoever asked for it; noted what of it hit Regie's own calls."""
    stage.reset()
    log = stage.places.cluster / "server.log"
    before = log.stat().st_size

    def refused() -> int:
        with log.open("rb") as said:
            said.seek(before)
            return said.read().count(b"could not serialize access")

    with _at_work(stage, rng):
        started = stage.run(around=_counting)
        if number % 2:
            started.until("write")
            enough = refused() + FEW
            while refused() < enough and started.process.is_alive():
                time.sleep(0.1)
        else:
            run = started.ended()
    if number % 2:
        run = started.ended()
    problems = [words for words in run.wrong if "could not serialize" not in words and "deadlock" not in words]
    notes = Counter({"calls of Regie that lost a race and were made again": run.told["races"]})
    if run.wrong:
        notes["runs finished by the next"] = 1
        problems += stage.run().ended().wrong
    problems += stage.unlike(stage.twin, _OWN)
    return Trial(refused(), notes + Counter({"runs": 1}), problems)


@contextmanager
def _counting(settings: OdooSettings, told: Counter[str]) -> Iterator[OdooSettings]:
    """`load` pauses only when it lost a race."""

    def paused(seconds: float) -> None:
        told["races"] += 1
        time.sleep(min(seconds, 0.1))

    loading.pause = paused
    yield settings


@contextmanager
def _at_work(stage: Stage, rng: random.Random) -> Iterator[None]:
    """Three people in long transactions, one at the screens."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"PGAPPNAME": _NAME}
    program = [stage.cluster.programs / "psql", "-h", stage.cluster.socket, "-U", ROLE, "-d", server.DATABASE, "-qc"]
    clicking = started_aside(lambda: _save(stage.access))
    holding = []
    for table, column, which in _HELD:
        held, pause = rng.uniform(0.01, 0.08), rng.uniform(0.01, 0.05)
        statement = _HOLD.format(table=table, column=column, which=which, held=held, pause=pause)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
        holding.append(subprocess.Popen([*program, statement], env=environment, cwd="/", **quiet))
    try:
        yield
    finally:
        stage.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{_NAME}'")
        for process in holding:
            process.wait(30)
        clicking.kill()
        clicking.join()


def _save(access: Access) -> None:
    """Until killed."""
    people = {}
    while True:
        for login, model, column, domain in _SAVED:
            with suppress(OdooError):  # what a person would see as "try again"
                if login not in people:
                    given = {"url": access.url, "database": access.database, "login": login, "key": PASSWORD}
                    people[login] = connect(OdooSettings(**given, protocol="jsonrpc"))
                odoo = people[login]
                for row in odoo.call(model, "search_read", domain=domain, fields=[column], limit=8, order="id desc", safe=True):
                    odoo.call(model, "write", ids=[row["id"]], vals={column: row[column]})


FAMILY = Family(
    name="people",
    fault="serialisation failures from people working in Odoo meanwhile, on the same orders, lines and hours",
    checked=f"the run ends well, or names what it gave up and the next run does it; {EQUAL} but for who saved last",
    full=300,
    short=(1,),
    trial=trial,
    least={"calls of Regie that lost a race and were made again": 20},
)
