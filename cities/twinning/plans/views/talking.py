"""Comments on a plan, and the answers at its follow-ups."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cities.twinning.models import PlanComment, PlanFollowUp
from cities.twinning.plans import actions, pages, permissions
from cities.twinning.plans.forms import CommentForm, FollowUpForm
from cities.twinning.plans.views import finding
from hub.refusals import Refused
from hub.requests import person
from hub.wallclock import today


@require_POST
def plan_comments(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    plan = finding.plan_of(request, slug, city)
    if not permissions.can_comment(request.user, plan):
        raise PermissionDenied
    form = CommentForm(request.POST, about=pages.places_of(request, plan))
    if not form.is_valid():
        context = pages.page_of(request, plan, comment_form=form)
        return TemplateResponse(request, "twinning/plans/plan.html", context, status=422)
    about = form.place()
    row = plan.steps.filter(pk=int(about["step"])).first() if "step" in about else None
    made = actions.comment(
        by=person(request),
        plan=plan,
        text=form.cleaned_data["text"],
        code=about.get("section", ""),
        step=row,
    )
    return redirect(f"{plan.get_absolute_url()}#comment-{made.pk}")


@require_POST
def comment_resolution(request: HttpRequest, slug: str, city: str, pk: int) -> HttpResponse:
    """Taken up: who writes the plan says so, or who made the remark."""
    plan = finding.plan_of(request, slug, city)
    seen = PlanComment.objects.visible_to(request.user)
    found = get_object_or_404(seen, plan=plan, pk=pk)
    is_own = found.author_id == person(request).pk
    if not is_own and not permissions.can_write(request.user, plan):
        raise PermissionDenied
    actions.resolve(by=person(request), comment=found)
    return redirect(f"{plan.get_absolute_url()}#comment-{pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def plan_follow_up(request: HttpRequest, slug: str, city: str, months: int) -> HttpResponse:
    plan = finding.inside(request, slug, city)
    seen = PlanFollowUp.objects.visible_to(request.user).select_related("answered_by")
    found = get_object_or_404(seen, plan=plan, months=months)
    found.plan = plan
    may_answer = permissions.can_write(request.user, plan)
    if request.method == "POST" and not may_answer:
        raise PermissionDenied
    is_asked = not found.is_answered and found.due_on <= today()
    form = None
    if may_answer and is_asked:
        form = FollowUpForm(request.POST or None, steps=plan.steps.select_related("owner"))
    if request.method == "POST" and _answered(request, found, form):
        return redirect(found)
    context = {
        "plan": plan,
        "group": plan.group,
        "follow_up": found,
        "form": form,
        "rows": form.rows() if form else [],
        "answers": list(found.answers.select_related("step")) if found.is_answered else [],
        "is_asked": is_asked,
    }
    status = 422 if form and form.errors else 200
    return TemplateResponse(request, "twinning/plans/follow_up.html", context, status=status)


def _answered(request: HttpRequest, found: PlanFollowUp, form: FollowUpForm | None) -> bool:
    """Whether there is anything to go back to; what is wrong stands in the form."""
    if form is None:
        messages.error(request, _("It is not asked now, or is answered already."))
        return True
    if not form.is_valid():
        return False
    try:
        actions.answer(
            by=person(request),
            follow_up=found,
            steps=form.told(),
            summary=form.cleaned_data["summary"],
        )
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(request, _("Thank you. The group and the coordinators are told."))
    return True
