"""The parts of an application: how they are called, what is missing, what may be written."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.twinning.enums import ApplicationState, Stage
from cities.twinning.models import Application, ApplicationAnswer, Decision, Question
from hub.editing import Standing

#: Written in one form; each of the questions is a part of its own, and so are the files.
PROFILE: dict[str, Any] = {
    "domains": _("Emission domains"),
    "levers": _("Levers of change"),
    "languages": _("Languages"),
    "needs": _("What the city wants to learn"),
    "ranks": _("Pilots in the order of your wish"),
    "offers": _("What the city can share in return"),
    "contacts": _("Contacts"),
}
REQUIRED = ("domains", "languages", "needs", "ranks", "contacts")
FILES = "files"
_ANSWER = "answer-"


@dataclass(frozen=True)
class Part:
    name: str
    label: str

    @property
    def is_answer(self) -> bool:
        return self.name.startswith(_ANSWER)

    @property
    def is_files(self) -> bool:
        return self.name == FILES


def name_of(question: Question) -> str:
    return f"{_ANSWER}{question.code}"


def answers(application: Application, questions: Iterable[Question]) -> list[Standing]:
    """What is answered to each of the questions, with nothing to those that nobody took up."""
    found = application.answers.select_related("changed_by")
    given = {answer.question_id: answer for answer in found}
    return [_standing(question, given.get(question.pk)) for question in questions]


def _standing(question: Question, answer: ApplicationAnswer | None) -> Standing:
    if answer is None:
        return Standing(question.code, question.name, "", 0)
    return Standing(question.code, question.name, answer.text, answer.version, answer.changed_by)


def all_parts(questions: Iterable[Question]) -> list[Part]:
    found = [Part(name, str(label)) for name, label in PROFILE.items()]
    found += [Part(name_of(question), question.name) for question in questions]
    return [*found, Part(FILES, str(_("Files")))]


def writable(application: Application, now: dt.datetime | None = None) -> frozenset[str]:
    """Names of the parts that may be written now: all of a draft, what was reopened, or none."""
    now = now or timezone.now()
    call = application.call
    if application.state == ApplicationState.DRAFT:
        if call.stage_at(now) != Stage.OPEN:
            return frozenset()
        return frozenset(part.name for part in all_parts(call.scheme.questions.all()))
    is_open = application.reopened_until is not None and now < application.reopened_until
    if application.state == ApplicationState.SUBMITTED and is_open:
        return frozenset(application.reopened)
    return frozenset()


def is_worked_on(application: Application) -> bool:
    """Whether the programme has begun with it: screened it, asked readers, or decided."""
    if application.screening or application.reviews.filter(removed_at=None).exists():
        return True
    return Decision.objects.filter(application=application).exists()


def forms_of(names: Iterable[str]) -> dict[str, bool]:
    """Which of the three forms has something to write in, where these parts may be written."""
    names = frozenset(names)
    return {
        "profile": bool(names & PROFILE.keys()),
        "answers": any(name.startswith(_ANSWER) for name in names),
        "files": FILES in names,
    }


def missing(application: Application) -> list[Part]:
    """What has to be there before it is sent in; as many queries for many answers as for few."""
    filled = {
        "domains": application.domains.exists(),
        "languages": bool(application.languages),
        "needs": application.needs.exists(),
        "ranks": application.ranks.exists(),
        "contacts": application.contacts.exists(),
    }
    found = [Part(name, str(PROFILE[name])) for name in REQUIRED if not filled[name]]
    answered = set(application.answers.exclude(text="").values_list("question_id", flat=True))
    asked = application.call.scheme.questions.filter(is_required=True)
    return found + [Part(name_of(q), q.name) for q in asked if q.pk not in answered]
