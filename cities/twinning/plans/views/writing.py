"""The texts of a plan, written by several at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cities.twinning.models import Plan, PlanText
from cities.twinning.plans import actions, content, missing
from cities.twinning.plans.forms import TextsForm
from cities.twinning.plans.views import finding
from hub.compare import Part, sides
from hub.face import dates
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
        if "X-Autosave" in request.headers:
            return _stopped(_("The plan is signed. Begin its next version to change it."))
        return redirect(plan)
    texts = list(plan.texts.select_related("section"))
    if request.method != "POST":
        return _page(request, plan, TextsForm(texts=texts))
    form = TextsForm(request.POST, texts=texts)
    if "X-Autosave" in request.headers:
        return _autosave(request, plan, form)
    if not form.is_valid():
        return _page(request, plan, form, status=422)
    try:
        actions.write(by=person(request), plan=plan, texts=form.written())
    except actions.Clashing as clashing:
        return _both(request, plan, form, clashing)
    except Refused as refused:
        form.add_error(None, str(refused.sentence))
        return _page(request, plan, form, status=422)
    if "stay" in request.POST:
        messages.success(request, _("Saved."))
        return redirect("plan-writing", slug, city)
    return redirect(plan)


def _autosave(request: HttpRequest, plan: Plan, form: TextsForm) -> HttpResponse:
    """Keep what can be kept, and hand back what the others wrote meanwhile."""
    if not form.is_valid():
        return _stopped(str(next(iter(form.errors.values()))[0]))
    try:
        clashes = actions.write(by=person(request), plan=plan, texts=form.written(), is_draft=True)
    except Refused as refused:
        return _stopped(str(refused.sentence))
    if clashes:
        return _stopped(
            _("%(name)s has also written under “%(point)s”. Press Save to see both texts.")
            % {"name": clashes[0].changed_by or "?", "point": clashes[0].section.name}
        )
    texts = [_stand(text, form) for text in plan.texts.all()]
    return JsonResponse({"texts": texts}, headers={"X-Saved-At": dates.hour(timezone.localtime())})


def _stand(text: PlanText, form: TextsForm) -> dict[str, Any]:
    """What the open form is to know of a text; the words only where they are not its own."""
    found: dict[str, Any] = {
        "name": f"text-{text.code}",
        "stamp": {f"version-{text.code}": str(text.version), f"mark-{text.code}": text.mark},
    }
    if form.cleaned_data.get(f"text-{text.code}") != text.text:
        found["text"] = text.text
    return found


def _stopped(message: str) -> JsonResponse:
    return JsonResponse({"message": message}, status=409)


def _both(
    request: HttpRequest, plan: Plan, form: TextsForm, clashing: actions.Clashing
) -> HttpResponse:
    """What stands now beside what was typed; the next save knows of both."""
    differences = []
    data = request.POST.copy()
    for text in clashing.texts:
        typed = form.cleaned_data[f"text-{text.code}"]
        differences.append((text.section.name, sides(text.text, typed)))
        data[f"version-{text.code}"] = str(text.version)
        data[f"mark-{text.code}"] = text.mark
    shown = TextsForm(data, texts=form.texts)
    shown.add_error(None, str(clashing.sentence))
    return _page(request, plan, shown, status=422, differences=differences)


def _page(
    request: HttpRequest,
    plan: Plan,
    form: TextsForm,
    *,
    status: int = 200,
    differences: list[tuple[str, list[Part]]] | None = None,
) -> HttpResponse:
    steps = plan.steps.select_related("owner")
    stands = content.of_rows(form.texts, steps)
    context = {
        "plan": plan,
        "group": plan.group,
        "form": form,
        "rows": form.rows(),
        "differences": differences or [],
        "lacks": missing.lacks(stands),
    }
    return TemplateResponse(request, "twinning/plans/writing.html", context, status=status)
