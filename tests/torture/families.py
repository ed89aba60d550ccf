"""Every family, in the order in which they run: Prefect last, whose server works on for as long as it is up."""

from tests.torture import bad_inputs, disk, keys, killed, lost, meanwhile, people, poisoned, restarted, together, workers

FAMILIES = (
    killed.FAMILY,
    *lost.FAMILIES,
    together.FAMILY,
    *restarted.FAMILIES,
    disk.FAMILY,
    keys.FAMILY,
    people.FAMILY,
    meanwhile.FAMILY,
    poisoned.FAMILY,
    bad_inputs.FAMILY,
    workers.FAMILY,
)
