from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class GroupRole(models.TextChoices):
    """A city's role in one twin group; in another group it may be the other."""

    PILOT = "pilot", _("pilot city")
    TWIN = "twin", _("twin city")


class GroupState(models.TextChoices):
    ACTIVE = "active", _("running")
    CLOSED = "closed", _("completed")
    WITHDRAWN = "withdrawn", pgettext_lazy("twin group", "withdrawn")


class SourceKind(models.TextChoices):
    """Where it is stated that these cities are twins."""

    SEED = "seed", _("stated when this hub was set up")
    PROGRAMME = "programme", _("published by the programme")
    PRESS = "press", _("announced by the cities or in the press")
    OWN = "own", _("formed in this hub")
