"""A billing run killed at any moment, then run again at once, while Odoo may still be working on what it was told."""

import random
import time
from collections import Counter

from tests.torture.family import EQUAL, Family, Trial
from tests.torture.stage import Stage

_WHEN = {"start": "before writing", "connect": "before writing", "read": "before writing", "decide": "before writing"}
_WHEN |= {"write": "while writing", "written": "while reading back"}


def trial(stage: Stage, rng: random.Random, number: int) -> Trial:
    """Killed between the first moment of an undisturbed run and its last; every third while it writes, a fifth of its time."""
    stage.reset()
    run = stage.run()
    if number % 3 == 2:
        run.until("write")
        time.sleep(rng.uniform(0, stage.seconds / 5))
    else:
        time.sleep(rng.uniform(0, stage.seconds))
    reached = run.reached
    run.kill()
    again = stage.run().ended()
    return Trial(1, Counter({_WHEN[reached]: 1}), [*again.wrong, *stage.unlike_twin()])


FAMILY = Family(
    name="killed",
    fault="killed (SIGKILL) at a random moment of a billing run, then run again at once",
    checked=f"the second run ends well; {EQUAL}",
    full=300,
    short=(2,),
    trial=trial,
    least={"before writing": 30, "while writing": 30},
)
