"""What a dataset is: named columns, each declared once with its kind, unit and meaning; one function makes a frame conform."""

import math
from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Literal

import numpy as np
import pandas as pd

Kind = Literal["id", "ids", "text", "flag", "day", "moment", "hours", "money", "quantity", "json"]
"""Kinds of column and how a frame holds them (an empty value in parentheses):

id        int64, a database id (0)
ids       object, a tuple of ids (())
text      object, str ("")
flag      bool (False)
day       datetime64[ns] at midnight, the company's own calendar day (NaT)
moment    datetime64[ns, UTC] (NaT)
hours     int64 micro-hours (0)
quantity  int64 millionths: quantities, percentages, unit factors (0)
money     int64 ten-thousandths of the currency: amounts and unit prices (0)
json      object, what the server's JSON holds (None)
"""

_DTYPES: Mapping[str, str] = {
    "id": "int64",
    "hours": "int64",
    "quantity": "int64",
    "money": "int64",
    "flag": "bool",
    "day": "datetime64[ns]",
    "moment": "datetime64[ns, UTC]",
}
_EMPTY: Mapping[str, Any] = {"ids": (), "text": "", "json": None}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, kind and meaning. `optional` columns may be missing on a server and then hold the empty value."""

    name: str
    kind: Kind
    meaning: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Dataset:
    """A named list of columns. The first is always `id`."""

    name: str
    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"dataset {self.name} declares no column {name!r}")

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def identified(name: str, *columns: tuple[str, Kind, str] | tuple[str, Kind, str, bool]) -> Dataset:
    """A dataset of these columns (name, kind, meaning, whether a server may lack it) whose rows have a database id."""
    return Dataset(name, (Column("id", "id", "database id"), *(Column(*column) for column in columns)))


def frame(dataset: Dataset, rows: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """A conforming frame from rows already in the frame's units (for rules' tests and small sets); missing values are empty."""
    rows = list(rows)
    given = dict.fromkeys(name for row in rows for name in row)
    if unknown := given.keys() - set(dataset.names):
        raise KeyError(f"dataset {dataset.name} declares no column {sorted(unknown)}")
    if not rows:
        return _bare(dataset).copy()
    return _made(dataset, {name: pd.Series([row.get(name) for row in rows]) for name in given}, pd.RangeIndex(len(rows)))


@lru_cache(maxsize=200)
def _bare(dataset: Dataset) -> pd.DataFrame:
    """Without rows, made once: most frames of a small company are, and its columns cost as much as those of a full one."""
    return _made(dataset, {}, pd.RangeIndex(0))


def each(data: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame as named tuples, for frames small enough to walk (orders, lines: never timesheets)."""
    if data.empty:
        return iter(())
    row = namedtuple("Row", data.columns)  # type: ignore[misc] # the columns are known when it runs
    # Whole columns as lists: pandas' own `itertuples` asks for one value at a time, which takes nearly twice as long.
    # And past `_make`, which is written in Python and called for each row.
    return map(partial(tuple.__new__, row), zip(*(data[name].tolist() for name in data.columns), strict=True))


def conform(dataset: Dataset, data: pd.DataFrame) -> pd.DataFrame:
    """The same rows with exactly the declared columns, in order, with the declared dtypes and empty values.

    Raises ValueError naming the dataset and the column where a value does not fit its kind.
    """
    return _made(dataset, data, data.index)


def _made(dataset: Dataset, given: "Mapping[str, pd.Series[Any]] | pd.DataFrame", index: "pd.Index[Any]") -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for column in dataset.columns:
        if column.name not in given:
            columns[column.name] = _empty(column.kind, len(index))
            continue
        try:
            columns[column.name] = _cast(column.kind, given[column.name])
        except (TypeError, ValueError) as error:
            raise ValueError(f"{dataset.name}.{column.name}: not {column.kind}: {error}") from error
    return pd.DataFrame(columns, index=index)


def _empty(kind: Kind, count: int) -> Any:
    """A column without any value."""
    dtype = _DTYPES.get(kind)
    if dtype is None:
        return pd.Series([_EMPTY[kind]] * count, dtype=object).array
    if kind == "moment":
        return pd.DatetimeIndex(np.full(count, "NaT", "datetime64[ns]"), tz="UTC")
    return np.full(count, "NaT", dtype) if kind == "day" else np.zeros(count, dtype)


def _cast(kind: Kind, values: "pd.Series[Any]") -> "pd.Series[Any]":
    dtype: Any = _DTYPES.get(kind)
    if dtype is not None and str(values.dtype) == dtype:
        return values
    if kind in ("day", "moment"):
        return pd.to_datetime(values, utc=kind == "moment").astype(dtype)
    if dtype is None:
        empty = _EMPTY[kind]
        return pd.Series([empty if _missing(v) else v for v in values], index=values.index, dtype=object)
    return pd.Series([0 if _missing(v) else v for v in values], index=values.index).astype(dtype)


def _missing(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value))
