"""Decisions and visits that a step of a replication plan stands on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST

from cities.twinning.models import PlanStep
from cities.twinning.plans.views import finding
from hub.requests import person
from labs import actions
from labs.forms import PlanSourceForm
from labs.models import PlanSource
from labs.plan_sources import offered
from labs.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def plan_step_sources(request: HttpRequest, slug: str, city: str, pk: int) -> HttpResponse:
    step = step_of(request, slug, city, pk)
    outcomes, labs = offered(request.user, step.plan.group)
    form = PlanSourceForm(request.POST or None, outcomes=outcomes, labs=labs)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_source(by=person(request), step=step, **form.chosen())
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            return redirect(step)
    seen = PlanSource.objects.visible_to(request.user).filter(step=step)
    context = {
        "plan": step.plan,
        "group": step.plan.group,
        "step": step,
        "form": form,
        "sources": list(seen.with_thread()),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "labs/plan_sources.html", context, status=status)


@require_POST
def plan_step_source_removal(
    request: HttpRequest, slug: str, city: str, pk: int, source: int
) -> HttpResponse:
    step = step_of(request, slug, city, pk)
    seen = PlanSource.objects.visible_to(request.user).filter(step=step)
    # Sent twice: it is gone, which is what was asked.
    if (found := seen.filter(pk=source).first()) is not None:
        actions.remove_source(by=person(request), source=found)
    return redirect("plan-step-sources", slug, city, pk)


def step_of(request: HttpRequest, slug: str, city: str, pk: int) -> PlanStep:
    """Of a plan that the person writes; what it stands on is told beside it, signed or not."""
    plan = finding.writable(request, slug, city)
    step = get_object_or_404(PlanStep.objects.visible_to(request.user), plan=plan, pk=pk)
    step.plan = plan
    return step
