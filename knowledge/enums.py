from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    EXPERIENCE = "experience", _("Experience")
    CASE_NOTE = "case-note", _("Case note")


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class ReviewState(models.TextChoices):
    OPEN = "open", _("In review")
    PUBLISHED = "published", _("Published")
    SENT_BACK = "sent-back", _("Sent back")
    WITHDRAWN = "withdrawn", _("Taken back")


class Stage(models.TextChoices):
    IDEA = "idea", _("An idea")
    PILOTING = "piloting", _("Being tried out")
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")


class CostBand(models.TextChoices):
    NONE = "none", _("Working hours only")
    UNDER_10 = "under-10", _("Under 10,000 euro")
    UNDER_100 = "under-100", _("10,000 to 100,000 euro")
    UNDER_1000 = "under-1000", _("100,000 to 1 million euro")
    OVER_1000 = "over-1000", _("Over 1 million euro")


class Licence(models.TextChoices):
    """On which terms others may take the text over; without one, those of the law."""

    BY = "cc-by", _("CC BY 4.0: free to use, naming the authors")
    BY_SA = "cc-by-sa", _("CC BY-SA 4.0: as before, passed on under the same terms")
    ZERO = "cc0", _("CC0 1.0: free to use without naming anybody")


LICENCE_URLS = {
    "cc-by": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-sa": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


class Evidence(models.TextChoices):
    TOLD = "told", _("What those involved tell")
    DOCUMENTED = "documented", _("Documented by the city")
    FOLLOWED = "followed", _("Followed by a researcher")
    EVALUATED = "evaluated", _("Evaluated from outside")


class ReuseStage(models.TextChoices):
    """How far a city has come with what another has written about."""

    UNDERSTANDING = "understand", pgettext_lazy("reuse", "Wants to understand it")
    ADAPTING = "adapt", pgettext_lazy("reuse", "Adapts it")
    REUSING = "reuse", pgettext_lazy("reuse", "Uses it")
    STOPPED = "stopped", pgettext_lazy("reuse", "Has stopped")


class SourceAnswer(models.TextChoices):
    """What the city that wrote says of a declared reuse."""

    CONFIRMED = "confirmed", _("Confirmed by the city it comes from")
    UNKNOWN = "unknown", _("Not known to the city it comes from")


class Making(models.TextChoices):
    """How the words of a version of a translation came about."""

    HUMAN = "human", _("By a person")
    MACHINE = "machine", _("By machine")


class JobState(models.TextChoices):
    """Of a text that was given to the machine."""

    WAITING = "waiting", _("Being translated")
    DONE = "done", _("Translated")
    FAILED = "failed", _("Could not be translated")


class TranslationState(models.TextChoices):
    """How it stands with a text in one language."""

    MISSING = "missing", pgettext_lazy("translation", "Missing")
    BEGUN = "begun", pgettext_lazy("translation", "Begun, not published")
    MACHINE = "machine", pgettext_lazy("translation", "By machine, not read")
    OUTDATED = "outdated", pgettext_lazy("translation", "Outdated")
    CURRENT = "current", pgettext_lazy("translation", "Up to date")


class Verdict(models.TextChoices):
    """What the city that wants to learn says of an answer."""

    HELPED = "helped", _("It helped")
    OTHER = "other", _("Not what was meant")


#: Months after which somebody looks again whether a text is still true.
REVIEW_MONTHS = {Kind.EXPERIENCE: 12, Kind.CASE_NOTE: 12}


class Way(models.TextChoices):
    """How it was answered that a text is still true."""

    PAGE = "page", _("On the page")
    MAIL = "mail", _("From the mail")


class FlagKind(models.TextChoices):
    """Why a text may no longer be true."""

    OVERDUE = "overdue", _("Not checked in time")
    OWNER_GONE = "owner-gone", _("Nobody answers for it")
    DEAD_LINK = "dead-link", _("Link that leads nowhere")
    REUSE_STOPPED = "reuse-stopped", _("A city has stopped using it")
    NEWER_FIGURE = "newer-figure", _("Newer figure reported")
    DOUBTED = "doubted", _("Marked as possibly out of date")


#: Raised by a person; the others by the clock.
RAISED_BY_PEOPLE = (FlagKind.DOUBTED, FlagKind.NEWER_FIGURE)


class Settled(models.TextChoices):
    """How a flag came down."""

    STILL_TRUE = "still-true", _("Still true")
    NEW_DATE = "new-date", _("Given a new date")
    SEEN = "seen", _("Looked at")
    LIFTED = "lifted", _("The mark was taken away")
    TAKEN = "taken", _("The figure was taken over")
    DECLINED = "declined", _("The figure was declined")
    HANDED_OVER = "handed-over", _("Somebody else answers for it")
    BY_ITSELF = "by-itself", _("No longer so")


class HandoverState(models.TextChoices):
    OPEN = "open", pgettext_lazy("handover", "Waits for an answer")
    ACCEPTED = "accepted", pgettext_lazy("handover", "Accepted")
    DECLINED = "declined", pgettext_lazy("handover", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("handover", "Taken back")


class LinkState(models.TextChoices):
    """What the last visit to a link's address found; told of in a flag's own words."""

    NEW = "new"
    ANSWERS = "answers"
    UNCLEAR = "unclear"
    FAILING = "failing"
    DEAD = "dead"


class AlarmKind(models.TextChoices):
    """What has happened to a text that a plan builds on."""

    CHANGED = "changed", _("There is a newer version of it")
    OUTDATED = "outdated", _("It may be out of date")
    STOPPED = "stopped", _("A city that used it has stopped")
    GONE = "gone", _("It is no longer there")
