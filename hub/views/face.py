"""The page that shows every component, for those who build or run the hub."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub import access
from hub.face import samples


# Public in development only, where whoever builds a page looks things up.
@login_not_required
@require_safe
def face(request: HttpRequest) -> TemplateResponse:
    if not settings.DEBUG and access.ADMIN not in access.keys_of(request.user):
        raise Http404
    start = dt.datetime(2027, 3, 9, 12, tzinfo=dt.UTC)
    filled = {"theme": "x" * 70, "seats": "0", "audience": "team", "domains": ["energy"]}
    context = {
        "start": start,
        "end": start + dt.timedelta(hours=3),
        "empty_form": samples.SampleForm(prefix="new"),
        "wrong_form": samples.SampleForm(filled),
        "filter_form": samples.SampleFilter(request.GET),
        "cities": samples.CITIES,
        "states": samples.STATES,
        "domains": samples.DOMAINS,
        "tones": samples.TONES,
        "colours": samples.COLOURS,
        "icon_names": samples.icon_names(),
        "page": samples.page(),
        "marks": samples.marks(),
        "parts": samples.diff_parts(),
        "sections": [
            {"url": "#lists", "label": _("Overview"), "current": True, "count": None},
            {"url": "#lists", "label": _("Registered"), "current": False, "count": 18},
            {"url": "#lists", "label": _("Minutes"), "current": False, "count": None},
        ],
    }
    return TemplateResponse(request, "hub/face.html", context)
