from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CityRole(models.TextChoices):
    """A city's role in a programme; it belongs to the participation, never to the city."""

    CORE = "core", _("core city")
    TWIN = "twin", _("twin city")
    PILOT = "pilot", _("pilot city")


class Role(models.TextChoices):
    """A person's role in a city, an organisation or a programme."""

    LEAD = "lead", _("city lead")
    STAFF = "staff", _("city staff")
    RESEARCHER = "researcher", _("researcher")
    MEMBER = "member", _("member")
    COORDINATOR = "coordinator", _("coordinator")
    TRANSITION_TEAM = "transition-team", _("transition team")
    REVIEWER = "reviewer", _("reviewer")


ROLES_OF_CITY = (Role.LEAD, Role.STAFF)
ROLES_OF_ORGANISATION = (Role.RESEARCHER, Role.MEMBER)
ROLES_OF_PROGRAMME = (Role.COORDINATOR, Role.TRANSITION_TEAM, Role.REVIEWER)


class MissionStatus(models.TextChoices):
    YES = "yes", _("EU Mission city")
    NO = "no", _("not an EU Mission city")
    UNKNOWN = "unknown", _("not known")


class WishKind(models.TextChoices):
    SEEKS = "seeks", _("seeks")
    OFFERS = "offers", _("offers")


class Visibility(models.TextChoices):
    """Who may see what is written; the order is from widest to narrowest."""

    PUBLIC = "public", _("Everybody")
    SIGNED_IN = "signed-in", _("Everybody who is signed in")
    PROGRAMME = "programme", _("The programme")
    GROUP = "group", _("The twin group")
    PRIVATE = "private", _("Only the authors")


class Way(models.TextChoices):
    """By what somebody can be reached past the hub."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    LINK = "link", pgettext_lazy("contact", "Link")


class Circle(models.TextChoices):
    """Who sees a way to reach somebody; each holds the one before it."""

    NOBODY = "nobody", _("Nobody")
    PLACES = "places", _("People of my cities and organisations")
    PROGRAMMES = "programmes", _("Also members of my programmes")
    SIGNED_IN = "signed-in", _("Everybody who is signed in")
    PUBLIC = "public", _("Everybody, also visitors")


class Condition(models.TextChoices):
    """What a city has or decides on, and others' solutions may build on."""

    DISTRICT_HEATING = "district-heating", _("A district heating network")
    ENERGY_COMPANY = "energy-company", _("An energy company of its own")
    GRID = "grid", _("An electricity grid of its own")
    HOUSING_COMPANY = "housing-company", _("A housing company of its own")
    WASTE_COMPANY = "waste-company", _("A waste company of its own")
    TRANSPORT = "transport", _("A say in public transport")
    LAND = "land", _("Land of its own to build on")
    PORT = "port", _("A port")
    UNIVERSITY = "university", _("A university in the city")
    CLIMATE_BUDGET = "climate-budget", _("A climate budget or a climate contract")
    PROCUREMENT = "procurement", _("Climate demands in its procurement")
