from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from labs import preflight, reminding
from labs.models import Lab
from labs.permissions import can_coordinate
from labs.reminding import NUDGE, REMINDER, Occasion

PAGE = 100


@require_safe
def lab_reminders(request: HttpRequest, slug: str) -> TemplateResponse:
    """Who would get the next reminder, and who not and why; `?reminder=` chooses another."""
    lab = get_object_or_404(Lab.objects.visible_to(request.user).with_frame(), slug=slug)
    if not can_coordinate(request.user, lab):
        raise PermissionDenied
    ahead = [occasion for occasion in reminding.occasions(lab) if reminding.is_ahead(occasion)]
    wanted = request.GET.get("reminder", "")
    chosen = next((o for o in ahead if o.code == wanted), ahead[0] if ahead else None)
    found = preflight.receivers(lab, chosen) if chosen and not lab.is_draft else []
    getting = sum(not receiver.why_not for receiver in found)
    context: dict[str, Any] = {
        "lab": lab,
        "occasion": chosen,
        "heading": _in_words(chosen) if chosen else "",
        "sections": [
            {"url": f"?reminder={o.code}", "label": _in_words(o), "current": o is chosen}
            for o in ahead
        ],
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "getting": getting,
        "not_getting": len(found) - getting,
    }
    return TemplateResponse(request, "labs/preflight.html", context)


def _in_words(occasion: Occasion) -> str:
    days = {"n": occasion.days}
    if occasion.kind == REMINDER:
        return ngettext("%(n)s day before", "%(n)s days before", occasion.days) % days
    if occasion.kind == NUDGE:
        text = ngettext(
            "%(n)s day before, to who has not answered",
            "%(n)s days before, to who has not answered",
            occasion.days,
        )
        return text % days
    return _("Thanks, the day after")
