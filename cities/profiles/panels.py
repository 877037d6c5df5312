"""What a person's own settings say of how others see them."""

from typing import Any

from django.http import HttpRequest

from hub import panels
from hub.models import User


def register() -> None:
    template = "cities/profiles/_own.html"
    panels.register(
        "person", "profile", template=template, source=_own, slot="margin", order=10, queries=0
    )


def _own(request: HttpRequest, user: User) -> dict[str, Any] | None:
    return {"person": user} if request.user == user else None
