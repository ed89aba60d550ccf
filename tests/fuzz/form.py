"""The flows of the Prefect UI as a worker runs them, from the form to Odoo: parameters checked by Prefect, then by the flow."""

import inspect
import logging
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest import mock


@cache
def flows() -> dict[str, tuple[str, ...]]:
    """The parameters of every flow, by the name of its function."""
    from prefect import Flow

    from flows import prefect_flows

    found = {name: one for name, one in vars(prefect_flows).items() if isinstance(one, Flow)}
    return {name: tuple(inspect.signature(one.fn).parameters) for name, one in sorted(found.items())}


def said(flow: str, given: Mapping[str, Any]) -> str:
    """What Prefect or the flow says of these parameters; the flow asks the Odoo of the environment."""
    from prefect.exceptions import ParameterTypeError, SignatureMismatchError

    from connectors.odoo import OdooSettings
    from flows import prefect_flows, prefect_odoo, prefect_screen

    run = getattr(prefect_flows, flow)
    try:
        checked = run.validate_parameters(dict(given))
    except (ParameterTypeError, SignatureMismatchError) as error:
        return str(error)
    quiet = logging.getLogger("tests.fuzz")
    quiet.propagate = False
    with ExitStack() as changed:
        for module in (prefect_flows, prefect_screen):
            changed.enter_context(mock.patch.object(module, "get_run_logger", lambda: quiet))
        changed.enter_context(mock.patch.object(prefect_flows, "flow_run", SimpleNamespace(parameters=given)))
        changed.enter_context(mock.patch.object(prefect_odoo, "odoo_settings", OdooSettings))
        prefect_flows._run_name()
        return str(run.fn(**checked).message)
