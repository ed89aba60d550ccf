"""Every family, in the order in which they run."""

from tests.torture import disk, keys, killed, lost, meanwhile, people, poisoned, restarted, together, workers

FAMILIES = (
    killed.FAMILY,
    *lost.FAMILIES,
    together.FAMILY,
    workers.FAMILY,
    *restarted.FAMILIES,
    disk.FAMILY,
    keys.FAMILY,
    people.FAMILY,
    meanwhile.FAMILY,
    poisoned.FAMILY,
)
