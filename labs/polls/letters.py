"""The mails about a date poll, composed at the moment they leave.

Each looks again at what may have changed since it was planned: the poll, its deadline,
the audience, the person's vote.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from hub import access, delivery
from hub.delivery import Letter, Skip
from hub.delivery.frame import frame_of
from hub.models import Delivery, User
from labs.enums import PollState
from labs.models import Ballot, Poll
from labs.polls import links, notices
from labs.polls.dates import Date, choices_of, dates_of, deadline_of
from labs.polls.permissions import audience_keys, can_vote

GONE = gettext_lazy("The poll is no longer there.")
OVER = gettext_lazy("The poll was decided or cancelled first.")
CLOSED = gettext_lazy("The deadline of the poll had already passed.")
CHANGED_AGAIN = gettext_lazy("The poll was changed once more first.")
OUTSIDE = gettext_lazy("This person no longer belongs to those who are asked.")
ANSWERED = gettext_lazy("This person had already voted.")
VOTED_AGAIN = gettext_lazy("This person saved another vote first.")


@dataclass(frozen=True)
class _Case:
    """All that a mail is made from, read once; the dates are in the receiver's zone too."""

    delivery: Delivery
    poll: Poll
    user: User
    dates: list[Date]

    @property
    def has_voted(self) -> bool:
        return any(date.choice for date in self.dates)

    @property
    def is_whole(self) -> bool:
        return all(date.choice for date in self.dates)


def register() -> None:
    add = delivery.register
    add(notices.INVITATION, label=gettext_lazy("Question for a date"), compose=invitation)
    add(notices.REMINDER, label=gettext_lazy("Reminder of a date poll"), compose=reminder)
    add(notices.CHANGE, label=gettext_lazy("Change of a date poll"), compose=change)
    add(
        notices.RECEIPT,
        label=gettext_lazy("Receipt of a vote"),
        compose=receipt,
        is_essential=True,
    )
    add(
        notices.OUTCOME,
        label=gettext_lazy("Outcome of a date poll"),
        compose=outcome,
        is_essential=True,
    )


def invitation(row: Delivery) -> Letter | Skip:
    case = _open_case(row)
    if isinstance(case, Skip):
        return case
    if case.has_voted:
        return Skip(ANSWERED)
    opening = _("%(programme)s looks for a date for a Learning Lab. Say which dates suit you; "
                "you need not sign in.")  # fmt: skip
    if case.poll.is_exchange:
        opening = _("%(programme)s looks for a date for %(one)s. Say which dates suit you; "
                    "you need not sign in.")  # fmt: skip
    return _letter(case, "asking", _("Which date suits you? %(poll)s"), opening)


def reminder(row: Delivery) -> Letter | Skip:
    case = _open_case(row)
    if isinstance(case, Skip):
        return case
    if case.is_whole:
        return Skip(ANSWERED)
    opening = _("%(programme)s still lacks your answer. It takes a minute, and you need not "
                "sign in.")  # fmt: skip
    return _letter(case, "asking", _("Your answer is still missing: %(poll)s"), opening)


def change(row: Delivery) -> Letter | Skip:
    case = _open_case(row)
    if isinstance(case, Skip):
        return case
    if row.version != case.poll.version:
        return Skip(CHANGED_AGAIN)
    opening = _("%(programme)s has changed the poll: there are new dates, or there is more time.")
    if case.is_whole:
        opening = _("%(programme)s has changed the poll. Your answers still stand; you can "
                    "change them until the deadline.")  # fmt: skip
    return _letter(case, "asking", _("Changed: when can you meet? %(poll)s"), opening)


def receipt(row: Delivery) -> Letter | Skip:
    case = _case(row)
    if isinstance(case, Skip):
        return case
    ballot = Ballot.objects.filter(poll=case.poll, user=case.user).first()
    if ballot is None or ballot.version != row.version:
        return Skip(VOTED_AGAIN)
    opening = _("Your answers are saved. This is what stands:")
    return _letter(case, "receipt", _("Your vote is saved: %(poll)s"), opening)


def outcome(row: Delivery) -> Letter | Skip:
    case = _case(row)
    if isinstance(case, Skip):
        return case
    poll = case.poll
    if poll.is_open:
        return Skip(CHANGED_AGAIN)
    if poll.state == PollState.CANCELLED:
        opening = _("%(programme)s no longer looks for a date for this Lab.")
        if poll.is_exchange:
            opening = _("%(programme)s no longer looks for a date for %(the)s.")
        return _letter(case, "outcome", _("No date after all: %(poll)s"), opening)
    opening = _("%(programme)s has chosen the date. The invitation to the Lab comes when it is "
                "published; keep the time free until then.")  # fmt: skip
    if poll.is_exchange:
        opening = _("%(programme)s has chosen the date. The invitation to %(the)s comes when it "
                    "is published; keep the time free until then.")  # fmt: skip
    chosen = next(date for date in case.dates if date.option.pk == poll.chosen_id)
    return _letter(case, "outcome", _("The date is set: %(poll)s"), opening, chosen=chosen)


def _open_case(row: Delivery) -> _Case | Skip:
    """The case of a mail that asks for an answer."""
    found = _case(row)
    if isinstance(found, Skip):
        return found
    if not found.poll.is_open:
        return Skip(OVER)
    if found.poll.is_closed:
        return Skip(CLOSED)
    return found if can_vote(found.user, found.poll) else Skip(OUTSIDE)


def _case(row: Delivery) -> _Case | Skip:
    poll = Poll.objects.with_frame().filter(pk=int(row.event.removeprefix("poll:"))).first()
    if poll is None or row.user is None:
        return Skip(GONE)
    if not access.opened_by(row.user, audience_keys(poll)):
        return Skip(OUTSIDE)
    choices = choices_of(poll, row.user.pk)
    return _Case(row, poll, row.user, dates_of(poll, poll.options.all(), choices=choices))


def _letter(case: _Case, name: str, subject: str, opening: str, **facts: Any) -> Letter:
    """`subject` may name %(poll)s, `opening` %(programme)s, %(the)s and %(one)s."""
    poll = case.poll
    context = {
        **frame_of(case.delivery),
        "poll": poll,
        "opening": opening % {"programme": poll.asker, "the": poll.the, "one": poll.one},
        "dates": case.dates,
        "deadline": deadline_of(poll),
        "vote_url": links.url_for(case.user, poll) if poll.takes_votes else "",
        "poll_url": settings.BASE_URL + poll.get_absolute_url(),
        **facts,
    }
    return Letter(
        subject=" ".join((subject % {"poll": poll.title}).split()),
        text=render_to_string(f"labs/polls/mail/{name}.txt", context),
        html=render_to_string(f"labs/polls/mail/{name}.html", context),
        language=get_language() or settings.LANGUAGE_CODE,
    )
