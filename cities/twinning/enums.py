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


class ConflictKind(models.TextChoices):
    """Who found a conflict of interest: the reviewer, or the hub by what it knows."""

    DECLARED = "declared", _("declared by the reviewer")
    OWN_CITY = "own-city", _("works for the city that applies")
    RANKED = "ranked", _("works for a pilot city that the application ranks")


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


class RunState(models.TextChoices):
    """Where one try at a matching stands; nobody but its coordinators sees any of them."""

    DRAFT = "draft", pgettext_lazy("match run", "being set up")
    WAITING = "waiting", pgettext_lazy("match run", "about to begin")
    RUNNING = "running", pgettext_lazy("match run", "computing")
    DONE = "done", pgettext_lazy("match run", "done")
    CANCELLED = "cancelled", pgettext_lazy("match run", "stopped")
    FAILED = "failed", pgettext_lazy("match run", "not possible")


class RulingKind(models.TextChoices):
    """What a coordinator settles about a pair before anything is computed."""

    PIN = "pin", pgettext_lazy("matching", "pin: these two belong together")
    VETO = "veto", pgettext_lazy("matching", "veto: not these two")


class Trial(models.TextChoices):
    """What a run derived from another begins with."""

    PLACE = "place", pgettext_lazy("matching", "Give the pilot one place more")
    PIN = "pin", pgettext_lazy("matching", "Pin these two")
    LIFT = "lift", pgettext_lazy("matching", "Take the pin or veto away")
    REPAIR = "repair", pgettext_lazy("matching", "Repair with the fewest changes")


class Standing(models.TextChoices):
    """Where a published match stands: it holds once every city has said yes."""

    ASKED = "asked", pgettext_lazy("match", "waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("match", "accepted")
    DECLINED = "declined", pgettext_lazy("match", "declined")
