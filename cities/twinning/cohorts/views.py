"""The coordinator's desk: how a call goes, and how the groups of its cohort are doing."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cities.models import Programme
from cities.twinning.applications.steps import Step, counts_of
from cities.twinning.cohorts.choosing import chosen
from cities.twinning.cohorts.forms import DeskFilter
from cities.twinning.cohorts.overview import Line, lines_of, loaded
from cities.twinning.cohorts.permissions import can_see_desk
from cities.twinning.cohorts.sheets import rows
from cities.twinning.cohorts.withdrawals import withdrawals_of
from cities.twinning.models import Call, TwinGroup, TwinGroupQuerySet
from cities.twinning.panels import map_of_groups
from hub.requests import is_partial
from hub.sheets import as_csv

PAGE = 50
#: Rounds of one cohort that a desk shows.
MOST_CALLS = 12


@require_safe
@vary_on_headers("HX-Request")
def call_desk(request: HttpRequest, slug: str) -> TemplateResponse:
    call = _call(request, slug)
    context = {"programme": call.programme, "call": call, "cohort": call.cohort}
    sheet = reverse("call-desk-sheet", args=[slug])
    return _desk(request, [call], _groups_of(request, call), context, sheet)


@require_safe
def call_desk_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    return _sheet(request, _groups_of(request, _call(request, slug)))


@require_safe
@vary_on_headers("HX-Request")
def cohort_desk(request: HttpRequest, slug: str, cohort: int) -> TemplateResponse:
    programme, groups, calls = _cohort(request, slug, cohort)
    context = {"programme": programme, "cohort": cohort}
    sheet = reverse("cohort-desk-sheet", args=[slug, cohort])
    return _desk(request, calls, groups, context, sheet)


@require_safe
def cohort_desk_sheet(request: HttpRequest, slug: str, cohort: int) -> HttpResponse:
    _programme, groups, _calls = _cohort(request, slug, cohort)
    return _sheet(request, groups)


def _call(request: HttpRequest, slug: str) -> Call:
    seen = Call.objects.visible_to(request.user).select_related("programme")
    call = get_object_or_404(seen, slug=slug)
    if not can_see_desk(request.user, call.programme):
        raise PermissionDenied
    return call


def _groups_of(request: HttpRequest, call: Call) -> TwinGroupQuerySet:
    """Those that came of its matches, and all of its cohort."""
    groups = TwinGroup.objects.visible_to(request.user).filter(programme=call.programme)
    mine = Q(pk__in=TwinGroup.objects.filter(matches__run__call=call).values("pk"))
    return groups.filter(mine | Q(cohort=call.cohort) if call.cohort else mine)


def _cohort(
    request: HttpRequest, slug: str, cohort: int
) -> tuple[Programme, TwinGroupQuerySet, list[Call]]:
    """A cohort that has neither a group nor a call does not exist."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)
    if not can_see_desk(request.user, programme):
        raise PermissionDenied
    # No cohort has such a number, and the database none so large.
    if cohort > 9999:
        raise Http404
    groups = TwinGroup.objects.visible_to(request.user).filter(programme=programme, cohort=cohort)
    found = Call.objects.visible_to(request.user).filter(programme=programme, cohort=cohort)
    calls = list(found.order_by("round", "pk")[:MOST_CALLS])
    if not calls and not groups.exists():
        raise Http404
    return programme, groups, calls


def _desk(
    request: HttpRequest,
    calls: list[Call],
    groups: TwinGroupQuerySet,
    context: dict[str, Any],
    sheet: str,
) -> TemplateResponse:
    lines = lines_of(request.user, loaded(groups))
    form = DeskFilter(request.GET)
    wanted = form.wanted()
    shown = chosen(lines, wanted, wanted.get("sort", ""))
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    context |= {
        "filter": form,
        "is_filtered": bool(wanted.keys() - {"sort"}),
        "page": page,
        "sheet": f"{sheet}?{request.GET.urlencode()}",
        "map": map_of_groups([line.group for line in shown], is_whole=True) if shown else "",
        "has_groups": bool(lines),
    }
    if is_partial(request):
        return TemplateResponse(request, "twinning/cohorts/_groups.html", context)
    context |= {
        "pipelines": _pipelines(calls),
        "running": sum(1 for line in lines if line.is_running),
        "signed": sum(1 for line in lines if line.is_signed),
        "silent": sum(1 for line in lines if line.is_silent),
        "behind": sum(1 for line in lines if line.is_behind),
        "doubtful": sum(1 for line in lines if line.is_doubtful),
        "withdrawals": withdrawals_of(request.user, calls),
    }
    return TemplateResponse(request, "twinning/cohorts/desk.html", context)


def _pipelines(calls: list[Call]) -> list[tuple[Call, list[tuple[Step, int]]]]:
    """Each call with its steps, in their order."""
    counts = counts_of(calls)
    return [(call, [(step, counts[call.pk][step]) for step in Step]) for call in calls]


def _sheet(request: HttpRequest, groups: TwinGroupQuerySet) -> HttpResponse:
    """What is chosen on the desk, in its order."""
    wanted = DeskFilter(request.GET).wanted()
    lines: list[Line] = lines_of(request.user, loaded(groups))
    table = rows(chosen(lines, wanted, wanted.get("sort", "")))
    response = HttpResponse(as_csv(table), content_type="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="twin-groups.csv"'
    return response
