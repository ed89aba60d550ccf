"""Who approves a mission's activity reports at the client's, and whether anybody must."""

from typing import Any

from mappings.vocabulary.policy import CraPolicy


def contact_of(order: Any) -> int:
    """The partner who approves: whom the order names, else its client."""
    return int(order.cra_contact_id or order.partner_id)


def client_signs(order: Any, policy: CraPolicy) -> bool:
    """Whether the order wants the client's approval, or the company does and the order does not say."""
    return bool({"client": True, "none": False}.get(order.cra_approval, policy.client_approval))
