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


class RuleKind(models.TextChoices):
    """What a city must be like to apply; all but the last are looked up, not judged."""

    POPULATION_LEAST = "population-least", _("at least so many inhabitants")
    POPULATION_MOST = "population-most", _("at most so many inhabitants")
    COUNTRIES = "countries", _("in one of these countries")
    MISSION = "mission", _("an EU Mission city")
    NOT_MISSION = "not-mission", _("no EU Mission city")
    NOT_PILOT = "not-pilot", _("no pilot city of this call")
    PERSON = "person", _("judged by a person")


class Stage(models.TextChoices):
    """Where a call stands; it follows from its window and what was decided."""

    DRAFT = "draft", pgettext_lazy("call", "draft")
    COMING = "coming", pgettext_lazy("call", "opens later")
    OPEN = "open", pgettext_lazy("call", "open")
    CLOSED = "closed", pgettext_lazy("call", "closed")


class ApplicationState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("application", "draft")
    SUBMITTED = "submitted", pgettext_lazy("application", "submitted")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")


class Screening(models.TextChoices):
    PASS = "pass", pgettext_lazy("screening", "passed")
    MORE = "more", pgettext_lazy("screening", "more information asked for")
    FAIL = "fail", pgettext_lazy("screening", "not eligible")


class StepState(models.TextChoices):
    """How far a step of a replication plan has come."""

    PLANNED = "planned", pgettext_lazy("step of a plan", "planned")
    UNDER_WAY = "under-way", pgettext_lazy("step of a plan", "under way")
    DONE = "done", pgettext_lazy("step of a plan", "done")
    DROPPED = "dropped", pgettext_lazy("step of a plan", "dropped")


class GoalState(models.TextChoices):
    OPEN = "open", pgettext_lazy("goal", "open")
    REACHED = "reached", pgettext_lazy("goal", "reached")
    DROPPED = "dropped", pgettext_lazy("goal", "dropped")


class Fit(models.TextChoices):
    """What a city says of its twinning when it is asked."""

    GOOD = "good", pgettext_lazy("fit", "Good")
    UNDECIDED = "undecided", pgettext_lazy("fit", "Undecided")
    NOT = "not", pgettext_lazy("fit", "It does not work")


class Outcome(models.TextChoices):
    """What the programme decides of an application before it is matched."""

    TAKEN = "taken", pgettext_lazy("decision", "Taken into the matching")
    RESERVE = "reserve", pgettext_lazy("decision", "On the reserve list")
    DECLINED = "declined", pgettext_lazy("decision", "Declined")
