"""What the page of a plan shows, for those who work with it and for the world."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest

from cities.twinning.models import Plan, PlanComment, PlanFollowUp
from cities.twinning.plans import content, missing, permissions
from cities.twinning.plans.content import Content, Section, Step
from cities.twinning.plans.forms import CommentForm


@dataclass(frozen=True)
class SectionPart:
    section: Section
    comments: list[PlanComment] = field(default_factory=list)


@dataclass(frozen=True)
class StepPart:
    """A step on the page of its plan; upper rooms show its evidence beside it (panels)."""

    number: int
    step: Step
    plan: Plan
    comments: list[PlanComment] = field(default_factory=list)


def page_of(
    request: HttpRequest, plan: Plan, *, comment_form: CommentForm | None = None
) -> dict[str, Any]:
    user = request.user
    is_inside = permissions.is_insider(user, plan)
    stands = shown_to(request, plan)
    comments = _comments(request, plan, {place for place, _name in _places(stands)})
    may_write = permissions.can_write(user, plan)
    context: dict[str, Any] = {
        "plan": plan,
        "group": plan.group,
        "bound": comment_form,
        "is_inside": is_inside,
        "sections": [SectionPart(s, comments[f"section-{s.code}"]) for s in stands.sections],
        "steps": [
            StepPart(number, step, plan, comments[f"step-{step.pk}"])
            for number, step in enumerate(stands.steps, start=1)
        ],
        "comments": comments[""],
        "may_write": may_write,
        "may_sign": permissions.can_sign(user, plan),
        "is_published": plan.published_version_id is not None,
        "published_is_signed": plan.published_version_id == plan.signed_version_id,
    }
    if permissions.can_comment(user, plan):
        asked = {"about": request.GET.get("about", "")}
        context["comment_form"] = comment_form or CommentForm(about=_places(stands), initial=asked)
    if is_inside:
        context["lacks"] = missing.lacks(stands) if plan.is_open else []
        follow_ups = PlanFollowUp.objects.visible_to(user).filter(plan=plan)
        context["follow_ups"] = list(follow_ups)
    return context


def shown_to(request: HttpRequest, plan: Plan) -> Content:
    """The plan as it stands for those inside, as it was published for others."""
    if permissions.is_insider(request.user, plan):
        return content.of_plan(plan)
    if plan.published_version is None:
        raise Http404
    return content.of_version(plan.published_version)


def places_of(request: HttpRequest, plan: Plan) -> list[tuple[str, str]]:
    return _places(shown_to(request, plan))


def _places(stands: Content) -> list[tuple[str, str]]:
    """What a comment may be about, as the choices of a form."""
    sections = [(f"section-{section.code}", section.name) for section in stands.sections]
    steps = [
        (f"step-{step.pk}", f"{number}. {step.text[:80]}")
        for number, step in enumerate(stands.steps, start=1)
    ]
    return sections + steps


def _comments(request: HttpRequest, plan: Plan, places: set[str]) -> dict[str, list[PlanComment]]:
    """By the place on the page that they are about; of what has gone, with those on the whole."""
    found: dict[str, list[PlanComment]] = defaultdict(list)
    seen = PlanComment.objects.visible_to(request.user).filter(plan=plan)
    for comment in seen.select_related("author", "resolved_by"):
        about = f"step-{comment.step_id}" if comment.step_id else f"section-{comment.code}"
        found[about if about in places else ""].append(comment)
    return found
