"""Whether a city fits a call's rules, as far as that can be looked up."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cities.countries import country_name
from cities.enums import MissionStatus
from cities.models import City
from cities.twinning.enums import RuleKind
from cities.twinning.models import Call, CallPilotCity, Rule


@dataclass(frozen=True)
class Finding:
    """`fits` is None where the hub does not know, or where a person has to judge."""

    rule: str
    fits: bool | None
    #: What the hub knows of the city in this.
    fact: str = ""


def sentence(rule: Rule) -> str:
    """The rule as applicants read it."""
    if rule.kind == RuleKind.PERSON:
        return rule.words
    patterns: dict[str, Any] = {
        RuleKind.POPULATION_LEAST: _("At least %(n)s inhabitants"),
        RuleKind.POPULATION_MOST: _("At most %(n)s inhabitants"),
        RuleKind.COUNTRIES: _("A city in %(countries)s"),
        RuleKind.MISSION: _("An EU Mission city"),
        RuleKind.NOT_MISSION: _("Not an EU Mission city"),
        RuleKind.NOT_PILOT: _("Not a pilot city of this call"),
    }
    return str(patterns[rule.kind]) % {
        "n": number_format(rule.number or 0, force_grouping=True),
        "countries": ", ".join(country_name(code) for code in rule.countries),
    }


def findings(call: Call, city: City) -> list[Finding]:
    """One for each rule of the call, in its order; one query besides the rules."""
    rules = list(call.rules.all())
    if not rules:
        return []
    is_pilot = CallPilotCity.objects.filter(pilot__call=call, city=city).exists()
    return [_find(rule, city, is_pilot=is_pilot) for rule in rules]


def _find(rule: Rule, city: City, *, is_pilot: bool) -> Finding:
    said = sentence(rule)
    if rule.kind in (RuleKind.POPULATION_LEAST, RuleKind.POPULATION_MOST):
        return _by_population(said, rule, city)
    if rule.kind == RuleKind.COUNTRIES:
        return Finding(said, city.country in rule.countries, city.country_name)
    if rule.kind in (RuleKind.MISSION, RuleKind.NOT_MISSION):
        known = city.mission_status != MissionStatus.UNKNOWN
        is_mission = city.mission_status == MissionStatus.YES
        fits = is_mission == (rule.kind == RuleKind.MISSION)
        return Finding(said, fits if known else None, str(city.get_mission_status_display()))
    if rule.kind == RuleKind.NOT_PILOT:
        return Finding(said, not is_pilot)
    return Finding(said, None)


def _by_population(said: str, rule: Rule, city: City) -> Finding:
    if city.population is None or rule.number is None:
        return Finding(said, None)
    is_least = rule.kind == RuleKind.POPULATION_LEAST
    fits = city.population >= rule.number if is_least else city.population <= rule.number
    return Finding(said, fits, number_format(city.population, force_grouping=True))
