"""Texts that a step of a replication plan builds on."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cities.twinning.models import PlanStep
from hub.refusals import Refused
from hub.requests import person
from knowledge.evidence import actions
from knowledge.evidence.forms import CitationForm
from knowledge.models import Article, PlanCitation
from labs.views.plan_sources import step_of

NEAR = 60


@require_http_methods(["GET", "HEAD", "POST"])
def plan_step_citations(request: HttpRequest, slug: str, city: str, pk: int) -> HttpResponse:
    step = step_of(request, slug, city, pk)
    seen = Article.objects.visible_to(request.user).standing().select_related("live", "city")
    form = CitationForm(request.POST or None, near=_near(step, seen), seen=seen)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cite(by=person(request), step=step, article=form.chosen())
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            return redirect(step)
    cited = PlanCitation.objects.visible_to(request.user).filter(step=step)
    context = {
        "plan": step.plan,
        "group": step.plan.group,
        "step": step,
        "form": form,
        "citations": list(cited.select_related("article", "revision")),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "knowledge/evidence/citations.html", context, status=status)


def _near(step: PlanStep, seen: object) -> list[Article]:
    """Of the group, or of one of its cities; the newest."""
    group = step.plan.group
    own = Q(group=group) | Q(city__in=group.members.values("city"))
    return list(seen.filter(own).newest()[:NEAR])  # type: ignore[attr-defined]


@require_POST
def plan_citation_removal(
    request: HttpRequest, slug: str, city: str, pk: int, citation: int
) -> HttpResponse:
    step = step_of(request, slug, city, pk)
    seen = PlanCitation.objects.visible_to(request.user).filter(step=step)
    # Sent twice: it is gone, which is what was asked.
    if (found := seen.filter(pk=citation).first()) is not None:
        actions.remove(by=person(request), citation=found)
    return redirect("plan-step-citations", slug, city, pk)


@require_POST
def plan_citation_look(
    request: HttpRequest, slug: str, city: str, pk: int, citation: int
) -> HttpResponse:
    """It has been looked at: what is there now is what the step builds on."""
    step = step_of(request, slug, city, pk)
    seen = PlanCitation.objects.visible_to(request.user).filter(step=step)
    found = get_object_or_404(seen, pk=citation)
    actions.look_again(by=person(request), citation=found)
    messages.success(request, _("Noted. You hear when something more happens to it."))
    return redirect(step)
