"""Every family, in the order in which they run."""

from tests.torture import keys, killed, lost, restarted, together

FAMILIES = (killed.FAMILY, *lost.FAMILIES, together.FAMILY, *restarted.FAMILIES, keys.FAMILY)
