"""Finding rows of a sheet by their ids, in whatever order either stands."""

from random import Random

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from rules.billing.qualification import places_of

ids = st.integers(1, 2**62)


@given(st.lists(ids, unique=True, max_size=20), st.lists(ids, max_size=20), st.randoms())
def test_each_id_is_found_where_it_stands_or_not_at_all(there: list[int], elsewhere: list[int], random: Random) -> None:
    wanted = [*there, *elsewhere]
    random.shuffle(wanted)
    found = places_of(wanted, pd.Series(there, dtype="int64"))
    assert found.tolist() == [there.index(one) if one in there else -1 for one in wanted]
