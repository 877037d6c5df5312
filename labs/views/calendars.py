from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from cities.models import Programme
from hub.requests import person
from labs import actions, calendars, feeds, subscriptions
from labs.enums import LabKind, LabState
from labs.feeds import Stream
from labs.forms import KindsForm
from labs.models import CalendarAddress, Lab


# Public: the calendar of Labs open to everybody; signed in also those one belongs to.
@login_not_required
@require_safe
def lab_feed(request: HttpRequest) -> HttpResponseBase:
    labs = (
        Lab.objects.visible_to(request.user)
        .exclude(state=LabState.DRAFT)
        .filter(ends_at__gt=timezone.now() - subscriptions.KEPT)
        .order_by("starts_at", "pk")
        .with_frame()
    )
    name = settings.HUB_NAME
    if slug := request.GET.get("programme"):
        programme = Programme.objects.visible_to(request.user).filter(slug=slug).first()
        if programme is None:
            raise Http404
        labs, name = labs.filter(programme=programme), programme.name
    kinds = _kinds(request)
    stream = feeds.of_labs(labs.of_kinds(kinds), name=_named(name, kinds))
    return _answer(request, stream, "labs")


# Public: the secret in the address says whose calendar it is, until it is renewed.
@login_not_required
@require_safe
def lab_private_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    reader = subscriptions.reader_of(token)
    if reader is None:
        raise Http404
    with override(reader.language):
        name = _("%(hub)s: my Labs") % {"hub": settings.HUB_NAME}
        kinds = _kinds(request)
        rows = subscriptions.rows_of(reader).of_kinds(kinds)
        stream = feeds.of_person(reader, rows, name=_named(name, kinds))
    response = _answer(request, stream, "my-labs")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


# Public: as the page of the Lab.
@login_not_required
@require_safe
def lab_calendar(request: HttpRequest, slug: str) -> HttpResponseBase:
    found = Lab.objects.visible_to(request.user).exclude(state=LabState.DRAFT).with_frame()
    lab = get_object_or_404(found, slug=slug)
    content = calendars.feed([lab], name="")
    return _answer(request, Stream(content, calendars.tag_of(content), lab.ends_at), lab.slug)


@require_safe
def lab_own_calendar(request: HttpRequest) -> TemplateResponse:
    """The address of one's own calendar, and how to end it."""
    address = CalendarAddress.objects.visible_to(request.user).first()
    url = subscriptions.url_of(address) if address else ""
    kinds = [(kind.plural, f"{url}?kind={kind.value}") for kind in LabKind]
    context = {"address": address, "url": url, "kinds": kinds, "hub_name": settings.HUB_NAME}
    return TemplateResponse(request, "labs/own_calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def lab_calendar_address(request: HttpRequest) -> HttpResponse:
    """Make the address, or renew it."""
    if request.method == "POST":
        is_renewed = CalendarAddress.objects.visible_to(request.user).exists()
        actions.renew_calendar_address(by=person(request))
        messages.success(
            request,
            _("You have a new address. The old one opens nothing any more.")
            if is_renewed
            else _("Your calendar has an address now."),
        )
    return redirect("lab-own-calendar")


@require_http_methods(["GET", "HEAD", "POST"])
def lab_calendar_address_removal(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        actions.remove_calendar_address(by=person(request))
        messages.success(request, _("The address is gone and opens nothing any more."))
    return redirect("lab-own-calendar")


def _kinds(request: HttpRequest) -> list[LabKind]:
    form = KindsForm(request.GET)
    if not form.is_valid():
        raise Http404
    return [kind for kind in LabKind if kind in form.cleaned_data["kind"]]


def _named(name: str, kinds: list[LabKind]) -> str:
    """So that two calendars of one hub can be told apart."""
    wanted = ", ".join(str(kind.plural) for kind in kinds)
    return f"{name}: {wanted}" if wanted else name


def _answer(request: HttpRequest, stream: Stream, name: str) -> HttpResponseBase:
    response = HttpResponse(stream.content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response.headers["ETag"] = stream.tag
    return get_conditional_response(request, etag=stream.tag, response=response) or response
