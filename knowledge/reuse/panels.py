"""What the pages of a text, a city and a person show of reuse."""

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import HttpRequest

from cities.models import City
from hub import access, panels
from knowledge.models import Article, Reuse
from knowledge.reuse import permissions

if TYPE_CHECKING:
    from hub.access import Reader

ON_PAGES = 6


def register() -> None:
    folder = "knowledge/panels"
    panels.register(
        "city", "reuse", template=f"{folder}/reuse.html", source=_city, order=65, queries=1
    )
    panels.register(
        "today", "reuse", template=f"{folder}/reuse_today.html", source=_today, order=25, queries=1
    )


def uses_of(user: "Reader", article: Article) -> dict[str, Any]:
    """For the margin of a text: who uses it, and whether one may tell; one query."""
    uses = Reuse.objects.filter(article=article).select_related("city")
    found = list(uses.newest()[: ON_PAGES + 1])
    return {
        "reuses": found[:ON_PAGES],
        "more_reuses": len(found) > ON_PAGES,
        "may_declare": bool(permissions.cities_of(user, article)),
    }


def _city(request: HttpRequest, city: City) -> dict[str, Any] | None:
    """What it took up, and what others took up from it."""
    seen = Reuse.objects.visible_to(request.user).with_ends().newest()
    found = list(seen.filter(Q(city=city) | Q(article__city=city))[: 2 * ON_PAGES])
    if not found:
        return None
    return {
        "city": city,
        "taken": [reuse for reuse in found if reuse.city_id == city.pk],
        "given": [reuse for reuse in found if reuse.city_id != city.pk],
    }


def _today(request: HttpRequest, _obj: None) -> dict[str, Any] | None:
    """What others do with one's own city's texts, until somebody has answered."""
    own = access.ids_of(request.user, "city")
    if not own:
        return None
    seen = Reuse.objects.visible_to(request.user).unanswered().with_ends().newest()
    found = list(seen.filter(article__city__in=own)[:ON_PAGES])
    return {"reuses": found} if found else None
