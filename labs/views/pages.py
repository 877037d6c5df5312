from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub import access
from labs import people
from labs.enums import LabState
from labs.forms import LabFilter, RegistrationForm
from labs.models import Lab, Registration
from labs.models.labs import LabQuerySet
from labs.permissions import can_coordinate, can_register, can_schedule
from labs.timetables import timetable

if TYPE_CHECKING:
    from hub.access import Reader

PAGE = 20
WHEN = ("upcoming", "past", "drafts")


# Public: Labs open to everybody; the others are filtered by who looks.
@login_not_required
@require_safe
def lab_list(request: HttpRequest) -> TemplateResponse:
    visible = Lab.objects.visible_to(request.user)
    years = [day.year for day in visible.dates("starts_at", "year", order="DESC")]
    form = LabFilter(request.GET or None, years=years)
    when = request.GET.get("when", "")
    if when not in WHEN or (when == "drafts" and not can_schedule(request.user)):
        when = "upcoming"
    found = _filtered(_at(visible, when), form).with_frame()
    if request.user.is_authenticated:
        found = _with_own_state(request.user, found)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "filter": form,
        "when": when,
        "sections": _sections(request, when),
        "can_schedule": can_schedule(request.user),
    }
    return TemplateResponse(request, "labs/list.html", context)


# Public: a Lab open to everybody; others are not found by those outside their audience.
@login_not_required
@require_safe
def lab(request: HttpRequest, slug: str) -> TemplateResponse:
    return lab_page(request, lab_for_page(request, slug))


def lab_for_page(request: HttpRequest, slug: str) -> Lab:
    found = Lab.objects.visible_to(request.user).with_frame()
    return get_object_or_404(found.with_following_of(request.user), slug=slug)


def lab_page(
    request: HttpRequest, lab: Lab, *, form: RegistrationForm | None = None, status: int = 200
) -> TemplateResponse:
    """The page of a Lab; `form` is a registration that was refused."""
    is_coordinator = can_coordinate(request.user, lab)
    rows = people.registrations(lab)
    own = next((row for row in rows if row.user_id == request.user.pk), None)
    places = people.homes(row.user_id for row in rows)
    may_register = can_register(request.user, lab)
    context: dict[str, Any] = {
        "lab": lab,
        "slots": timetable(lab),
        "own": own,
        "own_place": people.place_in_line(own, rows),
        "delegations": people.delegations(rows, places),
        "shows_names": access.holds(request.user, f"programme:{lab.programme_id}"),
        "seats": [(mode, lab.seated(mode), lab.seats(mode)) for mode in lab.modes],
        "may_register": may_register,
        "may_sign_in": lab.is_published and not lab.has_begun and not request.user.is_authenticated,
        "shows_join_link": bool(lab.join_link)
        and (is_coordinator or (own is not None and own.is_seated and own.mode == "online")),
        "is_coordinator": is_coordinator,
        "is_following": getattr(lab, "is_followed", False),
    }
    if may_register:
        mode = own.mode if own and own.is_active else ""
        context["form"] = form or RegistrationForm(lab=lab, mode=mode)
    if is_coordinator:
        context["roster"] = people.roster(lab, rows, places, request.GET.get("people"))
    return TemplateResponse(request, "labs/lab.html", context, status=status)


def _at(labs: LabQuerySet, when: str) -> LabQuerySet:
    if when == "drafts":
        return labs.filter(state=LabState.DRAFT).order_by("starts_at", "pk")
    shown = labs.exclude(state=LabState.DRAFT)
    return shown.past() if when == "past" else shown.upcoming()


def _filtered(labs: LabQuerySet, form: LabFilter) -> LabQuerySet:
    if not form.is_bound:
        return labs
    form.is_valid()
    asked = form.cleaned_data
    if asked.get("programme"):
        labs = labs.filter(programme=asked["programme"])
    if asked.get("area"):
        labs = labs.filter(knowledge_area=asked["area"])
    if asked.get("year"):
        labs = labs.filter(starts_at__year=asked["year"])
    return labs


def _with_own_state(user: "Reader", labs: LabQuerySet) -> LabQuerySet:
    """`own_state`: the reader's registration, where there is one that is active."""
    own = Registration.objects.active().filter(user=user.pk, lab=OuterRef("pk"))
    return labs.annotate(own_state=Subquery(own.values("state")[:1]))


def _sections(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    labels = {"upcoming": _("Coming"), "past": _("Earlier"), "drafts": _("Drafts")}
    if not can_schedule(request.user):
        labels.pop("drafts")
    base = reverse("lab-list")
    return [
        {
            "url": base if when == "upcoming" else f"{base}?when={when}",
            "label": label,
            "current": when == current,
        }
        for when, label in labels.items()
    ]
