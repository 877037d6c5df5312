from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from cities.models import Programme
from labs import calendars
from labs.enums import LabState
from labs.models import Lab

#: How long a Lab stays in the calendar that one subscribes to.
KEPT = timedelta(days=400)


# Public: the calendar of Labs open to everybody; signed in also those one belongs to.
@login_not_required
@require_safe
def lab_feed(request: HttpRequest) -> HttpResponse:
    labs = (
        Lab.objects.visible_to(request.user)
        .exclude(state=LabState.DRAFT)
        .filter(ends_at__gt=timezone.now() - KEPT)
        .order_by("starts_at", "pk")
        .with_frame()
    )
    name = settings.HUB_NAME
    if slug := request.GET.get("programme"):
        programme = Programme.objects.visible_to(request.user).filter(slug=slug).first()
        if programme is None:
            raise Http404
        labs, name = labs.filter(programme=programme), programme.name
    return _answer(calendars.feed(labs, name=name), "labs")


# Public: as the page of the Lab.
@login_not_required
@require_safe
def lab_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    found = Lab.objects.visible_to(request.user).exclude(state=LabState.DRAFT).with_frame()
    lab = get_object_or_404(found, slug=slug)
    return _answer(calendars.feed([lab], name=""), lab.slug)


def _answer(stream: bytes, name: str) -> HttpResponse:
    response = HttpResponse(stream, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return response
