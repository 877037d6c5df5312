"""Decisions are written down, their letters read through, and only then is anybody told."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import Membership
from cities.models.places import by_swedish_order
from cities.twinning.enums import Outcome
from cities.twinning.models import Application, Call, Decision, DecisionLetter
from hub import delivery
from hub.editing import mark_of
from hub.models import User
from hub.refusals import Refused

KIND = "application.decision"


@dataclass(frozen=True)
class Words:
    subject: str
    body: str

    @property
    def mark(self) -> str:
        return mark_of(f"{self.subject}\n{self.body}")


@dataclass(frozen=True)
class Prepared:
    """One city's letter as it would leave now, and who gets it."""

    decision: Decision
    subject: str
    body: str
    people: list[User]
    addresses: list[str]


@dataclass(frozen=True)
class Began:
    """Marks of what a form began from: by application, and by outcome of a letter.

    What a form says nothing of is put in the place of whatever stands.
    """

    decisions: Mapping[int, str] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)


class Clashing(Refused):
    """Somebody else has written the same rows: the decisions and letters as they stand now."""

    def __init__(
        self, decisions: Mapping[int, tuple[str, str]], letters: Mapping[str, Words]
    ) -> None:
        self.decisions, self.letters = decisions, letters
        super().__init__(_("Somebody else has written here since you opened the page."))


@transaction.atomic
def write(
    *,
    call: Call,
    decisions: Mapping[Application, tuple[str, str]],
    letters: Mapping[Outcome, Words],
    by: User,
    began: Began | None = None,
) -> None:
    """Keep the outcomes, notes and letters that were changed; what a city was told of stays.

    Raises Clashing, and keeps nothing, where another has changed the same row meanwhile.
    """
    began = began or Began()
    # The same row that sending takes first: what is being sent is not changed under its feet.
    Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    stand = {d.application_id: d for d in Decision.objects.filter(application__call=call)}
    now = {pk: (d.outcome, d.note) for pk, d in stand.items()}
    words = {x.outcome: Words(x.subject, x.body) for x in call.letters.all()}
    told = {pk for pk, decision in stand.items() if decision.told_at}
    wanted = {
        it: said
        for it, said in decisions.items()
        if it.pk not in told and mark_of_row(*said) != began.decisions.get(it.pk)
    }
    changed = {
        of: said
        for of, said in letters.items()
        # Nobody has kept this letter yet: its first words stand in the form and nowhere else.
        if of not in words or said.mark != began.letters.get(of)
    }
    _refuse_clashes(wanted, changed, now, words, began)
    for application, said in wanted.items():
        _decide(application, *said, now=now.get(application.pk), by=by)
    for of, said_words in changed.items():
        DecisionLetter.objects.update_or_create(
            call=call,
            outcome=of,
            defaults={"subject": said_words.subject, "body": said_words.body},
        )


def mark_of_row(outcome: str = "", note: str = "") -> str:
    return mark_of(f"{outcome}\n{note}")


def _refuse_clashes(
    wanted: Mapping[Application, tuple[str, str]],
    changed: Mapping[Outcome, Words],
    now: Mapping[int, tuple[str, str]],
    words: Mapping[str, Words],
    began: Began,
) -> None:
    rows = {
        it.pk: now.get(it.pk, ("", ""))
        for it, said in wanted.items()
        if it.pk in began.decisions
        and began.decisions[it.pk] != mark_of_row(*now.get(it.pk, ("", "")))
        and said != now.get(it.pk, ("", ""))
    }
    letters = {
        str(of): words[of]
        for of, said in changed.items()
        if of in words and of in began.letters
        if began.letters[of] != words[of].mark and said != words[of]
    }
    if rows or letters:
        raise Clashing(rows, letters)


def _decide(
    application: Application, outcome: str, note: str, *, now: tuple[str, str] | None, by: User
) -> None:
    if (outcome, note) == now:
        return
    if outcome:
        Decision.objects.update_or_create(
            application=application,
            defaults={"outcome": outcome, "note": note, "decided_by": by},
        )
    else:
        Decision.objects.filter(application=application).delete()


def prepared(call: Call) -> list[Prepared]:
    """The letters that would leave now; as many queries for many cities as for one."""
    waiting = (
        Decision.objects.filter(application__in=Application.objects.in_the_running())
        .filter(application__call=call, told_at=None)
        .select_related("application__city", "application__call")
        .prefetch_related("application__contacts")
        .order_by("outcome", by_swedish_order("application__city__name"))
    )
    letters = {letter.outcome: letter for letter in call.letters.all()}
    people: dict[int, list[User]] = {}
    cities = [decision.application.city_id for decision in waiting]
    held = Membership.objects.current().filter(city__in=cities).select_related("user")
    for membership in held.order_by("user__name", "pk"):
        if membership.city_id is not None:
            people.setdefault(membership.city_id, []).append(membership.user)
    return [
        _prepare(decision, letters[decision.outcome], people)
        for decision in waiting
        if decision.outcome in letters
    ]


def _prepare(
    decision: Decision, letter: DecisionLetter, people: Mapping[int, list[User]]
) -> Prepared:
    it = decision.application
    members = list(dict.fromkeys(people.get(it.city_id, [])))
    known = {person.email.lower() for person in members}
    others = {contact.email.lower() for contact in it.contacts.all()} - known
    facts = {"city": it.city.name, "call": it.call.title, "note": decision.note}
    return Prepared(
        decision=decision,
        subject=" ".join(_filled(letter.subject, facts).split()),
        body=_filled(letter.body, facts).strip(),
        people=members,
        addresses=sorted(others),
    )


def _filled(text: str, facts: Mapping[str, str]) -> str:
    """Only the three words; other braces stay what they are."""
    for name, value in facts.items():
        text = text.replace("{" + name + "}", value)
    return text


def digest(letters: Iterable[Prepared]) -> str:
    """Names the letters, so that none leaves which was not read as it is, to whom it goes."""
    said = [
        (
            letter.decision.pk,
            letter.decision.outcome,
            letter.subject,
            letter.body,
            [person.pk for person in letter.people],
            letter.addresses,
        )
        for letter in letters
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


@transaction.atomic
def send(*, call: Call, seen: str, by: User) -> int:
    """Tell the cities of exactly the letters that were read through; the number of cities.

    Refused where something changed since: then nothing leaves.
    """
    Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    waiting = prepared(call)
    if not waiting or digest(waiting) != seen:
        raise Refused(
            _("Something has changed since you read the letters through. Read them once more.")
        )
    for letter in waiting:
        delivery.plan(
            kind=KIND,
            event=letter.decision.application.subject,
            receivers=[*letter.people, *letter.addresses],
            facts={"subject": letter.subject, "body": letter.body},
        )
    told = [letter.decision.pk for letter in waiting]
    Decision.objects.filter(pk__in=told).update(told_at=timezone.now(), told_by=by)
    return len(waiting)
