"""What Labs show on the pages of the rooms below."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils import timezone

from cities.models import City, Programme
from cities.twinning.enums import GroupState
from cities.twinning.models import TwinGroup
from hub import access, panels
from hub.face.years import YearMark
from hub.models import User
from labs import people, plan_sources
from labs.budgets import budget_of
from labs.enums import LabState
from labs.follow_ups import line_for, open_in
from labs.models import Lab, Outcome, Registration
from labs.models.labs import LabQuerySet, conducted_by, hosted_by
from labs.permissions import (
    can_coordinate,
    can_schedule,
    can_schedule_exchange,
    can_see_terms,
    feedback_is_open,
)

FEW = 5
#: A group meets some twenty times; more are found in the list of Labs.
MOST = 60


def register() -> None:
    def add(place: panels.Place, name: str, page: str, source: panels.Source, order: int) -> None:
        template = f"labs/panels/{page}.html"
        panels.register(place, name, template=template, source=source, order=order)

    add("home", "next-lab", "next", next_lab, 20)
    add("today", "answers", "answers", answers, 10)
    add("today", "my-labs", "mine", mine, 20)
    add("city", "labs", "city", of_city, 40)
    add("programme", "labs", "programme", of_programme, 20)
    add("today", "follow-ups", "follow_ups", my_follow_ups, 15)
    add("profile", "labs", "held", held_by, 30)
    add("desk", "labs", "desk", to_decide, 20)
    add("desk", "late-follow-ups", "late", late_follow_ups, 25)
    add("desk", "terms", "terms", terms, 22)
    panels.register(
        "person",
        "calendar",
        template="labs/panels/person.html",
        source=own_calendar,
        slot="margin",
        order=20,
        queries=0,
    )
    template = "labs/panels/certificate.html"
    panels.register(
        "lab", "certificate", template=template, source=certificate, slot="margin", queries=0
    )
    template = "labs/panels/group.html"
    panels.register("group", "exchanges", template=template, source=of_group, order=20, queries=2)
    panels.register(
        "plan-step",
        "sources",
        template="labs/panels/plan_sources.html",
        source=plan_sources.panel,
        order=10,
        queries=3,
    )
    template = "labs/panels/budget.html"
    panels.register("group", "budget", template=template, source=hours, order=22, queries=4)
    template = "labs/panels/feedback.html"
    panels.register("lab", "feedback", template=template, source=feedback, slot="margin", order=60)


def held_by(request: HttpRequest, person: User) -> dict[str, Any] | None:
    """Labs that somebody called and led, as far as the reader may see them."""
    seen = Lab.objects.visible_to(request.user).announced().filter(created_by=person)
    found = list(seen.order_by("-starts_at", "-pk").with_frame()[:FEW])
    return {"labs": found} if found else None


def next_lab(request: HttpRequest, _nothing: Any) -> dict[str, Any] | None:
    lab = _coming(request).learning_labs().first()
    return {"lab": lab} if lab else None


def answers(request: HttpRequest, _nothing: Any) -> dict[str, Any] | None:
    """Labs to which one belongs and has not answered, those where a seat is held for one, and
    those that one conducts where people ask for a place."""
    answered = Registration.objects.filter(lab=OuterRef("pk"), user=request.user.pk)
    invited = Q(pk__in=Lab.objects.inviting(request.user).values("pk"))
    asked = invited & ~hosted_by(request.user) & ~Exists(answered)
    found = Lab.objects.visible_to(request.user).annotate(
        is_offered=Exists(answered.offered()), asking=people.asking()
    )
    conducted = conducted_by(request.user) & Q(asking__gt=0)
    found = found.filter(asked | Q(is_offered=True) | conducted, state=LabState.PUBLISHED)
    labs = list(found.filter(starts_at__gt=timezone.now()).order_by("starts_at", "pk")[:FEW])
    led = [lab.pk for lab in labs if can_coordinate(request.user, lab)]
    return {"labs": labs, "led": led} if labs else None


def mine(request: HttpRequest, _nothing: Any) -> dict[str, Any] | None:
    registration = (
        Registration.objects.active()
        .filter(user=request.user.pk, lab__in=_coming(request))
        .select_related("lab")
        .order_by("lab__starts_at", "lab")
        .first()
    )
    return {"registration": registration, "lab": registration.lab} if registration else None


def of_city(request: HttpRequest, city: City) -> dict[str, Any] | None:
    """The Labs of the programmes that the city takes part in now, and its own exchanges."""
    running = city.participations.current().values("programme")
    own = Q(programme__in=running, group=None) | Q(group__in=city.group_roles.values("group"))
    found = Lab.objects.visible_to(request.user).announced().filter(own)
    labs = list(found.order_by("-starts_at", "-pk").with_frame()[:FEW])
    return {"labs": labs, "city": city} if labs else None


def of_programme(request: HttpRequest, programme: Programme) -> dict[str, Any] | None:
    found = Lab.objects.visible_to(request.user).announced().learning_labs()
    found = found.filter(programme=programme)
    labs = list(found.order_by("starts_at", "pk"))
    return {
        "marks": _marks(labs),
        "programme": programme,
        "count": len(labs),
        "sees_terms": can_see_terms(request.user, programme),
    }


def of_group(request: HttpRequest, group: TwinGroup) -> dict[str, Any] | None:
    """Its exchanges, what they left open, and the way to schedule one; two queries."""
    found = Lab.objects.visible_to(request.user).filter(group=group)
    shown = found.exclude(state=LabState.CANCELLED).order_by("-starts_at", "-pk")
    labs = list(shown.with_frame()[:MOST])
    may_schedule = can_schedule_exchange(request.user, group)
    is_own = access.holds(request.user, access.key("group", group.pk))
    if not (labs or may_schedule or is_own):
        return None
    return {
        "group": group,
        "coming": [lab for lab in reversed(labs) if not lab.is_over],
        "past": [lab for lab in labs if lab.is_over],
        "lines": open_in(group, request.user) if labs else [],
        "may_schedule": may_schedule,
    }


def hours(request: HttpRequest, group: TwinGroup) -> dict[str, Any] | None:
    """What the exchanges ask of each city; for the group and its coordinators."""
    keys = (
        access.key("group", group.pk),
        access.key("programme", group.programme_id, "coordinator"),
    )
    if group.state != GroupState.ACTIVE or not access.holds(request.user, *keys):
        return None
    budget = budget_of(group)
    return {"budget": budget} if budget else None


def to_decide(request: HttpRequest, _nothing: Any) -> dict[str, Any] | None:
    """Drafts, Labs that are over and not closed, and Labs where people wait for something."""
    if not can_schedule(request.user):
        return None
    now = timezone.now()
    led = Lab.objects.filter(programme__in=access.ids_of(request.user, "programme", "coordinator"))
    waits = Q(state=LabState.DRAFT) | Q(state=LabState.PUBLISHED, ends_at__lte=now)
    waits |= Q(state=LabState.PUBLISHED, ends_at__gt=now, waiting__gt=0)
    waits |= Q(state=LabState.PUBLISHED, starts_at__gt=now, asking__gt=0)
    labs = (
        led.annotate(asking=people.asking())
        .filter(waits)
        .order_by("starts_at", "pk")
        .with_frame()[: FEW * 4]
    )
    return {"labs": list(labs)}


def my_follow_ups(request: HttpRequest, _nothing: Any) -> dict[str, Any] | None:
    """One's own that are open, and those of one's city that nobody has taken on."""
    owed = Outcome.objects.follow_ups().open().owed_by(request.user).with_frame()
    found = list(owed.order_by("due_on", "pk")[: FEW + 1])
    if not found:
        return None
    lines = [line_for(request.user, outcome) for outcome in found[:FEW]]
    return {"lines": lines, "more": len(found) > FEW}


def late_follow_ups(request: HttpRequest, _nothing: Any) -> dict[str, Any] | None:
    """Follow-ups of the coordinator's programmes whose day has passed."""
    led = access.ids_of(request.user, "programme", "coordinator")
    if not led:
        return None
    late = Outcome.objects.follow_ups().late().filter(minutes__lab__programme__in=led)
    found = list(late.with_frame().order_by("due_on", "pk")[: FEW * 2 + 1])
    if not found:
        return None
    lines = [line_for(request.user, outcome) for outcome in found[: FEW * 2]]
    return {"lines": lines, "more": len(found) > FEW * 2}


def terms(request: HttpRequest, _nothing: Any) -> dict[str, Any] | None:
    """The programmes whose year one plans."""
    led = access.ids_of(request.user, "programme", "coordinator")
    return {"programmes": list(Programme.objects.filter(pk__in=led))} if led else None


def own_calendar(request: HttpRequest, person: Any) -> dict[str, Any] | None:
    """The way to one's own calendar address, on the page of one's settings."""
    return {} if request.user.pk == person.pk else None


def certificate(request: HttpRequest, lab: Lab) -> dict[str, Any] | None:
    """For who was there: the page of the Lab has read that already."""
    return {"lab": lab} if lab.is_over and getattr(lab, "own_attended", False) else None


def feedback(request: HttpRequest, lab: Lab) -> dict[str, Any] | None:
    """The way to the form for who was there, to the answers for coordinators."""
    if lab.state != LabState.HELD:
        return None
    is_coordinator = can_coordinate(request.user, lab)
    # The page of the Lab has read the person's own registration: it is not asked for again.
    had_seat = getattr(lab, "own_is_seated", False)
    if not is_coordinator and not (had_seat and feedback_is_open(lab)):
        return None
    return {"lab": lab, "is_coordinator": is_coordinator}


def _coming(request: HttpRequest) -> LabQuerySet:
    found = Lab.objects.visible_to(request.user).filter(state=LabState.PUBLISHED)
    return found.upcoming()


def _marks(labs: list[Lab]) -> list[YearMark]:
    coming = next((lab.pk for lab in labs if not lab.is_over), None)
    return [
        {
            "date": lab.local_start.date(),
            "label": lab.title,
            "url": lab.get_absolute_url(),
            "state": "past" if lab.is_over else "next" if lab.pk == coming else "later",
        }
        for lab in labs
    ]
