"""A date poll that runs, with some of the sample people's answers."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from cities.models import KnowledgeArea, Programme
from hub import samples
from hub.models import Delivery
from labs.enums import Choice, PollAudience
from labs.models import Poll
from labs.polls import actions
from labs.polls.plans import PollPlan

STOCKHOLM = ZoneInfo("Europe/Stockholm")
#: Days from today, and the hour.
DATES = ((59, 13), (60, 9), (66, 13), (67, 13))
DEADLINE = 18
YES, MAYBE, NO = Choice.YES, Choice.IF_NEED_BE, Choice.NO
VOTES = {
    "staff.malmo": (YES, NO, YES, MAYBE),
    "staff.lund": (YES, MAYBE, YES, NO),
    "lead.helsingborg": (NO, YES, YES, YES),
    "researcher": (MAYBE, NO, YES, YES),
    "staff.hoor": (YES, NO, MAYBE, NO),
}


def load() -> None:
    if Poll.objects.filter(is_sample=True).exists():
        return
    plan = PollPlan(
        title="Fjärrvärmen när sopbergen krymper",
        starts=tuple(_at(days, hour) for days, hour in DATES),
        minutes=180,
        time_zone=STOCKHOLM.key,
        closes_at=_at(DEADLINE, 17),
        audience=PollAudience.CITIES,
        knowledge_area=KnowledgeArea.objects.filter(code="plastics").first(),
        summary="Vad eldar vi när det brännbara avfallet minskar, och vad kostar det?",
        language="sv",
        place="Lund, Stadshallen",
        is_online=True,
    )
    programme = Programme.objects.get(slug="learning-hub-syd")
    coordinator = samples.person("coordinator")
    poll = actions.ask(by=coordinator, programme=programme, plan=plan, is_sample=True)
    options = list(poll.options.values_list("pk", flat=True))
    for name, said in VOTES.items():
        choices = dict(zip(options, said, strict=True))
        actions.vote(by=samples.person(name), poll=poll, choices=choices)


def remove() -> None:
    """The sample poll, those of sample coordinators, and sample people's votes."""
    theirs = samples.people()
    polls = Poll.objects.filter(
        Q(is_sample=True)
        | Q(created_by__in=theirs)
        | Q(decided_by__in=theirs)
        | Q(reminded_by__in=theirs)
        | Q(cancelled_by__in=theirs)
    )
    subjects = [poll.subject for poll in polls]
    samples.forget(*subjects)
    Delivery.objects.filter(event__in=subjects).delete()
    polls.delete()


def _at(days: int, hour: int) -> dt.datetime:
    """So many days from now on Stockholm's clock; a weekend waits for its Monday."""
    day = timezone.localdate() + dt.timedelta(days=days)
    day += dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    return dt.datetime.combine(day, dt.time(hour), STOCKHOLM).astimezone(dt.UTC)
