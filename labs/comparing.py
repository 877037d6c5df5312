"""A Lab as it stands beside a Lab as somebody wants it."""

from typing import Any

from django.utils.translation import gettext as _

from hub.compare import Difference
from labs import plans
from labs.enums import Audience, LabKind
from labs.models import AgendaItem, Lab
from labs.plans import Plan, Point
from labs.wallclock import first_day, last_day


def told_of(lab: Lab, plan: Plan) -> set[str]:
    """The fields of a published Lab whose change goes out to people; empty for a draft."""
    if not lab.is_published:
        return set()
    return {name for name in plans.TOLD if getattr(lab, name) != getattr(plan, name)}


def is_moved(fields: set[str]) -> bool:
    return not fields.isdisjoint(plans.TIMES)


def differences(lab: Lab, plan: Plan) -> list[Difference]:
    found = []
    for name in plans.FIELDS:
        now, wanted = getattr(lab, name), getattr(plan, name)
        if now != wanted:
            label = Lab._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            found.append(
                Difference(_capital(str(label)), _shown(name, now, lab), _shown(name, wanted, plan))
            )
    if plans.has_other_cities(lab, plan):
        label = Lab._meta.get_field("cities").verbose_name
        stand = ", ".join(city.name for city in lab.cities.in_order())
        wanted = ", ".join(city.name for city in plan.cities)
        found.append(Difference(_capital(str(label)), stand or "–", wanted or "–"))
    points = tuple(Point(**row_of(item)) for item in lab.agenda.all())
    if points != plan.agenda:
        label = AgendaItem._meta.verbose_name
        found.append(Difference(_capital(str(label)), _agenda(points), _agenda(plan.agenda)))
    return found


def row_of(item: AgendaItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "minutes": item.minutes,
        "presenter": item.presenter,
        "notes": item.notes,
        "item": item.pk,
    }


def _shown(name: str, value: Any, holder: Lab | Plan) -> str:
    from hub.face import dates

    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if holder.is_all_day and name in ("starts_at", "ends_at"):
        return dates.day(first_day(holder) if name == "starts_at" else last_day(holder))
    if name in ("starts_at", "ends_at", "registers_until"):
        local = dates.in_zone(value, holder.time_zone)
        return f"{dates.day(local)} {dates.hour(local)}"
    if name == "audience":
        return str(Audience(value).label)
    if name == "kind":
        return str(LabKind(value).label)
    if name == "questions":
        return "\n".join(question["text"] for question in value)
    return str(value)


def _agenda(points: tuple[Point, ...]) -> str:
    return "\n".join(f"{p.title} ({p.minutes})" for p in points) or "–"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
