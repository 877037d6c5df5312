"""Tags every template has: panels and the key that makes a form act once."""

import uuid
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from hub import panels as registry

register = template.Library()


@register.simple_tag
def form_key() -> SafeString:
    """The hidden field that lets a form sent ten times act once (hub.middleware.once)."""
    return format_html('<input type="hidden" name="_key" value="{}">', uuid.uuid4())


@register.simple_tag(takes_context=True)
def panels(context: Context, place: str, obj: Any = None, slot: str | None = None) -> SafeString:
    """Every panel that rooms have registered for this place, in their order."""
    request = context["request"]
    parts = []
    for panel in registry.at(place, slot):
        found = panel.source(request, obj)
        if found is not None:
            # In the page's own context: each rendering of its own would run all processors anew.
            with context.push(found):
                drawn = get_template(panel.template)
                parts.append(drawn.template.render(context))  # type: ignore[attr-defined]
    return mark_safe("".join(parts))  # noqa: S308 - each part is an autoescaped template
