"""What `regie provision` makes in Odoo, declared as data; `flows.provision` makes it.

Every record has an external id of the module `__regie__`, is made once, and is then the company's own: never changed again.
"""

from collections.abc import Iterable
from decimal import Decimal

from mappings.odoo.provision.actions import ACTIONS, APPROVERS
from mappings.odoo.provision.attendance import ATTENDANCE
from mappings.odoo.provision.contracts import CONTRACT_LOCKS, CONTRACTS
from mappings.odoo.provision.cra import CRA_LOCKS, STAGE_MODEL, STAGE_USED_BY, STEPS, stage_key
from mappings.odoo.provision.fields import ENTERPRISE_VALIDATION, FIELDS, field_key, field_ref
from mappings.odoo.provision.groups import (
    INTEGRATION_GROUPS,
    LEAVE_RULE,
    ROBOT_ACCESS,
    ROBOT_GROUP,
    ROBOT_LIMITS,
    ROBOT_RULES,
    robot_items,
)
from mappings.odoo.provision.item import MODULE, Arch, Item, Server, Text, has
from mappings.odoo.provision.locks import (
    ACTIVE,
    AUTOMATIONS,
    GUARD,
    GUARD_ACTIVE,
    LOCKS,
    MAY_BE_ARCHIVED,
    PAY_LOCKS,
    lock_items,
)
from mappings.odoo.provision.missions import MISSIONS
from mappings.odoo.provision.units import CALENDARS, UNIT_MODEL, UNIT_USED_BY, unit_items
from mappings.odoo.provision.views import VIEWS

__all__ = [
    "ACTIVE",
    "APPROVERS",
    "AUTOMATIONS",
    "CALENDARS",
    "CONTRACT_LOCKS",
    "CRA_LOCKS",
    "ENTERPRISE_VALIDATION",
    "GUARD",
    "GUARD_ACTIVE",
    "INTEGRATION_GROUPS",
    "LEAVE_RULE",
    "LOCKS",
    "MAY_BE_ARCHIVED",
    "MODULE",
    "PAY_LOCKS",
    "ROBOT_ACCESS",
    "ROBOT_GROUP",
    "ROBOT_LIMITS",
    "ROBOT_RULES",
    "USED_BY",
    "Arch",
    "Item",
    "Server",
    "Text",
    "field_key",
    "field_ref",
    "has",
    "items",
    "stage_key",
]  # fmt: skip


USED_BY = {UNIT_MODEL: UNIT_USED_BY, STAGE_MODEL: STAGE_USED_BY}
"""Records that stay where something uses them: by their model, the models and fields that may."""


def items(hours_per_day: Iterable[Decimal]) -> tuple[Item, ...]:
    """Everything to provision, in the order it is made; removal goes the other way.

    hours_per_day: length of a working day of each company, in hours.
    """
    rights = (*robot_items(), *ATTENDANCE)
    return (*FIELDS, *unit_items(hours_per_day), *rights, *VIEWS, *ACTIONS, *CONTRACTS, *STEPS, *MISSIONS, *lock_items())
