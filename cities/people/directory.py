from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from cities.models import Membership
from cities.models.places import by_swedish_order
from cities.people.forms import DirectoryFilter
from hub.models import User
from hub.requests import person

PER_PAGE = 50


@require_safe
def people(request: HttpRequest) -> TemplateResponse:
    """Who is here: name, role and place; addresses are nobody's business."""
    form = DirectoryFilter(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(_members(person(request), wanted), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "wanted": wanted}
    return TemplateResponse(request, "cities/people_directory.html", context)


def _members(reader: User, wanted: str) -> QuerySet[User]:
    current = Membership.objects.visible_to(reader).current()
    places = current.select_related("city", "organisation", "programme").order_by("pk")
    held = current
    if wanted:
        held = held.filter(
            Q(user__name__icontains=wanted)
            | Q(city__name__icontains=wanted)
            | Q(organisation__name__icontains=wanted)
            | Q(programme__name__icontains=wanted)
        )
    found: QuerySet[User] = (
        User.objects.visible_to(reader)
        .filter(pk__in=held.values("user"))
        .prefetch_related(Prefetch("memberships", queryset=places, to_attr="current_memberships"))
        .order_by(by_swedish_order(), "pk")
    )
    return found
