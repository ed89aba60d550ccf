"""Units of a day that agree with a company's calendar.

Odoo's own unit *Days* is 8 hours and belongs to no company: 94.5 h on a day line give 11.81 days instead of 13.5 of 7 h. It is
shared and never edited; each length of a working day gets units of its own, relative to the hour.
"""

from collections.abc import Iterable
from decimal import Decimal

from mappings.odoo.provision.item import Item, Text

CALENDARS = ("res.company", "resource_calendar_id", "resource.calendar", "hours_per_day")
"""Where the lengths of a day stand: companies, their calendar, calendars, hours in a day."""

UNIT_MODEL = "uom.uom"
UNIT_USED_BY = (
    ("sale.order.line", "product_uom_id"),
    ("account.move.line", "product_uom_id"),
    ("product.template", "uom_id"),
    ("account.analytic.line", "product_uom_id"),
)
"""Where a unit may be in use: such a unit is not removed."""


def unit_items(hours_per_day: Iterable[Decimal]) -> tuple[Item, ...]:
    """A day and a half-day for each distinct length of a working day, shortest first."""
    return tuple(
        Item(
            key=f"uom_{key}_{_plain(length).replace('.', '_')}h",
            model=UNIT_MODEL,
            label=_name(name, length),
            columns={
                "name": _name(name, length),
                "relative_uom_id/id": "uom.product_uom_hour",
                "relative_factor": _plain(length * share),
            },
            needs=(f"{UNIT_MODEL}/relative_factor",),
        )
        for length in sorted(set(hours_per_day))
        if length > 0
        for key, name, share in (
            ("day", Text("Jour", "Day"), Decimal(1)),
            ("half_day", Text("Demi-journée", "Half-day"), Decimal("0.5")),
        )
    )


def _name(name: Text, length: Decimal) -> Text:
    plain = _plain(length)
    return Text(f"{name.fr} ({plain.replace('.', ',')} h)", f"{name.en} ({plain} h)")


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
