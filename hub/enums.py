from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    SKIPPED = "skipped", _("not sent")
    SUPERSEDED = "superseded", _("replaced by a newer message")
    FAILED = "failed", _("refused by the receiver")
    # The connection broke after the message had been handed over: it may have arrived.
    UNCERTAIN = "uncertain", _("perhaps sent")


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class MailChoice(models.TextChoices):
    AT_ONCE = "at-once", _("At once")
    NEVER = "never", _("Never")


class Listing(models.TextChoices):
    """Who may know that somebody is here; the order is from narrowest to widest."""

    UNLISTED = "unlisted", _("Nobody: unlisted")
    SIGNED_IN = "signed-in", _("Everybody who is signed in")
    PUBLIC = "public", _("Everybody, also visitors")


class InvitationState(models.TextChoices):
    OPEN = "open", _("waiting for an answer")
    ACCEPTED = "accepted", _("accepted")
    REVOKED = "revoked", _("withdrawn")
    EXPIRED = "expired", _("run out")


class ReportKind(models.TextChoices):
    """What is wrong with what is reported."""

    PRIVATE = "private", _("It tells of a person who did not agree")
    HURTFUL = "hurtful", _("It insults or threatens")
    FALSE = "false", _("It is false or misleads")
    RIGHTS = "rights", _("It uses somebody's work without leave")
    ADVERT = "advert", _("It is advertising")
    OTHER = "other", _("Something else")


class ReportState(models.TextChoices):
    OPEN = "open", _("Waits for a decision")
    DISMISSED = "dismissed", _("Stays")
    UPHELD = "upheld", _("Taken down")


class AppealState(models.TextChoices):
    OPEN = "open", _("Appealed")
    KEPT = "kept", _("Stays taken down")
    REVERSED = "reversed", _("Brought back after an appeal")
