"""Three years of Learning Hub Syd as they might be: invented Labs, marked as samples."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from cities.models import KnowledgeArea, Programme
from hub import samples
from hub.models import Delivery, User
from labs import actions, reporting, sample_exchanges, sample_minutes
from labs.actions import notices
from labs.actions.materials import About
from labs.enums import (
    Audience,
    LabState,
    Mode,
    QuestionKind,
    RegistrationState,
    Step,
    Via,
)
from labs.models import Lab, Material, PlanSource, Registration, RegistrationStep
from labs.plans import Plan, Point
from labs.questions import Question

STOCKHOLM = ZoneInfo("Europe/Stockholm")
COMES_FIRST = ("staff.malmo", "staff.lund", "lead.helsingborg", "researcher", "staff.hoor")
COMES_TOO = (*COMES_FIRST, "staff.landskrona", "lead.malmo", "staff.lomma", "staff.helsingborg")


ASKED = (
    Question(1, "Vad äter du?", QuestionKind.CHOICE, ("Allt", "Vegetariskt", "Veganskt")),
    Question(2, "Behöver du något för att kunna delta?"),
)


@dataclass(frozen=True)
class Sample:
    day: dt.date
    area: str
    title: str
    summary: str
    place: str
    points: tuple[tuple[str, int, str], ...]
    people: tuple[str, ...] = COMES_TOO
    seats: tuple[int | None, int | None] = (24, 40)
    audience: Audience = Audience.CITIES
    begins: int = 13
    offer_hours: int | None = None
    #: Titles and addresses of links.
    links: tuple[tuple[str, str], ...] = ()


LABS = (
    Sample(
        dt.date(2025, 3, 12), "mobility",
        "Färre bilar, fler resor",
        "Hur får en stad fler att resa utan egen bil, när varannan resa börjar i en annan "
        "kommun?\n\n"
        "Vi jämför pendlingsstråken mellan städerna och letar efter åtgärder som tål att delas.",
        "Lund, Stadshallen",
        (("Välkommen och varför vi är här", 15, "Samordnaren"),
         ("Tre stråk, tre försök", 60, "Helsingborg, Malmö och Lund"),
         ("Vad forskningen säger om parkering", 40, "Lunds universitet"),
         ("Grupparbete: vad prövar vi före sommaren?", 45, ""),
         ("Det vi bestämmer", 20, "Samordnaren")),
    ),
    Sample(
        dt.date(2025, 10, 8), "plastics",
        "Plasten som ändå bränns",
        "Två städer har räknat på plasten i sitt restavfall och kommit till olika svar. "
        "Vi går igenom hur de räknade och vad som går att sortera bort.",
        "Malmö, Medborgarhuset",
        (("Välkommen", 10, "Samordnaren"),
         ("Så räknade vi, och så fel blev det", 50, "Malmö och Landskrona"),
         ("Plockanalys på plats", 60, "Malmö"),
         ("Frågor till forskningen", 40, "SLU Alnarp"),
         ("Det vi bestämmer", 20, "Samordnaren")),
    ),
    Sample(
        dt.date(2026, 3, 11), "electrification",
        "Laddning där bilen redan står",
        "Gatuladdning är dyr, och flest bilar står på kvartersmark. Hur kommer hyreshus i gång?",
        "Helsingborg, Rådhuset",
        (("Välkommen", 10, "Samordnaren"),
         ("Laddning i hyreshus: tre modeller", 50, "Helsingborg och Höganäs"),
         ("Elnätets gräns", 40, "Lunds universitet"),
         ("Grupparbete: ett avtal som går att kopiera", 60, ""),
         ("Det vi bestämmer", 20, "Samordnaren")),
    ),
    Sample(
        dt.date(2026, 6, 3), "circular-building",
        "Återbrukade byggdelar i nya skolor",
        "Dörrar, tegel och ventilation från rivningshus: vad går att handla upp, och vem "
        "bär risken?",
        "Landskrona, Stadshuset",
        (("Rundvandring på bygget", 60, "Landskrona"),
         ("Upphandling utan fabriksgaranti", 50, "Lund"),
         ("Lagerfrågan: tre kommuner, ett lager?", 50, ""),
         ("Det vi bestämmer", 20, "Samordnaren")),
        begins=9,
    ),
    Sample(
        dt.date(2026, 10, 7), "carbon-capture",
        "Koldioxidinfångning vid kraftvärmen",
        "Vad kostar det, vem betalar, och vad händer med fjärrvärmepriset?",
        "Malmö, Medborgarhuset",
        (("Välkommen", 10, "Samordnaren"),
         ("Kalkylen, öppet redovisad", 60, "Malmö"),
         ("Vad återstår när plasten är borta?", 40, "Lunds universitet"),
         ("Grupparbete: villkor för ett gemensamt beslut", 50, ""),
         ("Det vi bestämmer", 20, "Samordnaren")),
    ),
    Sample(
        dt.date(2027, 3, 9), "electrification",
        "Restvärme mellan grannar",
        "Datahallar, kyllager och reningsverk ger bort värme som ingen tar emot. "
        "Vi kartlägger källorna och skriver det första avtalet tillsammans.",
        "Lund, Stadshallen",
        (("Välkommen och uppföljning från hösten", 20, "Samordnaren"),
         ("Värmekartan: vad vi hittade", 50, "Lund och Lomma"),
         ("Avtalet som höll, och det som inte gjorde det", 50, "Malmö"),
         ("Grupparbete: två grannar, ett rör", 45, ""),
         ("Det vi bestämmer", 15, "Samordnaren")),
        audience=Audience.OPEN,
        links=(("Värmekartan, utkast", "https://example.org/varmekartan"),),
    ),
    Sample(
        dt.date(2027, 6, 2), "circular-building",
        "Studiebesök: huset som flyttade",
        "Vi besöker ett trähus som monterats ned och byggts upp igen. Få platser på bygget; "
        "samtalet efteråt går också att följa på nätet.",
        "Höganäs, Kullagatan",
        (("Samling och skyddsutrustning", 20, "Höganäs"),
         ("Rundvandring", 70, "Höganäs"),
         ("Samtal: vad går att upprepa?", 60, "Malmö universitet")),
        people=COMES_TOO[:8], seats=(5, 30), audience=Audience.TRANSITION_TEAM,
        offer_hours=24,
    ),
    Sample(
        dt.date(2027, 10, 6), "mobility",
        "Godset de sista kilometrarna",
        "Utkast: samlastning i innerstaden, med handeln vid bordet.",
        "Helsingborg, Rådhuset",
        (("Välkommen", 10, "Samordnaren"), ("Tre försök med samlastning", 60, "")),
        people=(), audience=Audience.TRANSITION_TEAM,
    ),
)  # fmt: skip
#: How many coming Labs are published; those after them are drafts.
PUBLISHED = 2


def load() -> None:
    if Lab.objects.filter(is_sample=True).exists():
        return
    coming = [sample for sample in LABS if _starts(sample) > timezone.now()]
    for sample in LABS:
        lab = _draft(sample)
        if sample not in coming:
            _hold(lab, sample)
        elif sample in coming[:PUBLISHED]:
            _publish(lab, sample)
    sample_minutes.load()
    sample_exchanges.load()


def remove() -> None:
    """The sample Labs, those that sample coordinators made, and sample people's registrations."""
    theirs = samples.people()
    PlanSource.objects.filter(added_by__in=theirs).delete()
    Registration.objects.filter(user__in=theirs).delete()
    ticked = Registration.objects.filter(attended_by__in=theirs)
    ticked.update(attended_at=None, attended_by=None, attended_mode="")
    labs = Lab.objects.filter(
        Q(is_sample=True)
        | Q(created_by__in=theirs)
        | Q(published_by__in=theirs)
        | Q(cancelled_by__in=theirs)
        | Q(held_by__in=theirs)
    )
    sample_minutes.remove(list(labs), list(theirs))
    subjects = [lab.subject for lab in labs]
    samples.forget(*subjects)
    Delivery.objects.filter(event__in=subjects).delete()
    RegistrationStep.objects.filter(taken_by__in=theirs).delete()
    _remove_materials(list(labs), theirs)
    labs.delete()
    reporting.bring_back_what_was_taken_down_by(theirs)


def _remove_materials(labs: list[Lab], people: Any) -> None:
    """Those of the sample Labs, and those that sample people added to others."""
    for material in Material.objects.filter(Q(lab__in=labs) | Q(added_by__in=people)).shown():
        actions.remove_material(by=material.added_by, material=material)


def _starts(sample: Sample) -> dt.datetime:
    return dt.datetime.combine(sample.day, dt.time(sample.begins), STOCKHOLM)


def _draft(sample: Sample) -> Lab:
    length = sum(minutes for _title, minutes, _who in sample.points)
    onsite, online = sample.seats
    plan = Plan(
        title=sample.title,
        starts_at=_starts(sample).astimezone(dt.UTC),
        ends_at=(_starts(sample) + dt.timedelta(minutes=max(180, length))).astimezone(dt.UTC),
        time_zone=STOCKHOLM.key,
        audience=sample.audience,
        seats_onsite=onsite,
        seats_online=online,
        knowledge_area=KnowledgeArea.objects.filter(code=sample.area).first(),
        summary=sample.summary,
        language="sv",
        place=sample.place,
        join_link="https://example.org/lab",
        agenda=tuple(Point(title, minutes, who) for title, minutes, who in sample.points),
        registers_until=_starts(sample).astimezone(dt.UTC) - dt.timedelta(days=6, hours=20)
        if sample.audience == Audience.OPEN
        else None,
        offer_hours=sample.offer_hours,
        questions=[question.as_row() for question in ASKED] if sample.people else [],
        nudge_days_before=(14,),
        thank_days_after=(1,),
    )
    programme = Programme.objects.get(slug="learning-hub-syd")
    coordinator = samples.person("coordinator")
    lab = actions.draft(by=coordinator, programme=programme, plan=plan, is_sample=True)
    for title, link in sample.links:
        about = About(title, lab.agenda.all()[1])
        actions.add_material(by=coordinator, lab=lab, about=about, link=link)
    return lab


def _publish(lab: Lab, sample: Sample) -> None:
    lab = actions.publish(by=samples.person("coordinator"), lab=lab)
    for user, mode in _guests(sample):
        food = ASKED[0].choices[user.pk % 3]
        actions.register(by=user, lab=lab, mode=mode, answers={"1": food})


def _hold(lab: Lab, sample: Sample) -> None:
    """As rows: an action would refuse what lies in the past, and mail about it."""
    coordinator = samples.person("coordinator")
    lab.state = LabState.HELD
    lab.published_by = lab.held_by = coordinator
    lab.published_at = lab.starts_at - dt.timedelta(days=60)
    lab.held_at = lab.ends_at + dt.timedelta(hours=1)
    lab.save(update_fields=["state", "published_by", "held_by", "published_at", "held_at"])
    for user, mode in _guests(sample):
        registration = Registration.objects.create(
            lab=lab, user=user, mode=mode, state=RegistrationState.SEATED,
            attended_at=lab.starts_at, attended_by=coordinator, attended_mode=mode,
        )  # fmt: skip
        RegistrationStep.objects.create(
            registration=registration, step=Step.REGISTERED, mode=mode,
            state=RegistrationState.SEATED, via=Via.SITE, taken_by=user,
        )  # fmt: skip
    notices.push(lab)


def _guests(sample: Sample) -> list[tuple[User, Mode]]:
    """On site, but for every fourth online; where seats on site are few, all want one."""
    few = (sample.seats[0] or 0) < len(sample.people)
    return [
        (samples.person(name), Mode.ONLINE if n % 4 == 3 and not few else Mode.ONSITE)
        for n, name in enumerate(sample.people)
    ]
