from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cities import atlas
from hub import access
from hub.paging import page_of
from labs import clashes, follow_ups, people
from labs.enums import LabState, Mode
from labs.forms import ApprovalForm, LabFilter, RegistrationForm
from labs.models import AgendaItem, Lab, Material, Minutes, Outcome, Registration
from labs.models.labs import LabQuerySet
from labs.permissions import (
    can_coordinate,
    can_register,
    can_schedule,
    can_write_minutes,
    company_keys,
    has_drafts,
    is_host,
)
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
    form = LabFilter(request.GET, atlas.of(request), visible.years())
    when = request.GET.get("when", "")
    if when not in WHEN or (when == "drafts" and not has_drafts(request.user)):
        when = "upcoming"
    found = _filtered(_at(visible, when), form.wanted()).with_frame()
    if request.user.is_authenticated:
        found = _with_own_state(request.user, found)
    page = page_of(found, request.GET.get("page"), PAGE)
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


def coordinated(request: HttpRequest, slug: str) -> Lab:
    """The Lab of a page that only its coordinators may open."""
    lab = get_object_or_404(Lab.objects.visible_to(request.user).with_frame(), slug=slug)
    if not can_coordinate(request.user, lab):
        raise PermissionDenied
    return lab


def lab_for_page(request: HttpRequest, slug: str) -> Lab:
    found = Lab.objects.visible_to(request.user).with_frame().select_related("minutes")
    found = found.annotate(has_materials=Exists(Material.objects.filter(lab=OuterRef("pk"))))
    found = found.annotate(follows_open=follow_ups.some_before(), asking=people.asking())
    return get_object_or_404(found.with_following_of(request.user), slug=slug)


def lab_page(
    request: HttpRequest,
    lab: Lab,
    *,
    form: RegistrationForm | None = None,
    approval: ApprovalForm | None = None,
    status: int = 200,
) -> TemplateResponse:
    """The page of a Lab; `form` is a registration, `approval` an answer to some, not taken."""
    is_coordinator = can_coordinate(request.user, lab)
    own = lab.registrations.filter(user=request.user.pk).first() if request.user.pk else None
    # For the panels of this page, which would ask once more.
    lab.own_is_seated = own is not None and own.is_seated
    lab.own_attended = own is not None and own.attended_at is not None
    shows_names = access.holds(request.user, *company_keys(lab))
    joins_online = own is not None and own.is_seated and own.mode == Mode.ONLINE
    may_register = can_register(request.user, lab) and not (own and own.is_refused)
    context: dict[str, Any] = {
        "lab": lab,
        "slots": timetable(lab),
        "own": own,
        "own_place": own.place_in_line() if own and own.is_waiting else 0,
        "company": people.company(lab, with_names=shows_names),
        "seats": [(mode, lab.seated(mode), lab.seats(mode)) for mode in lab.modes],
        "may_register": may_register,
        "may_leave": own is not None and own.is_active and lab.is_published and not lab.is_over,
        "may_sign_in": lab.takes_registrations and not request.user.is_authenticated,
        "shows_join_link": bool(lab.join_link)
        and ((is_coordinator and not lab.is_past) or (joins_online and lab.is_joinable)),
        "joins_online": joins_online,
        "is_coordinator": is_coordinator,
        "is_host": is_host(request.user, lab),
        "shows_names": shows_names,
        "is_following": getattr(lab, "is_followed", False),
    }
    context |= _came_out(request, lab)
    context["materials"] = _materials(request, lab, [slot.item for slot in context["slots"]])
    if may_register:
        context["form"] = form or RegistrationForm(lab=lab, own=own)
    if is_coordinator and lab.is_draft:
        context["clashes"] = clashes.of_lab(lab, request.user)
        context["clashing_programme"] = lab.programme_id
    if is_coordinator:
        context["roster"] = people.roster(lab, request.GET.get("people"))
        if lab.needs_approval and lab.is_published and not lab.has_begun:
            context["approval"] = approval or ApprovalForm(lab=lab)
    return TemplateResponse(request, "labs/lab.html", context, status=status)


def _materials(request: HttpRequest, lab: Lab, items: list[AgendaItem]) -> list[Material]:
    """Those of the Lab as a whole; a point's are set on it. One query, where there are any."""
    has_any = getattr(lab, "has_materials", False)
    seen = list(lab.materials.visible_to(request.user).shown()) if has_any else []
    for item in items:
        item.materials_shown = [material for material in seen if material.item_id == item.pk]
    return [material for material in seen if material.item_id is None]


def _came_out(request: HttpRequest, lab: Lab) -> dict[str, Any]:
    """What earlier Labs left open, before a Lab; what came out of it, once it has begun."""
    context: dict[str, Any] = {"open_lines": follow_ups.open_before(lab, request.user)}
    if lab.has_begun and lab.state != LabState.CANCELLED:
        minutes: Minutes | None = getattr(lab, "minutes", None)
        may_write = can_write_minutes(request.user, lab)
        if minutes is not None and (minutes.is_published or may_write):
            context["minutes"] = minutes
        context["may_write_minutes"] = may_write
        if minutes is not None and minutes.is_published:
            context["outcomes"] = list(Outcome.objects.filter(minutes=minutes).with_frame())
    return context


def _at(labs: LabQuerySet, when: str) -> LabQuerySet:
    if when == "drafts":
        return labs.filter(state=LabState.DRAFT).order_by("starts_at", "pk")
    shown = labs.exclude(state=LabState.DRAFT)
    return shown.past() if when == "past" else shown.upcoming()


def _filtered(labs: LabQuerySet, wanted: dict[str, Any]) -> LabQuerySet:
    fields = {
        "kind": "kind",
        "programme": "programme__slug",
        "area": "knowledge_area__code",
        "year": "starts_at__year",
    }
    return labs.filter(**{fields[name]: value for name, value in wanted.items()})


def _with_own_state(user: "Reader", labs: LabQuerySet) -> LabQuerySet:
    """`own_state`: the reader's registration, where there is one that is active."""
    own = Registration.objects.active().filter(user=user.pk, lab=OuterRef("pk"))
    return labs.annotate(own_state=Subquery(own.values("state")[:1]))


def _sections(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    labels = {"upcoming": _("Coming"), "past": _("Earlier"), "drafts": _("Drafts")}
    if not has_drafts(request.user):
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
