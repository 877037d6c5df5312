"""The steps of a plan, one form each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cities.twinning.models import Plan, PlanStep
from cities.twinning.plans import actions
from cities.twinning.plans.forms import StepForm
from cities.twinning.plans.views import finding
from hub.refusals import Refused
from hub.requests import person


@require_http_methods(["GET", "HEAD", "POST"])
def step_new(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    plan = finding.writable(request, slug, city)
    if not plan.is_open:
        messages.error(request, _("The plan is signed. Begin its next version to change it."))
        return redirect(plan)
    form = StepForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_step(by=person(request), plan=plan, wanted=form.wanted())
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            if "more" in request.POST:
                messages.success(request, _("The step is in the plan."))
                return redirect("plan-step-new", slug, city)
            made.plan = plan
            return redirect(made)
    return _page(request, plan, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, slug: str, city: str, pk: int) -> HttpResponse:
    plan, row = _step(request, slug, city, pk)
    form = StepForm(request.POST or None, plan=plan, step=row)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            actions.change_step(
                by=person(request), step=row, wanted=form.wanted(), from_version=version
            )
        except Refused as refused:
            if not plan.steps.filter(pk=row.pk).exists():
                messages.error(request, str(refused.sentence))
                return redirect(f"{plan.get_absolute_url()}#steps")
            row.refresh_from_db()
            data = {**request.POST.dict(), "version": str(row.version)}
            form = StepForm(data, plan=plan, step=row)
            form.add_error(None, str(refused.sentence))
        else:
            return redirect(row)
    return _page(request, plan, form, row)


def _page(
    request: HttpRequest, plan: Plan, form: StepForm, row: PlanStep | None
) -> TemplateResponse:
    context = {"plan": plan, "group": plan.group, "form": form, "step": row}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "twinning/plans/step.html", context, status=status)


@require_POST
def step_place(request: HttpRequest, slug: str, city: str, pk: int) -> HttpResponse:
    """One place up or down."""
    _plan, row = _step(request, slug, city, pk)
    try:
        actions.move_step(by=person(request), step=row, up=request.POST.get("to") == "up")
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    return redirect(row)


@require_http_methods(["GET", "HEAD", "POST"])
def step_removal(request: HttpRequest, slug: str, city: str, pk: int) -> HttpResponse:
    plan, row = _step(request, slug, city, pk)
    if request.method == "POST":
        try:
            actions.remove_step(by=person(request), step=row)
        except Refused as refused:
            messages.error(request, str(refused.sentence))
            return redirect(row)
        messages.success(request, _("The step is taken out. Earlier versions still have it."))
        return redirect(f"{plan.get_absolute_url()}#steps")
    context = {
        "confirm_title": _("Take this step out of the plan?"),
        "confirm_text": row.text,
        "consequences": [
            _("It goes with its comments; versions that were kept still have it."),
            _("If you tried it and it did not work, mark it as dropped and say why: others learn."),
        ],
        "confirm_button": _("Take it out"),
        "cancel_url": reverse("plan-step", args=[slug, city, pk]),
    }
    return TemplateResponse(request, "components/confirm_page.html", context)


def _step(request: HttpRequest, slug: str, city: str, pk: int) -> tuple[Plan, PlanStep]:
    plan = finding.writable(request, slug, city)
    seen = PlanStep.objects.visible_to(request.user).select_related("owner")
    row = get_object_or_404(seen, plan=plan, pk=pk)
    row.plan = plan
    return plan, row
