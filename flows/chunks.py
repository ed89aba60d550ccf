"""Reading by ids that another read answered, in as many requests as it takes."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from connectors.odoo.reader import Reader
from mappings.odoo.where import Where
from mappings.vocabulary.dataset import Dataset, frame

_CHUNK = 2_000
"""Ids in one condition: Odoo's own queries stay quick, and a request stays small."""


def by_ids(  # noqa: PLR0913, PLR0917 - what a read takes
    reader: Reader,
    dataset: Dataset,
    column: str,
    ids: "pd.Series[int]",
    where: Where = (),
    columns: Iterable[str] | None = None,
) -> pd.DataFrame:
    """The rows whose `column` is one of `ids` (zeros and repetitions left out), in as many requests as it takes."""
    names = list(columns) if columns is not None else None
    parts = [reader.read(dataset, [(column, "in", chunk), *where], columns=names) for chunk in chunks(ids)]
    if not parts:
        empty = frame(dataset)
        return empty if names is None else empty[["id", *names]]
    return joined(parts)


def chunks(ids: "pd.Series[int]") -> list[list[int]]:
    """The ids in parts that one condition may name, each once; zeros left out."""
    wanted: list[Any] = sorted(set(ids) - {0})
    return [[int(i) for i in wanted[start : start + _CHUNK]] for start in range(0, len(wanted), _CHUNK)]


def joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The parts as one frame by id, each record once."""
    kept = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(kept, ignore_index=True).drop_duplicates("id").sort_values("id", ignore_index=True)
