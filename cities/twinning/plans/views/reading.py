"""A plan as it is read: the page, its versions, what changed between two, and as a document."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cities.twinning.models import Plan, PlanVersion, TwinGroup
from cities.twinning.plans import actions, content, pages, permissions
from cities.twinning.plans.forms import KeepingForm
from cities.twinning.plans.printing import Sheet, sheet_of
from cities.twinning.plans.views import finding
from hub import access
from hub.compare import sides
from hub.refusals import Refused
from hub.requests import person


# Public: of plans that are published; of the others one sees nothing.
@login_not_required
@require_safe
def plan_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The plans of a group's twin cities; with one twin, its plan."""
    groups = TwinGroup.objects.visible_to(request.user).select_related("programme").with_members()
    group = get_object_or_404(groups, slug=slug)
    if len(group.twins) == 1:
        return redirect("plan", slug, group.twins[0].slug)
    seen = Plan.objects.visible_to(request.user).filter(group=group)
    plans = {found.city_id: found for found in seen.select_related("city", "owner")}
    is_inside = access.holds(request.user, *permissions.group_keys(group))
    if not plans and not is_inside:
        raise Http404
    rows = [(city, plans.get(city.pk)) for city in group.twins]
    shown = rows if is_inside else [(city, found) for city, found in rows if found]
    context = {"group": group, "rows": shown, "is_inside": is_inside}
    return TemplateResponse(request, "twinning/plans/plan_list.html", context)


# Public: once the city has published it; before, it opens by the group's own keys.
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    place = finding.place_of(request, slug, city)
    seen = Plan.objects.visible_to(request.user).with_frame()
    found = seen.filter(group=place.group, city=place.city).first()
    if found is None and not finding.is_inside(request, place):
        raise Http404
    if request.method == "POST":
        return _begin(request, place)
    if found is None:
        may_begin = permissions.can_begin(request.user, place.group, place.city)
        context = {"group": place.group, "city": place.city, "may_begin": may_begin}
        return TemplateResponse(request, "twinning/plans/not_begun.html", context)
    return TemplateResponse(request, "twinning/plans/plan.html", pages.page_of(request, found))


def _begin(request: HttpRequest, place: Any) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    if not permissions.can_begin(request.user, place.group, place.city):
        raise PermissionDenied
    try:
        actions.begin(by=person(request), group=place.group, city=place.city)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return redirect("plan", place.group.slug, place.city.slug)
    return redirect("plan-writing", place.group.slug, place.city.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_versions(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    """All that were kept; a POST keeps the plan as it stands."""
    found = finding.inside(request, slug, city)
    form = KeepingForm(request.POST or None)
    if request.method == "POST":
        if not permissions.can_write(request.user, found):
            raise PermissionDenied
        if form.is_valid():
            try:
                actions.keep(by=person(request), plan=found, note=form.cleaned_data["note"])
            except Refused as refused:
                form.add_error(None, str(refused.sentence))
            else:
                messages.success(request, _("Kept. It can be read and compared from here."))
                return redirect("plan-versions", slug, city)
    versions = PlanVersion.objects.visible_to(request.user).filter(plan=found)
    context = {
        "plan": found,
        "group": found.group,
        "form": form if permissions.can_write(request.user, found) and found.is_open else None,
        "versions": list(versions.select_related("made_by").defer("content")[:200]),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "twinning/plans/versions.html", context, status=status)


# Public: the version that is published; the others as the plan itself.
@login_not_required
@require_safe
def plan_version(request: HttpRequest, slug: str, city: str, number: int) -> TemplateResponse:
    found = finding.plan_of(request, slug, city)
    version = finding.numbered(request, found, number)
    context = {
        "plan": found,
        "group": found.group,
        "version": version,
        "content": content.of_version(version),
        "is_inside": permissions.is_insider(request.user, found),
    }
    return TemplateResponse(request, "twinning/plans/version.html", context)


@require_safe
def plan_comparison(request: HttpRequest, slug: str, city: str) -> TemplateResponse:
    """What changed from one version to another, or to the plan as it stands now."""
    found = finding.inside(request, slug, city)
    kept = PlanVersion.objects.visible_to(request.user).filter(plan=found)
    numbers = list(kept.values_list("number", flat=True)[:200])
    if not numbers:
        raise Http404
    first = finding.number_of(request.GET.get("from"), numbers[0])
    last = finding.number_of(request.GET.get("to"), 0)
    before = content.of_version(finding.numbered(request, found, first))
    after = (
        content.of_version(finding.numbered(request, found, last))
        if last
        else content.of_plan(found)
    )
    context = {
        "plan": found,
        "group": found.group,
        "first": first,
        "last": last,
        "numbers": numbers,
        "changes": changes(before, after),
    }
    return TemplateResponse(request, "twinning/plans/comparison.html", context)


def changes(before: content.Content, after: content.Content) -> list[dict[str, Any]]:
    """The headings that differ, and the steps, each with its words marked."""
    old = {section.code: section for section in before.sections}
    new = {section.code: section for section in after.sections}
    found = []
    for code in dict.fromkeys([*new, *old]):
        texts = [side[code].text if code in side else "" for side in (old, new)]
        if texts[0] != texts[1]:
            found.append({"label": (new.get(code) or old[code]).name, "parts": sides(*texts)})
    steps = ["\n".join(printed_lines(side)) for side in (before, after)]
    if steps[0] != steps[1]:
        found.append({"label": _("Steps"), "parts": sides(*steps)})
    return found


def printed_lines(side: content.Content) -> list[str]:
    """A line for each step, with all that is said of it."""
    return [
        " · ".join(
            part
            for part in (
                step.text,
                step.owner,
                step.due_on.isoformat() if step.due_on else "",
                step.budget,
                step.mandate,
                step.state_name,
                step.state_note,
            )
            if part
        )
        for step in side.steps
    ]


# Public: what is published; the draft as the plan itself.
@login_not_required
@require_safe
def plan_docx(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    from cities.twinning.plans import word

    sheet = _sheet(request, slug, city)
    return _file(sheet, word.drawn(sheet), word.TYPE, "docx")


# Public: what is published; the draft as the plan itself.
@login_not_required
@require_safe
def plan_pdf(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    from cities.twinning.plans import pdf

    sheet = _sheet(request, slug, city)
    return _file(sheet, pdf.drawn(sheet), pdf.TYPE, "pdf")


def _sheet(request: HttpRequest, slug: str, city: str) -> Sheet:
    """`?version=3`, or for those inside the plan as it stands, for others what is published."""
    found = finding.plan_of(request, slug, city)
    number = finding.number_of(request.GET.get("version"), 0)
    if number:
        return sheet_of(found, finding.numbered(request, found, number))
    if permissions.is_insider(request.user, found) and found.is_open:
        return sheet_of(found, None)
    shown = found.signed_version
    if not permissions.is_insider(request.user, found):
        shown = found.published_version
    return sheet_of(found, shown)


def _file(sheet: Sheet, data: bytes, kind: str, ending: str) -> HttpResponse:
    name = f"{sheet.name}.{ending}"
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response
