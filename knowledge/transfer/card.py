"""What a text says must be in place, beside one city: met, missing or unknown."""

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cities.enums import Condition
from cities.models import City
from knowledge.models import Article, Revision

State = Literal["met", "missing", "unknown"]


@dataclass(frozen=True)
class Line:
    asked: str
    state: State
    why: str


def card(article: Article, revision: Revision, city: City) -> list[Line]:
    """Size, conditions, domains and country; nothing that the text does not ask for.

    `city` has its domains loaded. An unknown is a question to somebody, never a guess.
    """
    return [
        *_size(revision.fields, city),
        *(_condition(code, city) for code in revision.fields.get("conditions", [])),
        *_domains(article, city),
        *_country(article, revision.fields, city),
    ]


def counted(lines: list[Line]) -> dict[State, int]:
    found: dict[State, int] = {"met": 0, "missing": 0, "unknown": 0}
    for line in lines:
        found[line.state] += 1
    return found


def _size(fields: dict[str, Any], city: City) -> list[Line]:
    least, most = fields.get("smallest"), fields.get("largest")
    if not least and not most:
        return []
    asked = _asked_size(least, most)
    if city.population is None:
        return [Line(asked, "unknown", _("The number of inhabitants is not stated here."))]
    fits = (least or 0) <= city.population <= (most or city.population)
    people = number_format(city.population, force_grouping=True)
    why = _("%(city)s has %(people)s inhabitants.") % {"city": city.name, "people": people}
    return [Line(asked, "met" if fits else "missing", why)]


def _asked_size(least: int | None, most: int | None) -> str:
    low, high = (number_format(number or 0, force_grouping=True) for number in (least, most))
    if least and most:
        return _("Between %(low)s and %(high)s inhabitants") % {"low": low, "high": high}
    if least:
        return _("At least %(low)s inhabitants") % {"low": low}
    return _("At most %(high)s inhabitants") % {"high": high}


def _condition(code: str, city: City) -> Line:
    # A code that is no longer asked for stays readable in old versions.
    asked = str(dict(Condition.choices).get(code, code))
    if code in city.has:
        return Line(asked, "met", _("The city says that it has it."))
    if code in city.lacks:
        return Line(asked, "missing", _("The city says that it does not have it."))
    return Line(asked, "unknown", _("The city has not said."))


def _domains(article: Article, city: City) -> list[Line]:
    """A domain that a city does not name may still be one it works in."""
    own = {domain.pk for domain in city.domains.all()}
    lines = []
    for domain in article.domains.all():
        asked = _("Work in the domain: %(domain)s") % {"domain": domain.name}
        if domain.pk in own:
            lines.append(Line(asked, "met", _("It is among those the city works with most.")))
        else:
            lines.append(Line(asked, "unknown", _("The city's profile does not name it.")))
    return lines


def _country(article: Article, fields: dict[str, Any], city: City) -> list[Line]:
    if article.city is None or not fields.get("law"):
        return []
    asked = _("The rules of %(country)s") % {"country": article.city.country_name}
    if article.city.country == city.country:
        return [Line(asked, "met", _("Both cities are in the same country."))]
    why = _("%(city)s is in another country: read what the text says of law and procurement.")
    return [Line(asked, "unknown", why % {"city": city.name})]
