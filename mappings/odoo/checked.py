"""What is read before writing because Odoo's `load` accepts what it should refuse: datasets of their own, and their sources."""

from collections.abc import Mapping

from mappings.odoo.place import At, Place
from mappings.odoo.source import Source
from mappings.vocabulary.dataset import Column, Dataset

ACTIVE_CURRENCIES = Dataset(
    "active_currencies",
    (Column("id", "id", "database id"), Column("name", "text", "ISO code"), Column("active", "flag", "may be used")),
)
LOCKS = Dataset(
    "locks",
    (
        Column("id", "id", "database id"),
        Column("parent_id", "id", "companies: the company of which this is a branch, 0 for none"),
        Column("fiscal", "day", "nothing is posted up to this day"),
        Column("tax", "day", "nothing with taxes is posted up to this day"),
        Column("sale", "day", "nothing is posted to sales up to this day", True),
        Column("hard", "day", "nothing is ever posted up to this day", True),
        Column("period", "day", "only accountants post up to this day", True),
    ),
)


def _at(**fields: str) -> dict[str, tuple[Place, ...]]:
    return {"id": (At("id"),), **{column: (At(name),) for column, name in fields.items()}}


CHECKED: Mapping[str, Source] = {
    "active_currencies": Source("res.currency", _at(name="name", active="active")),
    "locks": Source(
        "res.company",
        _at(
            parent_id="parent_id",
            fiscal="fiscalyear_lock_date",
            tax="tax_lock_date",
            sale="sale_lock_date",
            hard="hard_lock_date",
            period="period_lock_date",  # 16 and 17
        ),
    ),
}
