"""Provisioning: what a Community Odoo lacks for the job is shown, made or removed, as administrator, through the API."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from connectors.odoo import Odoo, errors
from connectors.odoo import provisioner as server_side
from connectors.odoo.schema import Schema, detect
from mappings.odoo import provision as declared
from mappings.odoo.provision import Item, Text

Progress = Callable[[str, int, int], None]
"""Called with what is being done (a label), how many are done, and of how many."""


class State(StrEnum):
    """What is or became of one item. `found`: a field of Regie's that lost its key, and gets it back."""

    MISSING = "missing"
    FOUND = "found"
    MADE = "made"
    PRESENT = "present"
    ARCHIVED = "archived"
    NEEDLESS = "needless"
    IMPOSSIBLE = "impossible"
    REMOVED = "removed"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Row:
    """One item and its state. `detail`: the model or field it lacks, that makes it needless, or where it is used."""

    item: Item
    state: State
    detail: str = ""

    @property
    def label(self) -> Text:
        return self.item.label


@dataclass(frozen=True, slots=True)
class ProvisionReport:
    """Every item in the order it is made, each with its state."""

    rows: tuple[Row, ...]

    def of(self, *states: State) -> tuple[Row, ...]:
        """The rows in one of these states."""
        return tuple(row for row in self.rows if row.state in states)

    @property
    def nothing_to_do(self) -> bool:
        return not self.of(State.MISSING, State.FOUND, State.MADE, State.REMOVED)


class DataWouldBeLost(Exception):
    """Removal would drop what people entered: `losses` tells the field's label and how many records hold a value."""

    def __init__(self, losses: Sequence[tuple[Item, int]]) -> None:
        super().__init__(", ".join(f"{item.label.en}: {count}" for item, count in losses))
        self.losses = tuple(losses)


def preview(odoo: Odoo) -> ProvisionReport:
    """What provisioning would do; nothing is written. `odoo` is an administrator's connection."""
    return _look(odoo, detect(odoo))


def provision(odoo: Odoo, progress: Progress | None = None) -> ProvisionReport:
    """Make what is missing, and only that; what a person changed stays. Run twice, the second changes nothing.

    Raises `errors.DataError` with Odoo's message where Odoo refuses a record; what was made before stays, the next run goes on.
    """
    schema = detect(odoo)
    before = _look(odoo, schema)
    if before.nothing_to_do:
        return before
    for row in before.of(State.FOUND):
        server_side.adopt(odoo, row.item)
    missing = [row.item for row in before.of(State.MISSING)]
    told = progress or (lambda _label, _done, _total: None)
    into = server_side.languages(odoo)
    done = 0
    for batch in server_side.batches(missing):
        told(batch[0].label[into.first[:2]], done, len(missing))
        server_side.make(odoo, schema, batch, into)
        done += len(batch)
    told("", done, len(missing))
    made = (State.MISSING, State.FOUND)
    rows = (replace(row, state=State.MADE) if row.state in made else row for row in before.rows)
    return ProvisionReport(tuple(rows))


def losses(odoo: Odoo) -> tuple[tuple[Item, int], ...]:
    """What removal would drop: the fields that hold values, with how many records hold one."""
    rows = _look(odoo, detect(odoo)).of(State.PRESENT, State.ARCHIVED)
    standing = server_side.standing(odoo, [row.item.key for row in rows])
    held = [row.item for row in rows if row.item.data and row.item.key in standing]
    counted = ((item, server_side.count(odoo, *item.data)) for item in held if item.data)
    return tuple((item, count) for item, count in counted if count)


def remove(odoo: Odoo, drop_data: bool = False, progress: Progress | None = None) -> ProvisionReport:
    """Remove what Regie made, found by its keys; the last made goes first. What is in use (a unit, a stage) stays.

    Raises DataWouldBeLost, before anything is removed, where fields hold values and `drop_data` is false.
    """
    if not drop_data and (lost := losses(odoo)):
        raise DataWouldBeLost(lost)
    report = _look(odoo, detect(odoo))
    found = server_side.standing(odoo, [row.item.key for row in report.rows])
    told = progress or (lambda _label, _done, _total: None)
    rows: list[Row] = []
    for batch in server_side.batches([row.item for row in reversed(report.rows) if row.item.key in found]):
        told(batch[0].label.fr, len(rows), len(found))
        used = {item.key: _use(odoo, item.model, found[item.key].id) for item in batch if item.model in declared.USED_BY}
        leaving = [item for item in batch if not used.get(item.key)]
        server_side.remove(odoo, batch[0].model, [found[item.key].id for item in leaving])
        server_side.forget(odoo, [key for item in leaving for key in (item.key, *item.row_keys)])
        rows += [Row(item, State.USED if used.get(item.key) else State.REMOVED, used.get(item.key, "")) for item in batch]
    return ProvisionReport(tuple(rows))


def guard_stands(odoo: Odoo) -> bool:
    """Whether Odoo refuses an hour on two live invoices: the guard exists, is active and watches creation and change.

    `odoo` may be the integration user: the provisioned group lets it read the guard. Raises `errors.AccessDenied` for a user
    that may not look, which is no proof that the guard is missing.
    """
    return locks_stand(odoo, [declared.GUARD], declared.GUARD_ACTIVE)


def locks_stand(odoo: Odoo, keys: Sequence[str], active: Sequence[tuple[str, str, object]] = declared.ACTIVE) -> bool:
    """Whether these automations exist and are `active`: switched on, and whatever more must hold.

    `odoo` may be the integration user. Raises `errors.AccessDenied` for a user that may not look.
    """
    ids = []
    for key in keys:
        try:
            model_id = odoo.call("ir.model.data", "check_object_reference", module=declared.MODULE, xml_id=key, safe=True)
        except errors.DataError:
            return False
        ids.append(model_id[1])
    return bool(odoo.call(declared.AUTOMATIONS, "search_count", domain=[("id", "in", ids), *active], safe=True) == len(keys))


def _look(odoo: Odoo, schema: Schema) -> ProvisionReport:
    items = declared.items(_hours_per_day(odoo))
    found = server_side.standing(odoo, [item.key for item in items])
    switched_off = {
        model: server_side.archived(odoo, model, [record.id for record in found.values() if record.model == model])
        for model in declared.MAY_BE_ARCHIVED
    }
    return ProvisionReport(
        tuple(_state(item, schema, found.get(item.key), switched_off.get(item.model, set())) for item in items)
    )


def _state(item: Item, schema: Schema, stands: server_side.Standing | None, switched_off: set[int]) -> Row:
    if stands:
        return Row(item, State.ARCHIVED if stands.id in switched_off else State.PRESENT)
    if lacking := next((need for need in item.needs if not declared.has(schema, need)), ""):
        return Row(item, State.IMPOSSIBLE, lacking)
    if there := next((other for other in item.unless if declared.has(schema, other)), ""):
        return Row(item, State.NEEDLESS, there)
    if item.data and declared.has(schema, "/".join(item.data)):
        return Row(item, State.FOUND)
    return Row(item, State.MISSING)


def _hours_per_day(odoo: Odoo) -> set[Decimal]:
    companies, of_company, calendars, hours = declared.CALENDARS
    rows = odoo.call(companies, "search_read", domain=[], fields=[of_company], load=None, safe=True)
    ids = {row[of_company] for row in rows if row[of_company]}
    read = odoo.call(calendars, "search_read", domain=[("id", "in", sorted(ids))], fields=[hours], safe=True)
    return {Decimal(str(round(row[hours], 2))) for row in read}


def _use(odoo: Odoo, used_model: str, record: int) -> str:
    """Where a record is in use, as `model (count)`, empty where it is not."""
    for model, field in declared.USED_BY[used_model]:
        if used := odoo.call(model, "search_count", domain=[(field, "=", record)], context={"active_test": False}, safe=True):
            return f"{model} ({used})"
    return ""
