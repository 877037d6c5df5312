"""Exchanges of a real twin group as they might be: invented, and marked as samples."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from cities.twinning.models import PlanStep, TwinGroup
from hub import samples
from hub.wallclock import at_hour, midnight
from labs import actions
from labs.actions import notices
from labs.enums import Audience, LabKind, LabState, Mode, RegistrationState, Step, Via
from labs.models import Lab, Registration, RegistrationStep
from labs.plans import Plan, Point

GROUP = "lund-plymouth"
COMES = ("lead.lund", "staff.lund", "staff.plymouth")


@dataclass(frozen=True)
class Sample:
    kind: LabKind
    day: dt.date
    #: Whole days, so many, where there are none.
    hours: tuple[int, int] | None
    title: str
    summary: str
    place: str
    points: tuple[tuple[str, int, str], ...]
    days: int = 1


EXCHANGES = (
    Sample(
        LabKind.SITE_VISIT, dt.date(2025, 9, 17), (9, 16),
        "Under the streets: a day with Lund's low-temperature heat",
        "We walk the network from the source to a radiator, and ask at each stop what it cost "
        "and what did not work.\n\nBring outdoor shoes; the afternoon is for Plymouth's own plan.",
        "Lund, Brunnshög",
        (("Welcome, and what Plymouth wants to take home", 30, "Lund"),
         ("The walk: source, pump house, a flat", 150, "Lund"),
         ("What we would do differently", 60, "Lund"),
         ("What could stand in Plymouth's plan", 90, "Plymouth"),
         ("What each of us does before the next meeting", 30, "")),
    ),
    Sample(
        LabKind.ONLINE_MEETING, dt.date(2027, 2, 24), (10, 12),
        "A year after: what was carried over, and what was not",
        "Twelve months after the twinning ended we look at the replication plan step by step.",
        "",
        (("Plymouth: where each step stands", 45, "Plymouth"),
         ("Lund: what we learnt in return", 30, "Lund"),
         ("What we tell the others", 30, "")),
    ),
    Sample(
        LabKind.SITE_VISIT, dt.date(2027, 5, 19), None,
        "Two days in Plymouth: heat from the sea, and the people who fit it",
        "Lund comes back. The first day is for the energy centre by the harbour, the second for "
        "the streets that join next.",
        "Plymouth, Millbay",
        (("The energy centre, from the sea to the pump", 180, "Plymouth"),
         ("A street that joins next, and its questions", 120, "Plymouth"),
         ("What Lund takes home", 60, "Lund")),
        days=2,
    ),
)  # fmt: skip


def load() -> None:
    group = TwinGroup.objects.select_related("programme").filter(slug=GROUP).first()
    if group is None:
        return
    for sample in EXCHANGES:
        plan = _plan(sample, group)
        by = samples.person("coordinator")
        lab = actions.draft(by=by, programme=group.programme, plan=plan, is_sample=True)
        if plan.starts_at > timezone.now():
            lab = actions.publish(by=by, lab=lab)
            for name in COMES[1:]:
                actions.register(by=samples.person(name), lab=lab, mode=lab.modes[0])
        else:
            _hold(lab)
            _name_in_plan(lab)


def _name_in_plan(lab: Lab) -> None:
    """The first step of the group's sample plan comes from the visit."""
    step = PlanStep.objects.filter(plan__group=lab.group, plan__is_sample=True).first()
    if step is not None:
        actions.add_source(by=samples.person("staff.plymouth"), step=step, lab=lab)


def _plan(sample: Sample, group: TwinGroup) -> Plan:
    zone = "Europe/London" if sample.place.startswith("Plymouth") else "Europe/Stockholm"
    if sample.hours:
        first, last = (at_hour(sample.day, dt.time(hour), zone) for hour in sample.hours)
    else:
        first = midnight(sample.day, zone)
        last = midnight(sample.day + dt.timedelta(days=sample.days), zone)
    return Plan(
        title=sample.title,
        starts_at=first,
        ends_at=last,
        time_zone=zone,
        is_all_day=sample.hours is None,
        kind=sample.kind,
        group=group,
        audience=Audience.GROUP,
        seats_onsite=12 if sample.place else None,
        seats_online=None if sample.place else 20,
        summary=sample.summary,
        language="en",
        place=sample.place,
        join_link="" if sample.place else "https://example.org/meeting",
        agenda=tuple(Point(title, minutes, who) for title, minutes, who in sample.points),
    )


def _hold(lab: Lab) -> None:
    """As rows: an action would refuse what lies in the past, and mail about it."""
    coordinator = samples.person("coordinator")
    lab.state = LabState.HELD
    lab.published_by = lab.held_by = coordinator
    lab.published_at = lab.starts_at - dt.timedelta(days=40)
    lab.held_at = lab.ends_at + dt.timedelta(hours=1)
    lab.save(update_fields=["state", "published_by", "held_by", "published_at", "held_at"])
    for name in COMES:
        user = samples.person(name)
        registration = Registration.objects.create(
            lab=lab, user=user, mode=Mode.ONSITE, state=RegistrationState.SEATED,
            attended_at=lab.starts_at, attended_by=coordinator, attended_mode=Mode.ONSITE,
        )  # fmt: skip
        RegistrationStep.objects.create(
            registration=registration, step=Step.REGISTERED, mode=Mode.ONSITE,
            state=RegistrationState.SEATED, via=Via.SITE, taken_by=user,
        )  # fmt: skip
    notices.push(lab)
