"""Every family, in the order in which they run."""

from tests.torture import killed

FAMILIES = (killed.FAMILY,)
