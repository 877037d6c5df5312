from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    """Who is invited to a Lab, and by that who sees it."""

    TRANSITION_TEAM = "transition-team", _("The transition team")
    CITIES = "cities", _("Everybody in the programme's cities")
    OPEN = "open", _("Open to everybody")


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
    CANCELLED = "cancelled", pgettext_lazy("registration", "cancelled")


class Step(models.TextChoices):
    """What happened to a registration."""

    REGISTERED = "registered", _("registered")
    CHANGED_MODE = "changed-mode", _("changed how to take part")
    CANCELLED = "cancelled", pgettext_lazy("step", "cancelled")
    DECLINED = "declined", _("said that they do not come")
    PROMOTED = "promoted", _("moved up from the waitlist")


class Via(models.TextChoices):
    """The way a person acted."""

    SITE = "site", _("on the site")
    MAIL = "mail", _("by the link in a mail")


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
