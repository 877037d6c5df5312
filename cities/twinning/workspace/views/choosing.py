"""A newer template for the group, and another person for a city."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cities.models import City
from cities.twinning.models import GroupPart, TwinGroup
from cities.twinning.schemes.actions import settled_of
from cities.twinning.workspace import actions, permissions
from cities.twinning.workspace.comparing import changes
from cities.twinning.workspace.forms import HandoverForm
from cities.twinning.workspace.views import finding
from hub import access
from hub.models import User
from hub.refusals import Refused
from hub.requests import person


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, slug: str) -> HttpResponse:
    """What would change is shown before; the leads of the cities choose."""
    group = finding.group_of(request, slug)
    newest = settled_of(group.programme)
    if newest is None:
        messages.error(request, _("The programme has no template yet."))
        return redirect(group)
    may_adopt = permissions.can_adopt(request.user, group)
    if request.method == "POST":
        if not may_adopt:
            raise PermissionDenied
        try:
            actions.adopt(by=person(request), group=group, scheme=newest)
        except Refused as refused:
            messages.error(request, str(refused.sentence))
        else:
            messages.success(request, _("The group follows this template from now on."))
        return redirect(group)
    context = {
        "group": group,
        "newest": newest,
        "is_current": group.scheme_id == newest.pk,
        "changes": changes(group.scheme, newest),
        "may_adopt": may_adopt,
    }
    return TemplateResponse(request, "twinning/workspace/template.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    """Somebody else of the city speaks for it from now on."""
    group = finding.group_of(request, slug)
    found = _city(group, city)
    if not permissions.can_speak_for(request.user, group, found):
        raise PermissionDenied
    parts = GroupPart.objects.visible_to(request.user).current().filter(group=group, city=found)
    now = parts.select_related("holder").first()
    form = HandoverForm(request.POST or None, people=_people(found))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.hand_over(
            by=person(request),
            group=group,
            city=found,
            holder=form.chosen(),
            note=data["note"],
            with_plan=data["with_plan"],
        )
        said = {"name": form.chosen(), "city": found.name}
        messages.success(request, _("%(name)s speaks for %(city)s from now on.") % said)
        return redirect(group)
    context = {"group": group, "city": found, "now": now, "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "twinning/workspace/handover.html", context, status=status)


def _city(group: TwinGroup, slug: str) -> City:
    for city in finding.cities_of(group):
        if city.slug == slug:
            return city
    raise Http404


def _people(city: City) -> list[User]:
    holders = User.objects.holding(access.key("city", city.pk)).listed()
    return list(holders.order_by("name", "email"))
