"""Decisions are written down, their letters read through, and only then is anybody told."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import Membership
from cities.models.places import by_swedish_order
from cities.twinning.enums import Outcome
from cities.twinning.models import Application, Call, Decision, DecisionLetter
from hub import delivery
from hub.models import User
from hub.refusals import Refused

KIND = "application.decision"


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


@dataclass(frozen=True)
class Prepared:
    """One city's letter as it would leave now, and who gets it."""

    decision: Decision
    subject: str
    body: str
    people: list[User]
    addresses: list[str]


@transaction.atomic
def write(
    *,
    call: Call,
    decisions: Mapping[Application, tuple[str, str]],
    letters: Mapping[Outcome, Words],
    by: User,
) -> None:
    """Keep outcomes with their notes, and the letters; what a city was told of stays."""
    for application, (outcome, note) in decisions.items():
        told = Decision.objects.filter(application=application, told_at__isnull=False)
        if told.exists():
            continue
        if outcome:
            Decision.objects.update_or_create(
                application=application,
                defaults={"outcome": outcome, "note": note, "decided_by": by},
            )
        else:
            Decision.objects.filter(application=application).delete()
    for of, words in letters.items():
        DecisionLetter.objects.update_or_create(
            call=call, outcome=of, defaults={"subject": words.subject, "body": words.body}
        )


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


@transaction.atomic
def send(*, call: Call, decisions: set[int], by: User) -> int:
    """Tell the cities of exactly these decisions, which were read through; the number of them.

    Refused where something changed since: then nothing leaves.
    """
    Call.objects.select_for_update().get(pk=call.pk)
    waiting = {p.decision.pk: p for p in prepared(call)}
    if not decisions or decisions != set(waiting):
        raise Refused(
            _("Something has changed since you read the letters through. Read them once more.")
        )
    for letter in waiting.values():
        delivery.plan(
            kind=KIND,
            event=letter.decision.application.subject,
            receivers=[*letter.people, *letter.addresses],
            facts={"subject": letter.subject, "body": letter.body},
        )
    Decision.objects.filter(pk__in=waiting).update(told_at=timezone.now(), told_by=by)
    return len(waiting)
