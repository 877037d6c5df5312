"""What date polls show on the pages of the rooms below."""

from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from hub import access, panels
from labs.enums import PollState
from labs.models import Ballot, Poll
from labs.permissions import can_schedule

FEW = 5


def register() -> None:
    def add(place: panels.Place, name: str, source: panels.Source, order: int) -> None:
        template = f"labs/polls/panels/{name}.html"
        panels.register(place, f"polls-{name}", template=template, source=source, order=order)

    add("today", "today", to_answer, 11)
    add("desk", "desk", to_decide, 21)


def to_answer(request: HttpRequest, _nothing: Any) -> dict[str, Any] | None:
    """Polls that run and in which one has not answered every date."""
    own = Ballot.objects.filter(poll=OuterRef("pk"), user=request.user.pk).order_by()
    said = own.values("poll").annotate(n=Count("answers")).values("n")
    found = (
        Poll.objects.asking(request.user)
        .running()
        .annotate(date_count=Count("options"), answer_count=Coalesce(Subquery(said), 0))
    )
    polls = list(found.filter(answer_count__lt=F("date_count"))[:FEW])
    return {"polls": polls} if polls else None


def to_decide(request: HttpRequest, _nothing: Any) -> dict[str, Any] | None:
    """Polls that wait for a decision; those whose deadline has passed come first."""
    if not can_schedule(request.user):
        return None
    led = access.ids_of(request.user, "programme", "coordinator")
    found = Poll.objects.filter(Q(programme__in=led), state=PollState.OPEN).with_ballot_count()
    polls = list(found.order_by("closes_at", "pk").select_related("programme")[: FEW * 4])
    return {"polls": polls}
