"""Ends the runs of this host whose process is gone.

A worker tells when a flow's process dies, but not when it died itself: then a paused run waits for ever and answers to nobody
(measured). So this runs beside the worker, in a process of its own, and looks for each run's process. A run waiting for
approval has a living one, so it is never touched, however long it waits: no heartbeat, no time-out decides.
"""

import logging
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psutil
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Cancelled, Crashed

from mappings.vocabulary.labels import LANGUAGES, Labels

EVERY_SECONDS = 10
UNSTARTED = timedelta(minutes=5)
"""A run that was handed out this long ago and never got a process: its worker died in between."""

_HELD = [StateType.RUNNING, StateType.PAUSED, StateType.PENDING, StateType.CANCELLING]
_log = logging.getLogger(__name__)


def watch(pool: str, worker: str) -> None:
    """Look again and again after the runs of the pool's workers `<worker>-<anything>`, which run on this host.

    A server that does not answer is asked again: it may be starting.
    """
    while True:
        try:
            with get_client(sync_client=True) as client:
                for run in end_orphans(client, pool, worker):
                    _log.warning("run %s (%s) had no process any more: ended", run.name, run.id)
        except Exception:
            _log.exception("could not look after the runs; trying again")
        time.sleep(EVERY_SECONDS)


def end_orphans(client: SyncPrefectClient, pool: str, worker: str) -> list[FlowRun]:
    """End the runs whose process is gone from this host, and answer them."""
    runs = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_HELD))),
        work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[pool])),
    )
    if not runs:
        return []
    # The runs were read first: one whose process ended in between has its final state by now, and is read again below.
    living = living_runs()
    ended = []
    for run in runs:
        if run.id not in living and is_orphan(run, worker, datetime.now(UTC)):
            fresh = client.read_flow_run(run.id)
            if fresh.state and run.state and fresh.state.id == run.state.id:
                client.set_flow_run_state(run.id, _end(run), force=True)
                ended.append(run)
    return ended


def is_orphan(run: FlowRun, worker: str, now: datetime) -> bool:
    """Whether a run without a process here had it here, or never got one in time. Runs of other workers are left to them.

    Prefect labels each run with its worker's name before it starts the process, and notes the process after.
    """
    if str(run.labels.get("prefect.worker.name", "")).rpartition("-")[0] != worker:
        return False
    unstarted = run.state and run.state.type is StateType.PENDING and not run.infrastructure_pid
    return not unstarted or bool(run.state and run.state.timestamp < now - UNSTARTED)


def living_runs() -> set[UUID]:
    """The flow runs that have a process on this host: Prefect puts the run's id into its environment."""
    found = set()
    for process in psutil.process_iter():
        try:
            run = process.environ().get("PREFECT__FLOW_RUN_ID")
        except psutil.Error:  # gone meanwhile, or another user's
            continue
        if run:
            found.add(UUID(run))
    return found


def _end(run: FlowRun) -> State:
    labels = Labels(os.environ.get("REGIE_LANGUAGE", LANGUAGES[0]))
    if run.state and run.state.type is StateType.CANCELLING:
        return Cancelled(message=labels("prefect.cancelled"))
    return Crashed(message=labels("prefect.crashed"))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    watch(sys.argv[1], sys.argv[2])
