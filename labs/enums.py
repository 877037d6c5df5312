from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LabKind(models.TextChoices):
    """A Learning Lab of a programme, or one of the exchanges of a twin group."""

    LEARNING_LAB = "learning-lab", _("Learning Lab")
    WORKSHOP = "workshop", _("Workshop")
    SITE_VISIT = "site-visit", _("Site visit")
    ONLINE_MEETING = "online-meeting", _("Online meeting")

    @property
    def plural(self) -> Any:
        return _PLURAL[self]

    @property
    def definite(self) -> Any:
        """In the middle of a sentence, spoken of as known."""
        return _DEFINITE[self]

    @property
    def indefinite(self) -> Any:
        return _INDEFINITE[self]


_PLURAL = {
    LabKind.LEARNING_LAB: _("Learning Labs"),
    LabKind.WORKSHOP: _("Workshops"),
    LabKind.SITE_VISIT: _("Site visits"),
    LabKind.ONLINE_MEETING: _("Online meetings"),
}
_DEFINITE = {
    LabKind.LEARNING_LAB: _("the Lab"),
    LabKind.WORKSHOP: _("the workshop"),
    LabKind.SITE_VISIT: _("the site visit"),
    LabKind.ONLINE_MEETING: _("the online meeting"),
}
_INDEFINITE = {
    LabKind.LEARNING_LAB: _("a Learning Lab"),
    LabKind.WORKSHOP: _("a workshop"),
    LabKind.SITE_VISIT: _("a site visit"),
    LabKind.ONLINE_MEETING: _("an online meeting"),
}


#: What the people of a twin group meet for.
EXCHANGES = (LabKind.WORKSHOP, LabKind.SITE_VISIT, LabKind.ONLINE_MEETING)


class Audience(models.TextChoices):
    """Who is invited to a Lab, and by that who sees it.

    To an exchange only its twin group is invited; the audience says who else sees it.
    """

    GROUP = "group", _("The twin group")
    TRANSITION_TEAM = "transition-team", _("The transition team")
    CHOSEN = "chosen-cities", _("Everybody in the cities that I choose")
    CITIES = "cities", _("Everybody in the programme's cities")
    OPEN = "open", _("Open to everybody")


#: Whom one chooses among for a Learning Lab, and for an exchange.
OF_LABS = (Audience.TRANSITION_TEAM, Audience.CHOSEN, Audience.CITIES, Audience.OPEN)
OF_EXCHANGES = (Audience.GROUP, Audience.CITIES, Audience.OPEN)


class PollAudience(models.TextChoices):
    """Who is asked for a date, and by that who sees the poll; for an exchange its twin group."""

    TRANSITION_TEAM = "transition-team", _("The transition team")
    CITIES = "cities", _("Everybody in the programme's cities")
    CHOSEN = "chosen-cities", _("Everybody in the cities that I choose")
    GROUP = "group", _("The twin group")


#: Whom one chooses among for the date of a Learning Lab.
ASKED_FOR_LABS = (PollAudience.TRANSITION_TEAM, PollAudience.CITIES, PollAudience.CHOSEN)


class PollState(models.TextChoices):
    """Closed by its deadline a poll is still open here: the clock says so, not a row."""

    OPEN = "open", _("open")
    DECIDED = "decided", _("decided")
    CANCELLED = "cancelled", pgettext_lazy("poll", "cancelled")


class Choice(models.TextChoices):
    """What a voter says to one date."""

    YES = "yes", pgettext_lazy("vote", "Yes")
    IF_NEED_BE = "if-need-be", pgettext_lazy("vote", "If need be")
    NO = "no", pgettext_lazy("vote", "No")


class LabState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    CANCELLED = "cancelled", pgettext_lazy("Lab", "cancelled")
    HELD = "held", _("held")


class Mode(models.TextChoices):
    ONSITE = "onsite", _("on site")
    ONLINE = "online", _("online")


class RegistrationState(models.TextChoices):
    SEATED = "seated", _("registered")
    WAITING = "waiting", _("on the waitlist")
    #: Where the coordinator gives the places: asked, and not answered yet.
    PENDING = "pending", _("waits for the coordinator's answer")
    REFUSED = "refused", _("got no place")
    #: A free seat is held for them until they answer, or for so long.
    OFFERED = "offered", _("has been offered a seat")
    CANCELLED = "cancelled", pgettext_lazy("registration", "cancelled")


class Step(models.TextChoices):
    """What happened to a registration."""

    REGISTERED = "registered", _("registered")
    CHANGED_MODE = "changed-mode", _("changed how to take part")
    CANCELLED = "cancelled", pgettext_lazy("step", "cancelled")
    DECLINED = "declined", _("said that they do not come")
    PROMOTED = "promoted", _("moved up from the waitlist")
    APPROVED = "approved", _("got a place from the coordinator")
    REFUSED = "refused", _("got no place from the coordinator")
    OFFERED = "offered", _("was offered a seat")
    ACCEPTED = "accepted", _("took the seat that was offered")
    PASSED = "passed", _("passed the offered seat on")
    LAPSED = "lapsed", _("let an offer run out")


class Via(models.TextChoices):
    """The way a person acted."""

    SITE = "site", _("on the site")
    MAIL = "mail", _("by the link in a mail")
    CALENDAR = "ical", _("by their calendar")


class ReplyResult(models.TextChoices):
    """What an answer by calendar came to."""

    DONE = "done", _("taken up")
    NOTED = "noted", _("noted")
    REFUSED = "refused", _("changed nothing")


class OutcomeKind(models.TextChoices):
    """What came out of a point of the agenda, or of the Lab as a whole."""

    INFORMATION = "information", _("information")
    DECISION = "decision", _("decision")
    FOLLOW_UP = "follow-up", _("follow-up")


class FollowUpState(models.TextChoices):
    OPEN = "open", pgettext_lazy("follow-up", "open")
    DONE = "done", pgettext_lazy("follow-up", "done")
    DROPPED = "dropped", pgettext_lazy("follow-up", "dropped")


class QuestionKind(models.TextChoices):
    """How a question to those who register is answered."""

    TEXT = "text", _("a short text")
    YES_NO = "yes-no", _("yes or no")
    CHOICE = "choice", _("one of several")


class ReminderKind(models.TextChoices):
    """Whom a reminder addresses, and whether it comes before or after the Lab."""

    BEFORE = "before", _("before, to the registered")
    UNANSWERED = "unanswered", _("before, to the invited who have not answered")
    AFTER = "after", _("after, to those who had a seat")
