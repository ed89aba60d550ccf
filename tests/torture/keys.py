"""The key of the integration user expires, or is revoked, in the middle of a run; later it is good again."""

import random
import time
from collections import Counter

from tests.torture.family import EQUAL, Family, Trial
from tests.torture.stage import Stage

_BOT = "user_id IN (SELECT id FROM res_users WHERE login = '{}')"


def trial(stage: Stage, rng: random.Random, number: int) -> Trial:
    """By turns expired and revoked."""
    stage.reset()
    bot = _BOT.format(stage.access.bot_login)
    run = stage.run()
    time.sleep(rng.uniform(0, stage.seconds))
    if number % 2:
        stage.sql(f"DELETE FROM res_users_apikeys WHERE {bot}")
    else:
        stage.sql(f"UPDATE res_users_apikeys SET expiration_date = now() - interval '1 day' WHERE {bot}")
    ended = run.ended()
    notes = Counter({"revoked" if number % 2 else "expired": 1, "runs stopped": int(bool(ended.wrong))})
    problems = [ended.broken] if ended.broken else []
    if ended.error and not (ended.error.startswith("AuthenticationError") and ended.remedy):
        problems.append(f"not told as a matter of the key: {ended.error}")
    stage.idle()
    stage.sql(f"DELETE FROM res_users_apikeys WHERE {bot}")
    stage.sql(f"INSERT INTO res_users_apikeys SELECT * FROM kept.res_users_apikeys WHERE {bot}")
    again = stage.run().ended()
    return Trial(1, notes, [*problems, *again.wrong, *stage.unlike_twin()])


FAMILY = Family(
    name="keys",
    fault="key expired or revoked in the middle of a run",
    checked=f"the run stops and says it is the key; with a good key the next run does the rest; {EQUAL}",
    full=20,
    short=(4, 7),
    trial=trial,
    least={"runs stopped": 10},
)
