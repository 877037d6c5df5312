"""Who computes a run: a lease with a fence, so that a dead worker's run is taken up again."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from cities.twinning.enums import RunState
from cities.twinning.models import MatchRun

#: Renewed with each answer to how far it is; no step takes as long between two of them.
LEASE = timedelta(seconds=60)
#: A run that killed so many workers is not tried again.
TRIES = 3


def due() -> list[int]:
    """Runs that nobody computes: their wake-up was lost, or their worker died."""
    died = MatchRun.objects.filter(state=RunState.RUNNING, lease_until__lt=Now())
    for run in died.filter(tries__gte=TRIES):
        settle(run, state=RunState.FAILED, problem={"kind": "stopped"})
    free = Q(state=RunState.WAITING) | Q(state=RunState.RUNNING, lease_until__lt=Now())
    return list(MatchRun.objects.filter(free).order_by("started_at").values_list("pk", flat=True))


@transaction.atomic
def claim(run_id: int) -> MatchRun | None:
    """A lease; the fence tells this claim from later ones."""
    free = Q(state=RunState.WAITING) | Q(state=RunState.RUNNING, lease_until__lt=Now())
    rows = MatchRun.objects.select_for_update(skip_locked=True, of=("self",))
    taken = rows.filter(free, pk=run_id, tries__lt=TRIES).first()
    if taken is None:
        return None
    MatchRun.objects.filter(pk=run_id).update(
        state=RunState.RUNNING,
        lease_until=Now() + LEASE,
        fence=F("fence") + 1,
        tries=F("tries") + 1,
        step="",
        progress=0,
    )
    return MatchRun.objects.select_related("call", "derived_from").get(pk=run_id)


def held(claimed: MatchRun) -> Any:
    return MatchRun.objects.filter(pk=claimed.pk, state=RunState.RUNNING, fence=claimed.fence)


def settle(claimed: MatchRun, **facts: Any) -> None:
    held(claimed).update(
        lease_until=None, finished_at=timezone.now(), progress=100, step="", **facts
    )
