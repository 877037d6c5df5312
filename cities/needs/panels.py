"""What the start pages and a city's page show of learning needs."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpRequest

from cities.models import City, Wish
from cities.needs import permissions
from hub import access, panels

ON_HOME = 6
ON_PAGES = 5


def register() -> None:
    folder = "cities/needs"
    panels.register("home", "needs", template=f"{folder}/_home.html", source=_home, order=40)
    panels.register("today", "needs", template=f"{folder}/_today.html", source=_today, order=28)
    panels.register("city", "questions", template=f"{folder}/_city.html", source=_city, order=20)


def _home(request: HttpRequest, _obj: object) -> dict[str, Any] | None:
    """The newest needs that nobody has answered."""
    if request.user.is_authenticated:
        return None
    needs = Wish.objects.visible_to(request.user).unanswered().with_places()
    return {"needs": needs[:ON_HOME]}


def _today(request: HttpRequest, _obj: object) -> dict[str, Any] | None:
    """Questions put to one's own city first, then what cities seek in its domains."""
    own = access.ids_of(request.user, "city")
    if not own:
        return None
    is_mine = ExpressionWrapper(Q(asked__in=own), output_field=BooleanField())
    shared = City.domains.through.objects.filter(city__in=own).values("domain_id")
    near = Wish.domains.through.objects.filter(domain__in=shared).values("wish_id")
    needs = (
        Wish.objects.visible_to(request.user)
        .unanswered()
        .filter(Q(asked__in=own) | Q(pk__in=near))
        .exclude(city__in=own)
        .annotate(is_mine=is_mine)
        .with_places()
        .order_by("-is_mine", "-stated_at", "-pk")
    )
    found = list(needs[:ON_PAGES])
    return {"needs": found} if found else None


def _city(request: HttpRequest, city: City) -> dict[str, Any] | None:
    """What others have asked it, and the way to ask."""
    seen = Wish.objects.visible_to(request.user).open().filter(asked=city).with_places()
    found = list(seen[: ON_PAGES + 1])
    may_ask = bool(permissions.cities_asking(request.user, city))
    if not found and not may_ask:
        return None
    return {
        "city": city,
        "questions": found[:ON_PAGES],
        "more": len(found) > ON_PAGES,
        "may_ask": may_ask,
    }
