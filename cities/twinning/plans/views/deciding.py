"""What the city's lead decides: the signature, a next version, what the world may read."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cities.twinning.models import Plan
from cities.twinning.plans import actions, content, missing
from cities.twinning.plans.forms import OwnerForm, PublicationForm, people_of
from cities.twinning.plans.views import finding
from hub.refusals import Refused
from hub.requests import person


@require_http_methods(["GET", "HEAD", "POST"])
def plan_signature(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    """What is missing is said before anybody signs."""
    plan = finding.signable(request, slug, city)
    if not plan.is_open:
        return redirect(plan)
    refusal = ""
    if request.method == "POST":
        try:
            actions.sign(by=person(request), plan=plan, seen=request.POST.get("seen", "")[:64])
        except Refused as refused:
            refusal = str(refused.sentence)
        else:
            messages.success(request, _("The plan is signed. The group is told."))
            return redirect(plan)
    stands = content.of_plan(plan)
    lacks = missing.lacks(stands)
    context = {
        "plan": plan,
        "group": plan.group,
        "refusal": refusal,
        "needed": [lack for lack in lacks if lack.is_needed],
        "advised": [lack for lack in lacks if not lack.is_needed],
        "number": plan.newest_number + 1,
        "seen": stands.mark,
    }
    status = 422 if refusal else 200
    return TemplateResponse(request, "twinning/plans/signature.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_revision(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    """The next version of a signed plan is begun."""
    plan = finding.writable(request, slug, city)
    if plan.is_open:
        return redirect("plan-writing", slug, city)
    return _confirmed(
        request,
        plan,
        act=lambda: actions.reopen(by=person(request), plan=plan),
        then="plan-writing",
        confirm_title=_("Begin the next version?"),
        consequences=[
            _("What is signed stays as it is, and is read and printed as before."),
            _("You write on from it; the new version holds when the city's lead signs it."),
        ],
        confirm_button=_("Begin the next version"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def plan_publication(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    """The signed version is shown to the world, or no longer."""
    plan = finding.signable(request, slug, city)
    if plan.signed_version is None:
        messages.error(request, _("Only a signed plan is published."))
        return redirect(plan)
    stands = plan.published_version_id == plan.signed_version_id
    # What the page asked about is in the form: pressed in two windows, it is not undone.
    form = PublicationForm(request.POST or None, initial={"shown": "no" if stands else "yes"})
    hides = form.is_valid() and form.cleaned_data["shown"] == "no"
    if hides if request.method == "POST" else stands:
        return _confirmed(
            request,
            plan,
            form=form,
            act=lambda: actions.unpublish(by=person(request), plan=plan),
            confirm_title=_("Publish the plan no longer?"),
            consequences=[_("Only the group and the coordinators can read it then.")],
            confirm_button=_("Publish it no longer"),
        )
    said = {"number": plan.signed_version.number}
    return _confirmed(
        request,
        plan,
        form=form,
        act=lambda: actions.publish(by=person(request), plan=plan),
        confirm_title=_("Publish version %(number)d of the plan?") % said,
        consequences=[
            _("Everybody can read, print and find it, with the names in it."),
            _("Comments, other versions and the follow-ups stay with the group."),
        ],
        confirm_button=_("Publish the plan"),
    )


def _confirmed(
    request: HttpRequest, plan: Plan, *, act: Callable[[], object], then: str = "plan", **page: Any
) -> HttpResponse:
    if request.method == "POST":
        try:
            act()
        except Refused as refused:
            messages.error(request, str(refused.sentence))
        return redirect(then, plan.group.slug, plan.city.slug)
    context = {
        "confirm_text": f"{plan.city.name}: {plan.group.title}",
        "cancel_url": plan.get_absolute_url(),
        **page,
    }
    return TemplateResponse(request, "components/confirm_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_owner(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    """Somebody else of the city answers for the plan."""
    plan = finding.writable(request, slug, city)
    initial = {"owner": str(plan.owner_id)}
    form = OwnerForm(request.POST or None, people=people_of(plan), initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.take_over(by=person(request), plan=plan, owner=form.chosen())
        messages.success(
            request, _("%(name)s answers for the plan from now on.") % {"name": form.chosen()}
        )
        return redirect(plan)
    context = {"plan": plan, "group": plan.group, "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "twinning/plans/owner.html", context, status=status)
