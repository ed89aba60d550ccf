"""The flow of the Prefect UI up to where it would read Odoo: parameters checked by Prefect, then by the flow itself."""

import logging
from datetime import date
from typing import Any
from unittest import mock


def begun(given: dict[str, Any]) -> str | None:
    """None where the flow would begin its work; what Prefect or the flow says where it would not."""
    from prefect.exceptions import ParameterTypeError, SignatureMismatchError

    from flows import prefect_flows, prefect_screen
    from flows.shape import Mode

    try:
        checked = prefect_flows.bill_the_month.validate_parameters(given)
    except (ParameterTypeError, SignatureMismatchError) as error:
        return str(error)
    reached: list[Any] = []
    quiet = logging.getLogger("tests.fuzz")
    quiet.propagate = False
    with (
        mock.patch.object(prefect_flows, "get_run_logger", lambda: quiet),
        mock.patch.object(prefect_screen, "get_run_logger", lambda: quiet),
    ):
        until = checked.get("until")
        assert until is None or isinstance(until, date)
        state = prefect_flows.in_prefect(
            lambda *arguments: reached.append(arguments),  # type: ignore[arg-type,return-value]
            checked["company"],
            checked.get("month") or None,
            until,
            Mode(checked.get("mode", "preview")),
        )
    return None if reached else str(state.message)
