"""On the day: presence marked with the code on the door, or ticked off on a list."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hub.paging import page_of
from hub.requests import person
from labs import actions, door, people
from labs.enums import Mode
from labs.forms import DoorForm, MarkForm, PersonSearch
from labs.models import Lab
from labs.permissions import can_coordinate
from labs.refusals import Refused
from labs.views.pages import coordinated

PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def lab_attendance(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the code on the door leads; looking marks nobody."""
    lab = get_object_or_404(Lab.objects.visible_to(request.user).with_frame(), slug=slug)
    user = person(request)
    if request.method != "POST":
        return _door_page(request, lab, DoorForm(initial={"code": request.GET.get("code", "")}))
    form = DoorForm(request.POST)
    if form.is_valid():
        try:
            actions.mark_oneself_present(by=user, lab=lab, code=form.cleaned_data["code"])
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("Welcome! You are marked as present."))
            return redirect("lab-attendance", slug=lab.slug)
    return _door_page(request, lab, form, status=422)


def _door_page(
    request: HttpRequest, lab: Lab, form: DoorForm, *, status: int = 200
) -> TemplateResponse:
    own = lab.registrations.filter(user=request.user.pk).first()
    context = {
        "lab": lab,
        "own": own,
        "form": form,
        "is_open": door.is_open(lab),
        "is_coordinator": can_coordinate(request.user, lab),
    }
    return TemplateResponse(request, "labs/attendance.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def lab_attendance_list(request: HttpRequest, slug: str) -> HttpResponse:
    lab = coordinated(request, slug)
    if request.method != "POST":
        return _list_page(request, lab)
    form = MarkForm(request.POST)
    if not form.is_valid():
        return _list_page(request, lab, refusal=_("Choose a person on the list."), status=422)
    try:
        _mark(request, lab, form.cleaned_data)
    except Refused as refused:
        return _list_page(request, lab, refusal=str(refused.sentence), status=422)
    address = reverse("lab-attendance-list", args=[lab.slug])
    query = request.META.get("QUERY_STRING", "")
    anchor = f"#person-{form.cleaned_data['registration']}"
    return redirect(f"{address}{'?' if query else ''}{query}{anchor}")


def _mark(request: HttpRequest, lab: Lab, typed: dict[str, Any]) -> None:
    by, registration = person(request), typed["registration"]
    if typed["came"] == "no":
        actions.mark_absent(by=by, lab=lab, registration=registration)
    else:
        actions.mark_present(by=by, lab=lab, registration=registration, mode=typed["came"])


def _list_page(
    request: HttpRequest, lab: Lab, *, refusal: str = "", status: int = 200
) -> TemplateResponse:
    form = PersonSearch(request.GET)
    rows = people.expected(lab, form.wanted())
    came = Q(attended_at__isnull=False)
    counts = lab.registrations.seated().aggregate(
        seated=Count("pk"), **{m.value: Count("pk", came & Q(attended_mode=m)) for m in Mode}
    )
    context = {
        "lab": lab,
        "form": form,
        "page": page_of(rows, request.GET.get("page"), PAGE),
        "modes": lab.modes,
        "counts": [(mode, counts[mode.value]) for mode in lab.modes],
        "seated": counts["seated"],
        "has_opened": door.has_opened(lab),
        "has_closed": door.has_closed(lab),
        "refusal": refusal,
    }
    return TemplateResponse(request, "labs/attendance_list.html", context, status=status)


@require_safe
def lab_door(request: HttpRequest, slug: str) -> TemplateResponse:
    """The sheet for the door: the code in large letters, and as a picture for phones."""
    lab = coordinated(request, slug)
    if door.has_closed(lab):
        return TemplateResponse(request, "labs/door.html", {"lab": lab, "has_closed": True})
    address = door.url_of(lab)
    side, squares = door.qr_path(address)
    context = {
        "lab": lab,
        "code": door.code_of(lab),
        "address": address,
        "side": side,
        "squares": squares,
    }
    return TemplateResponse(request, "labs/door.html", context)
