"""How the twinning goes: asked at set times, answered on the page or from the mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cities.models import City
from cities.twinning.models import FitAnswer, FitCheck, TwinGroup
from cities.twinning.workspace import actions, answers, permissions
from cities.twinning.workspace.forms import FitForm
from cities.twinning.workspace.views import finding
from hub import access
from hub.requests import person, speak_to


@require_http_methods(["GET", "HEAD", "POST"])
def fit(request: HttpRequest, slug: str, month: int) -> HttpResponse:
    """For people of the cities their own answer; for the coordinators all, and who is silent."""
    group = finding.group_of(request, slug)
    checks = FitCheck.objects.visible_to(request.user).filter(group=group)
    check = get_object_or_404(checks, month=month)
    check.group = group
    mine = _own(request, group)
    form = FitForm(request.POST or None) if mine else None
    if request.method == "POST":
        if mine is None or form is None:
            raise PermissionDenied
        if form.is_valid():
            actions.answer_fit(by=person(request), check=check, city=mine, **form.cleaned_data)
            messages.success(request, _("Thank you. Only the coordinators and your city see it."))
            return redirect("group-fit", slug, month)
    seen = FitAnswer.objects.visible_to(request.user).filter(check_of=check)
    given = {answer.city_id: answer for answer in seen.select_related("answered_by")}
    sees_all = permissions.can_see_all_answers(request.user, group)
    shown = finding.cities_of(group) if sees_all else ([mine] if mine else [])
    context = {
        "group": group,
        "check": check,
        "form": form,
        "city": mine,
        "rows": [(city, given.get(city.pk)) for city in shown],
        "sees_all": sees_all,
    }
    status = 422 if form and form.errors else 200
    return TemplateResponse(request, "twinning/workspace/fit.html", context, status=status)


def _own(request: HttpRequest, group: TwinGroup) -> City | None:
    """The city of the group that the person speaks for."""
    own = set(access.ids_of(request.user, "city"))
    mine = [city for city in finding.cities_of(group) if city.pk in own]
    may = mine and permissions.can_speak_for(request.user, group, mine[0])
    return mine[0] if may else None


# Public: the link in the mail is signed for one person, and looking writes nothing.
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fit_answer(request: HttpRequest, token: str) -> HttpResponse:
    asked = answers.read(token)
    if asked is None:
        return TemplateResponse(request, "twinning/workspace/fit_closed.html", status=404)
    speak_to(request, asked.user)
    form = FitForm(request.POST or None, initial={"answer": asked.answer})
    if request.method == "POST" and form.is_valid():
        actions.answer_fit(by=asked.user, check=asked.check, city=asked.city, **form.cleaned_data)
        return redirect(request.path)
    given = FitAnswer.objects.filter(check_of=asked.check, city=asked.city).first()
    context = {
        "group": asked.check.group,
        "city": asked.city,
        "person": asked.user,
        "given": given,
        "form": form,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "twinning/workspace/fit_answer.html", context, status=status)
