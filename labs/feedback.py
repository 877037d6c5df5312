"""Feedback on a held Lab: the link in the mail, the letter, and what came in."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Count
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from hub import delivery
from hub.delivery import Letter, Skip
from hub.delivery.frame import frame_of
from hub.models import Delivery, User
from labs import people, sentences
from labs.actions.feedback import FEEDBACK
from labs.models import FeedbackAnswer, FeedbackReply, Lab, Registration
from labs.people import homes
from labs.permissions import can_give_feedback

SALT = "labs.feedback"
#: Below this many answers nothing is shown: one voice among two is no secret.
LEAST_SHOWN = 3
#: So many written answers stand on the page; the figures count all.
MOST_WORDS = 200

GONE = gettext_lazy("The meeting is no longer there.")
NOT_ASKED = gettext_lazy("This person had no seat, or the time to answer is over.")
ABSENT = gettext_lazy("This person was not seen there.")
ANSWERED = gettext_lazy("This person had already answered.")


@dataclass(frozen=True)
class Participant:
    user: User
    lab: Lab


@dataclass(frozen=True)
class Bar:
    """How many gave this figure; `share` is in per cent of those who answered."""

    usefulness: int
    count: int
    share: int


@dataclass(frozen=True)
class Turnout:
    """Of one place: how many had a seat, and how many of them have answered."""

    place: str
    came: int
    answered: int

    @property
    def silent(self) -> int:
        return self.came - self.answered


def token_for(user: User, lab: Lab) -> str:
    return signing.dumps([lab.pk, user.pk], salt=SALT)


def url_for(user: User, lab: Lab) -> str:
    path = reverse("lab-feedback-by-link", args=[lab.slug, token_for(user, lab)])
    return str(settings.BASE_URL) + path


def read(slug: str, token: str) -> Participant | None:
    """Whose link it is and for what; None where it is forged, or either is gone."""
    try:
        lab_id, user_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.with_keys().filter(pk=user_id, is_active=True).first()
    lab = Lab.objects.with_frame().filter(pk=lab_id, slug=slug).first()
    return Participant(user, lab) if user and lab else None


def has_answered(lab: Lab, user: User) -> bool:
    return FeedbackReply.objects.filter(lab=lab, user=user).exists()


def bars(lab: Lab) -> list[Bar]:
    """From 5 to 1, also those that nobody gave; one query."""
    rows = lab.feedback_answers.order_by().values_list("usefulness")
    counted = dict(rows.annotate(n=Count("pk")))
    total = sum(counted.values())
    return [
        Bar(n, counted.get(n, 0), round(100 * counted.get(n, 0) / total) if total else 0)
        for n in range(5, 0, -1)
    ]


def words(lab: Lab) -> list[FeedbackAnswer]:
    """What was written, in an order that tells nothing of who wrote when; one query."""
    found = lab.feedback_answers.exclude(takes_home="", to_change="").select_related("user")
    return list(found.order_by("-usefulness", "pk")[:MOST_WORDS])


def turnout(lab: Lab) -> list[Turnout]:
    """By the place that people stand for, the most silent first; three queries."""
    seated = set(Registration.objects.filter(lab=lab).seated().values_list("user", flat=True))
    answered = set(lab.feedback_replies.values_list("user", flat=True))
    places = homes(seated)
    came: dict[str, list[int]] = {}
    for user in seated:
        name = str(places[user].place) if user in places else _("Others")
        came.setdefault(name, []).append(user)
    found = [Turnout(n, len(us), len(answered.intersection(us))) for n, us in came.items()]
    return sorted(found, key=lambda one: (-one.silent, one.place))


def register() -> None:
    delivery.register(FEEDBACK, label=gettext_lazy("Question afterwards"), compose=letter)


def letter(row: Delivery) -> Letter | Skip:
    lab = Lab.objects.with_frame().filter(pk=int(row.event.removeprefix("lab:"))).first()
    if lab is None or row.user is None:
        return Skip(GONE)
    if not can_give_feedback(row.user, lab):
        return Skip(NOT_ASKED)
    if has_answered(lab, row.user):
        return Skip(ANSWERED)
    is_thanked = bool(row.facts.get("thanks"))
    missed = people.was_missed(lab.registrations.filter(user=row.user).first())
    if missed and not is_thanked:
        return Skip(ABSENT)
    name, subject = "feedback", _("How was it? %(lab)s")
    if missed:
        name, subject = "missed", _("We missed you: %(lab)s")
    elif is_thanked:
        subject = _("Thank you for coming, and how was it? %(lab)s")
    context: dict[str, Any] = {
        **frame_of(row),
        "lab": lab,
        "lab_url": settings.BASE_URL + lab.get_absolute_url(),
        "when": sentences.when(lab),
        "is_thanked": is_thanked,
        "may_answer": True,
        "action_url": url_for(row.user, lab),
    }
    return Letter(
        subject=" ".join((subject % {"lab": lab.title}).split()),
        text=render_to_string(f"labs/mail/{name}.txt", context),
        html=render_to_string(f"labs/mail/{name}.html", context),
        language=get_language() or settings.LANGUAGE_CODE,
    )
