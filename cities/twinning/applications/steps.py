"""Where the applications of a call stand: what is counted on the desk, and listed by it."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import pgettext_lazy

from cities.twinning.enums import ApplicationState, Screening
from cities.twinning.models import Application, Call, Decision, MatchPair, MatchRun, Review


class Step(models.TextChoices):
    """In the order in which a call goes; an application may stand in several."""

    BEGUN = "begun", pgettext_lazy("step of applications", "Begun, not sent in")
    SENT = "sent", pgettext_lazy("step of applications", "Sent in")
    SCREENING = "screening", pgettext_lazy("step of applications", "To screen")
    MORE = "more", pgettext_lazy("step of applications", "More information asked for")
    PASSED = "passed", pgettext_lazy("step of applications", "Passed the screening")
    FAILED = "failed", pgettext_lazy("step of applications", "Not eligible")
    REVIEW = "review", pgettext_lazy("step of applications", "In review")
    DECIDED = "decided", pgettext_lazy("step of applications", "Decided")
    MATCHED = "matched", pgettext_lazy("step of applications", "Matched")
    ACCEPTED = "accepted", pgettext_lazy("step of applications", "Accepted by both sides")
    REFUSED = "refused", pgettext_lazy("step of applications", "Declined by a side")
    WITHDRAWN = "withdrawn", pgettext_lazy("step of applications", "Withdrawn")


def at(step: Step) -> Q:
    """Which applications stand there; of any call."""
    if step in _BY_STATE:
        return _BY_STATE[step]
    running = Q(pk__in=Application.objects.in_the_running().values("pk"))
    return running & Q(pk__in=_WITHIN[step]())


_SENT = Q(state=ApplicationState.SUBMITTED)
_BY_STATE = {
    Step.BEGUN: Q(state=ApplicationState.DRAFT),
    Step.SENT: _SENT,
    Step.SCREENING: _SENT & Q(screening=""),
    Step.MORE: _SENT & Q(screening=Screening.MORE),
    Step.PASSED: _SENT & Q(screening=Screening.PASS),
    Step.FAILED: _SENT & Q(screening=Screening.FAIL),
    Step.WITHDRAWN: Q(state=ApplicationState.WITHDRAWN),
}


def _reviewed() -> models.QuerySet[Review, int]:
    """Somebody is asked to read it and has not scored it yet."""
    waiting = Review.objects.standing().filter(submitted_at=None, abstained_at=None)
    return waiting.values_list("application_id", flat=True)


def _decided() -> models.QuerySet[Decision, int]:
    return Decision.objects.values_list("application_id", flat=True)


def _matched() -> models.QuerySet[MatchPair]:
    """Of the runs that cities are asked about now."""
    return MatchPair.objects.filter(run__in=MatchRun.objects.standing()).exclude(pilot=None)


def _accepted() -> models.QuerySet[MatchPair, int]:
    said = Count("answers", filter=Q(answers__is_yes=True), distinct=True)
    asked = Count("pilot__cities", distinct=True) + 1
    found = _matched().annotate(said=said, asked_cities=asked).filter(said__gte=F("asked_cities"))
    return found.values_list("application_id", flat=True)


def _refused() -> models.QuerySet[MatchPair, int]:
    return _matched().filter(answers__is_yes=False).values_list("application_id", flat=True)


_WITHIN = {
    Step.REVIEW: _reviewed,
    Step.DECIDED: _decided,
    Step.MATCHED: lambda: _matched().values_list("application_id", flat=True),
    Step.ACCEPTED: _accepted,
    Step.REFUSED: _refused,
}


def counts_of(calls: Iterable[Call]) -> dict[int, dict[Step, int]]:
    """Call → how many stand at each step; one query, however many calls and applications."""
    ids = [call.pk for call in calls]
    found = {pk: dict.fromkeys(Step, 0) for pk in ids}
    counted = {f"at_{step.name.lower()}": Count("pk", filter=at(step)) for step in Step}
    rows: Any = Application.objects.filter(call__in=ids).order_by().values("call")
    for row in rows.annotate(**counted):
        found[row["call"]] = {step: row[f"at_{step.name.lower()}"] for step in Step}
    return found
