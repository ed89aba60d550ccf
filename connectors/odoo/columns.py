"""What the server answers, made into the columns of a frame: fast, whole numbers exact."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mappings.vocabulary.dataset import Kind
from mappings.vocabulary.units import MICRO, MONEY, to_micro, to_money

_SAFE = float(2**43)
_TIE = 0.49


def column(kind: Kind, values: Sequence[Any], field_type: str, timezone: str) -> "pd.Series[Any]":
    """One column of raw values (`False` for empty) as a Series of the kind's dtype.

    A day that the server keeps as a moment becomes the day in the company's timezone.
    """
    if field_type == "datetime":
        moments = pd.DatetimeIndex(_stamps(values, "s"), tz="UTC")
        return pd.Series(moments if kind == "moment" else moments.tz_convert(timezone).tz_localize(None).normalize())
    return pd.Series(_MAKERS[kind](values))


def scaled(values: Sequence[Any], scale: int) -> npt.NDArray[np.int64]:
    """Floats as whole numbers of 1/scale, equal to `units.to_micro` and `to_money` value by value.

    Multiplying and rounding in floats is wrong only where the error of a float decides: near a tie, or beyond 2**43. Those few
    go the exact way. ValueError for what is no finite number.
    """
    floats = np.array(values, dtype="float64")
    if not np.isfinite(floats).all():
        raise ValueError("not a finite number")
    product = floats * scale
    whole = np.rint(product)
    unsafe = np.flatnonzero(~((np.abs(product - whole) < _TIE) & (np.abs(product) < _SAFE)))
    exact = to_micro if scale == MICRO else to_money
    result = np.where(np.abs(whole) < _SAFE, whole, 0).astype("int64")
    for position in unsafe:
        result[position] = exact(float(floats[position]))
    return result


def _stamps(values: Sequence[Any], unit: str) -> npt.NDArray[np.datetime64]:
    return np.array([v or "NaT" for v in values], dtype=f"datetime64[{unit}]").astype("datetime64[ns]")


def _objects(values: list[Any]) -> npt.NDArray[np.object_]:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


_MAKERS: dict[Kind, Callable[[Sequence[Any]], npt.NDArray[Any]]] = {
    "hours": lambda values: scaled(values, MICRO),
    "quantity": lambda values: scaled(values, MICRO),
    "money": lambda values: scaled(values, MONEY),
    "id": lambda values: np.array(values, dtype="int64"),
    "flag": lambda values: np.array(values, dtype="bool"),
    "day": lambda values: _stamps(values, "D"),
    "moment": lambda values: _stamps(values, "s"),
    "ids": lambda values: _objects([tuple(v or ()) for v in values]),
    "text": lambda values: _objects([v or "" for v in values]),
    "json": lambda values: _objects([None if v is False else v for v in values]),
}
