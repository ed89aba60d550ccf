"""Generated bad inputs for every file and setting Regie reads: always a clear error, never a traceback, nothing written.

`python -m tests.fuzz --count 10000 --seed 7`; one case again: `--only 4711`. The same seed makes the same cases.
"""

from tests.fuzz.campaign import Result, run

__all__ = ["Result", "run"]
