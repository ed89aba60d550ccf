"""Two runs at once on two processes, the second up to a whole run later."""

import random
import time
from collections import Counter

from tests.torture.family import EQUAL, Family, Trial
from tests.torture.stage import Stage


def trial(stage: Stage, rng: random.Random, number: int) -> Trial:
    """Half of the second runs start at the same moment, the others while the first one reads or writes."""
    stage.reset()
    runs = [stage.run()]
    if number % 2:
        time.sleep(rng.uniform(0, stage.seconds))
    runs.append(stage.run())
    ended = [run.ended() for run in runs]
    made = [set(one.report.written.created) for one in ended if one.report and one.report.written]
    notes = Counter({"times both wrote": int(len(made) == 2 and all(made))})
    return Trial(1, notes, [*(words for one in ended for words in one.wrong), *stage.unlike_twin()])


FAMILY = Family(
    name="together",
    fault="two runs at once on two processes",
    checked=f"both end well; {EQUAL}",
    full=100,
    short=(0,),
    trial=trial,
)
