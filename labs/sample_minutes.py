"""Minutes of the sample Labs that have been held, with what came out of them."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from cities.models import City
from hub import samples
from hub.models import Delivery, User
from labs.actions import follow_up_notices, notices
from labs.enums import FollowUpState, Mode, OutcomeKind
from labs.models import Addition, Lab, Minutes, MinutesPoint, Outcome


@dataclass(frozen=True)
class Owed:
    text: str
    #: Slug of the city, and the person there where one is named.
    city: str
    person: str
    #: Days from today; an open one may be late.
    days: int
    note: str = ""


@dataclass(frozen=True)
class Told:
    """What was noted at the points of the agenda, in their order, and what came out.

    `{came}` in a note stands for how many were there, as the attendance list says.
    """

    notes: tuple[str, ...]
    information: str
    decision: str
    owed: tuple[Owed, ...]


#: As minutes write small figures out.
NUMBERS = ("ingen", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva",
           "tolv")  # fmt: skip

#: By title of the Lab.
TEXTS = {
    "Koldioxidinfångning vid kraftvärmen": Told(
        (
            "{came}. Samordnaren påminde om vad vi bestämde i juni.",
            ("Malmö gick igenom kalkylen rad för rad.\n"
            "- Investeringen är den lilla delen; elen till infångningen kostar mest.\n"
            "- Priset per ton blir tre gånger högre om pannan bara går på vintern.\n"
            "Frågan som ingen kunde svara på: vem äger koldioxiden på vägen till hamnen?"),
            ("Utan plasten blir det kvar ungefär hälften av utsläppen, och nästan allt är biogent. "
            "Då är det minusutsläpp, men ingen betalar för dem än."),
            ("Grupperna kom till samma sak från två håll: besluta ingenting förrän plasten är "
            "utsorterad, men räkna gemensamt nu."),
            "Vi tar upp villkoren igen i mars, när restvärmen ändå står på dagordningen.",
        ),
        "Malmös kalkyl får delas inom programmet, med namn på dem som räknade.",
        "Städerna räknar gemensamt på infångning, med Malmös modell, innan någon beslutar själv.",
        (
            Owed("Fråga hamnen vad mellanlagring av koldioxid skulle kosta", "malmo",
                 "staff.malmo", -9),
            Owed("Räkna om kalkylen för en panna som bara går på vintern", "lund",
                 "staff.lund", 27),
            Owed("Utse någon som följer utredningen om biogena minusutsläpp", "helsingborg",
                 "", 45),
            Owed("Skicka Malmös modell till alla städer", "malmo", "staff.malmo", -30,
                 "Skickad, med en läsanvisning på en sida."),
        ),
    ),
    "Återbrukade byggdelar i nya skolor": Told(
        (
            "Dörrarna höll måttet, teglet nästan. Ventilationen får räknas som skrot.",
            "Lund skrev in återbruk som option. Två anbud av fem räknade på den.",
            "Ett gemensamt lager faller på hyran om det står tomt mer än två månader.",
            "",
        ),
        "Lunds upphandlingstext finns att låna.",
        "Ingen stad bygger ett eget lager innan vi vet vad de andra river.",
        (
            Owed("Lista rivningar som är beslutade till och med 2028", "landskrona",
                 "staff.landskrona", 12),
        ),
    ),
}  # fmt: skip


def load() -> None:
    for lab in Lab.objects.filter(is_sample=True, state="held", title__in=TEXTS):
        _write(lab, TEXTS[lab.title])
        notices.push(lab)


def remove(labs: list[Lab], people: list[User]) -> None:
    """Minutes of these Labs, and what these people wrote or owe anywhere."""
    theirs = Q(created_by__in=people) | Q(owner__in=people) | Q(settled_by__in=people)
    found = Outcome.objects.filter(Q(minutes__lab__in=labs) | theirs)
    subjects = [outcome.subject for outcome in found]
    samples.forget(*subjects)
    Delivery.objects.filter(event__in=subjects).delete()
    found.delete()
    Addition.objects.filter(added_by__in=people).delete()
    MinutesPoint.objects.filter(changed_by__in=people).update(changed_by=None, changed_at=None)
    Minutes.objects.filter(
        Q(lab__in=labs) | Q(begun_by__in=people) | Q(published_by__in=people)
    ).delete()


def _write(lab: Lab, told: Told) -> None:
    """As rows, dated back: the actions would mail about it today."""
    by, at = samples.person("coordinator"), lab.ends_at
    minutes = Minutes.objects.create(
        lab=lab,
        begun_by=by,
        begun_at=lab.starts_at,
        published_by=by,
        published_at=at + dt.timedelta(days=2),
    )
    came = _came(lab)
    points = [
        MinutesPoint(
            minutes=minutes, position=item.position, title=item.title, presenter=item.presenter,
            notes=notes.replace("{came}", came), version=2, changed_by=by, changed_at=at,
        )
        for item, notes in zip(lab.agenda.all(), told.notes, strict=False)
    ]  # fmt: skip
    MinutesPoint.objects.bulk_create(points)
    rows = {"minutes": minutes, "created_by": by, "created_at": at, "point": points[-1]}
    Outcome.objects.create(kind=OutcomeKind.INFORMATION, text=told.information, **rows)
    Outcome.objects.create(kind=OutcomeKind.DECISION, text=told.decision, **rows)
    for owed in told.owed:
        _owe(rows, owed)


def _came(lab: Lab) -> str:
    """As "Sju på plats och två på nätet"."""
    modes = Counter(lab.registrations.attended().values_list("attended_mode", flat=True))
    words = ((Mode.ONSITE, "på plats"), (Mode.ONLINE, "på nätet"))
    parts = [f"{_in_words(modes[mode])} {where}" for mode, where in words if modes[mode]]
    return " och ".join(parts).capitalize()


def _in_words(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _owe(rows: dict[str, object], owed: Owed) -> None:
    owner = samples.person(owed.person) if owed.person else None
    facts: dict[str, object] = {"state": FollowUpState.OPEN}
    if owed.note:
        facts = {
            "state": FollowUpState.DONE,
            "settled_by": owner,
            "settled_at": timezone.now() + dt.timedelta(days=owed.days),
            "settled_note": owed.note,
        }
    outcome = Outcome.objects.create(
        kind=OutcomeKind.FOLLOW_UP,
        text=owed.text,
        owner=owner,
        city=City.objects.get(slug=owed.city),
        due_on=timezone.localdate() + dt.timedelta(days=owed.days),
        **{**rows, **facts},
    )
    if outcome.is_open:
        follow_up_notices.plan_reminders(outcome)
