"""Batches of keyed records through Odoo's `load`: one bad record stops only itself, a lost race is settled by replaying.

Facts this stands on (all seen on 19): a call is all or nothing; its failures stand *inside* a successful answer and name the
record's place in the call, ten at most; the first message may blame the first record for another's error; a lost race reads
"could not serialize access".
"""

import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.odoo.client import Odoo
from connectors.odoo.errors import DataError, OdooError, OutcomeUnknown
from connectors.odoo.rows import Batch, Item

REPLAYS = 8
_RACE = re.compile(r"could not serialize|concurrent (update|delete)|deadlock detected|could not obtain lock", re.IGNORECASE)

pause: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class Loaded:
    """What became of the records of a batch: database ids by key, refusals by key, and keys whose outcome nobody told."""

    ids: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Loaded") -> "Loaded":
        """Both together."""
        self.ids |= other.ids
        self.refused |= other.refused
        self.unknown |= other.unknown
        return self


def load(odoo: Odoo, batch: Batch) -> Loaded:
    """Write the batch; every key of it ends in `ids`, `refused` or `unknown`. Raises nothing of Odoo's."""
    done = Loaded()
    pending = batch
    for replay in range(REPLAYS + 1):
        try:
            answer = _call(odoo, pending)
        except OutcomeUnknown as error:
            done.unknown |= {one.key: error.message for one in pending.items}
            return done
        except OdooError as error:
            return done.add(_halves(odoo, pending, error))
        if _succeeded(answer, len(pending.items)):
            done.ids |= {one.key: record for one, record in zip(pending.items, answer["ids"], strict=True)}
            return done
        bad = blamed(answer["messages"], pending.items)
        raced = [key for key, message in bad.items() if _RACE.search(message)]
        if raced:
            bad = {key: message for key, message in bad.items() if key not in raced}
            pause(random.uniform(0.05, 0.3) * (replay + 1))
        elif not bad:
            return done.add(_halves(odoo, pending, DataError(_said(answer["messages"]))))
        done.refused |= bad
        pending = pending.only(one for one in pending.items if one.key not in bad)
        if not pending.items:
            return done
    done.refused |= {one.key: _said(answer["messages"]) for one in pending.items}
    return done


def blamed(messages: list[Mapping[str, Any]], items: tuple[Item, ...]) -> dict[str, str]:
    """The records a failed call names, by key, with Odoo's words; empty where it names none.

    When the records fail together, Odoo writes the first error down for the first record, then tries them one by one: the same
    words about a later record clear the first.
    """
    errors = [m for m in messages if m.get("type") == "error" and isinstance(m.get("record"), int)]
    said: dict[int, list[str]] = {}
    for message in errors:
        said.setdefault(message["record"], []).append(str(message["message"]).strip())
    others = {words for record, several in said.items() if record for words in several}
    if 0 in said and all(words in others for words in said[0]):
        del said[0]
    return {items[record].key: "\n".join(dict.fromkeys(several)) for record, several in said.items() if record < len(items)}


def _call(odoo: Odoo, batch: Batch) -> Mapping[str, Any]:
    columns, rows = batch.matrix()
    answer: Mapping[str, Any] = odoo.call(
        batch.source.model, "load", fields=columns, data=rows, context=batch.context, safe=True
    )
    return answer


def _succeeded(answer: Mapping[str, Any], expected: int) -> bool:
    ids = answer["ids"]
    return isinstance(ids, list) and len(ids) == expected and all(m.get("type") != "error" for m in answer["messages"])


def _halves(odoo: Odoo, batch: Batch, error: OdooError) -> Loaded:
    """Nobody is named: a single record is refused; several are tried by halves, as far as the data can be at fault."""
    if len(batch.items) == 1 or not isinstance(error, DataError):
        return Loaded(refused={one.key: error.message for one in batch.items})
    middle = len(batch.items) // 2
    return load(odoo, batch.only(batch.items[:middle])).add(load(odoo, batch.only(batch.items[middle:])))


def _said(messages: list[Mapping[str, Any]]) -> str:
    return "\n".join(dict.fromkeys(str(m.get("message", "")).strip() for m in messages)) or "load answered no ids"
