"""What the connected user is, where Odoo would hide records without a word."""

from connectors.odoo import Odoo, errors
from mappings.odoo import provision as declared


def has_group(odoo: Odoo, group: str) -> bool:
    """Whether the connected user has a group, given by its external id, also through another that implies it."""
    ids = [odoo.uid] if odoo.version >= (18, 0) else None  # a method of the model before
    return bool(odoo.call("res.users", "has_group", ids=ids, group_ext_id=group, safe=True))


def missing_rules(odoo: Odoo) -> tuple[str, ...]:
    """Keys of the robot's rules that were not made, or deleted; one that is switched off shows to an administrator only."""
    return tuple(key for key in declared.ROBOT_RULES if not _stands(odoo, key))


def sees_leaves(odoo: Odoo) -> bool:
    """Whether the user sees everybody's leaves, as the robot does."""
    return has_group(odoo, declared.ROBOT_GROUP) and _stands(odoo, declared.LEAVE_RULE)


def _stands(odoo: Odoo, key: str) -> bool:
    try:
        odoo.call("ir.model.data", "check_object_reference", module=declared.MODULE, xml_id=key, safe=True)
    except errors.AccessDenied:
        return True  # there: Odoo finds the key before it looks at rights; whether it is switched off it does not say
    except errors.DataError:
        return False
    return True
