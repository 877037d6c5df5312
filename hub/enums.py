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


class InvitationState(models.TextChoices):
    OPEN = "open", _("waiting for an answer")
    ACCEPTED = "accepted", _("accepted")
    REVOKED = "revoked", _("withdrawn")
    EXPIRED = "expired", _("run out")
