"""What a worker of these drills loads beside the hub: a short lease, and work that takes longer.

`celery -A hub worker -I tests.drills.matching.slow`; DRILL_WITHOUT names the protection that a
negative control does without. Nothing of this is ever part of the hub itself.
"""

import os
import time
from datetime import timedelta
from typing import Any

from cities.twinning.enums import RunState
from cities.twinning.models import MatchRun
from cities.twinning.runs import computing, leases

LEASE = 2.0
#: Seconds that each step from one city to the next takes longer.
PAUSE = 0.02


def slow_down() -> None:
    """Time in which to be killed; nothing else changes."""
    leases.LEASE = timedelta(seconds=LEASE)
    computing.PULSE = 0.0
    told = computing.Pulse.__call__

    def slowly(self: computing.Pulse, *facts: Any) -> None:
        time.sleep(PAUSE)
        told(self, *facts)

    computing.Pulse.__call__ = slowly  # type: ignore[method-assign]


def _without_lease() -> None:
    """Only what waits is taken up; what a worker holds is its own for ever."""
    waiting = MatchRun.objects.filter(state=RunState.WAITING)
    claim = leases.claim
    leases.due = lambda: list(waiting.all().values_list("pk", flat=True))
    # A wake-up may still lie in the broker.
    leases.claim = lambda run_id: claim(run_id) if waiting.filter(pk=run_id).exists() else None


def _without_fence() -> None:
    """Whoever has ever held a run goes on with it while anybody computes it."""
    leases.held = lambda claimed: MatchRun.objects.filter(pk=claimed.pk, state=RunState.RUNNING)


WITHOUT = {"": lambda: None, "lease": _without_lease, "fence": _without_fence}

# In a worker only: the test imports this module for its numbers.
if "DRILL_WITHOUT" in os.environ:
    slow_down()
    WITHOUT[os.environ["DRILL_WITHOUT"]]()
