from typing import Any

from django.conf import settings
from django.http import HttpRequest

from hub import access, inbox
from hub.enums import Theme


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the frame around every page shows; costs no query of its own unless something is unread."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    keys = access.keys_of(user) if signed_in else frozenset()
    theme = user.theme if signed_in else request.COOKIES.get("theme", "")
    return {
        "hub_name": settings.HUB_NAME,
        "hub_coordinator": settings.HUB_COORDINATOR,
        "hub_contact": settings.HUB_CONTACT,
        "is_sample_hub": settings.SAMPLE_HUB,
        "LANGUAGES": settings.LANGUAGES,
        "LANGUAGE_CODE": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        "theme": theme if theme in {Theme.LIGHT, Theme.DARK} else "",
        "awaits_second_factor": getattr(user, "awaits_second_factor", False),
        "unread_count": inbox.unread_count(user) if signed_in else 0,
        "can_use_desk": any(k.endswith(":coordinator") for k in keys) or access.ADMIN in keys,
    }
