"""What all mails of the rooms share: the frame around them, and how their two forms are drawn."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from hub.delivery.letters import Letter
from hub.delivery.letters import kind as known_kind
from hub.delivery.optouts import url_of as unsubscribe_url
from hub.models import Delivery


def frame_of(row: Delivery) -> dict[str, Any]:
    """What the common base of all mails shows."""
    return {
        "hub_name": settings.HUB_NAME,
        "hub_url": settings.BASE_URL + "/",
        # Somebody without an account has nothing to choose there.
        "settings_url": settings.BASE_URL + reverse("mail-settings") if row.user_id else "",
        "unsubscribe_url": unsubscribe_link(row),
    }


def drawn(row: Delivery, template: str, subject: str, context: dict[str, Any]) -> Letter:
    """A letter from `template` with .txt and .html; a title's own line breaks leave the subject."""
    facts = {**frame_of(row), **context}
    return Letter(
        subject=" ".join(subject.split()),
        text=render_to_string(f"{template}.txt", facts),
        html=render_to_string(f"{template}.html", facts),
        language=get_language() or settings.LANGUAGE_CODE,
    )


def unsubscribe_link(row: Delivery) -> str:
    return "" if known_kind(row.kind).is_essential else unsubscribe_url(row)
