"""The texts of a plan, written by several at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cities.twinning.models import Plan, PlanText
from cities.twinning.plans import actions, content, missing
from cities.twinning.plans.forms import TextsForm
from cities.twinning.plans.views import finding
from hub import autosave
from hub.compare import Difference
from hub.editing import Clashing
from hub.middleware.once import repeatable
from hub.refusals import Refused
from hub.requests import person


# Its texts have versions of their own: sent again, it finds its own words there already.
@repeatable
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def plan_writing(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    plan = finding.writable(request, slug, city)
    if not plan.is_open:
        if autosave.is_asked(request):
            return autosave.stopped(_("The plan is signed. Begin its next version to change it."))
        return redirect(plan)
    rows = list(plan.texts.select_related("section", "changed_by"))
    if request.method != "POST":
        return _page(request, plan, rows, TextsForm(rows=rows))
    form = TextsForm(request.POST, rows=rows)
    if autosave.is_asked(request):
        return _autosave(request, plan, form)
    if not form.is_valid():
        return _page(request, plan, rows, form, status=422)
    try:
        actions.write(by=person(request), plan=plan, texts=form.written())
    except Clashing as clashing:
        return _both(request, plan, rows, form, clashing)
    except Refused as refused:
        form.add_error(None, str(refused.sentence))
        return _page(request, plan, rows, form, status=422)
    if "stay" in request.POST:
        messages.success(request, _("Saved."))
        return redirect("plan-writing", slug, city)
    return redirect(plan)


def _autosave(request: HttpRequest, plan: Plan, form: TextsForm) -> HttpResponse:
    """Keep what can be kept, and hand back what the others wrote meanwhile."""
    if not form.is_valid():
        return autosave.wrong(form)
    try:
        clashes = actions.write(by=person(request), plan=plan, texts=form.written(), is_draft=True)
    except Refused as refused:
        return autosave.stopped(refused.sentence)
    if clashes:
        return autosave.clashing(clashes)
    rows = plan.texts.select_related("section", "changed_by")
    return autosave.saved(form.news(row.standing for row in rows))


def _both(
    request: HttpRequest, plan: Plan, rows: list[PlanText], form: TextsForm, clashing: Clashing
) -> HttpResponse:
    """What stands now beside what was typed; the next save knows of both."""
    shown = TextsForm(form.knowing(clashing), rows=rows)
    shown.add_error(None, str(clashing.sentence))
    return _page(request, plan, rows, shown, status=422, differences=form.beside(clashing))


def _page(
    request: HttpRequest,
    plan: Plan,
    rows: list[PlanText],
    form: TextsForm,
    *,
    status: int = 200,
    differences: list[Difference] | None = None,
) -> HttpResponse:
    steps = plan.steps.select_related("owner")
    stands = content.of_rows(rows, steps)
    context = {
        "plan": plan,
        "group": plan.group,
        "form": form,
        "rows": form.rows(),
        "differences": differences or [],
        "lacks": missing.lacks(stands),
    }
    return TemplateResponse(request, "twinning/plans/writing.html", context, status=status)
