"""The balance of hours that a run reports: checked against the server's own sum, to the minute."""

from decimal import Decimal

from flows.run import Propose
from flows.shape import Balance, Report, RunStopped
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.units import MICRO, quantity

_MINUTE = MICRO // 60


class Unbalanced(RunStopped):
    """The hours in buckets are not those the server sums."""


def once_more(propose: Propose) -> Propose:
    """Reads and decides again where the hours do not add up: somebody may have validated time between the two reads."""

    def proposed() -> Report:
        try:
            return propose()
        except Unbalanced:
            return propose()

    return proposed


def balanced(buckets: dict[str, int], on_server: int, labels: Labels) -> Balance:
    """The balance of these micro-hours; Unbalanced where the server sums up others."""
    if abs(sum(buckets.values()) - on_server) >= _MINUTE:
        here = labels.hours(quantity(sum(buckets.values())))
        raise Unbalanced(labels("run.unbalanced", here=here, there=labels.hours(quantity(on_server))))
    return as_hours(buckets, on_server)


def as_hours(micro: dict[str, int], total: int) -> Balance:
    """Micro-hours as people read them."""
    hours: dict[str, Decimal] = {bucket: quantity(value) for bucket, value in micro.items()}
    return Balance(buckets=hours, total=quantity(total))
