"""What waits for a decision, on the start page and the desk of those who decide."""

from typing import Any

from django.http import HttpRequest

from hub import panels
from hub.models import Report, User
from hub.moderation.permissions import can_moderate_any

ON_PAGES = 5


def register() -> None:
    template = "hub/moderation/_waiting.html"
    for place in ("today", "desk"):
        panels.register(place, "reports", template=template, source=_waiting, order=12)


def _waiting(request: HttpRequest, _obj: object) -> dict[str, Any] | None:
    user = request.user
    if not isinstance(user, User) or not can_moderate_any(user):
        return None
    found = list(Report.objects.decided_by_keys_of(user).waiting()[: ON_PAGES + 1])
    return {"reports": found[:ON_PAGES], "more": len(found) > ON_PAGES} if found else None
