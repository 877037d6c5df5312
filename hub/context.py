from typing import Any

from django.conf import settings
from django.http import HttpRequest

from hub import access, inbox
from hub.enums import Theme
from hub.models import User


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the frame around every page shows; one query where something is unread, else none."""
    user = getattr(request, "user", None)
    person = user if isinstance(user, User) else None
    keys = access.keys_of(person) if person else frozenset()
    theme = person.theme if person else request.COOKIES.get("theme", "")
    return {
        "hub_name": settings.HUB_NAME,
        "hub_coordinator": settings.HUB_COORDINATOR,
        "hub_contact": settings.HUB_CONTACT,
        "is_sample_hub": settings.SAMPLE_HUB,
        "LANGUAGES": settings.LANGUAGES,
        "LANGUAGE_CODE": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        "theme": theme if theme in {Theme.LIGHT, Theme.DARK} else "",
        "awaits_second_factor": person is not None and person.awaits_second_factor,
        "unread_count": inbox.unread_count(person) if person else 0,
        "can_use_desk": any(access.is_privileged(held) for held in keys),
    }
