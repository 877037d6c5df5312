"""That a person was at a Lab, on a sheet to print."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hub.requests import person
from labs import certificates
from labs.models import Registration
from labs.permissions import can_coordinate


@never_cache
@require_safe
def lab_certificate(request: HttpRequest, slug: str) -> TemplateResponse:
    """One's own, also where one may no longer see the Lab."""
    own = _attended().filter(lab__slug=slug, user=person(request))
    return _page(request, get_object_or_404(own))


@never_cache
@require_safe
def lab_certificate_of(request: HttpRequest, slug: str, pk: int) -> TemplateResponse:
    """Somebody's, for those who conduct the Lab."""
    seen = _attended().filter(pk__in=Registration.objects.visible_to(request.user).values("pk"))
    found = get_object_or_404(seen, lab__slug=slug, pk=pk)
    if not can_coordinate(request.user, found.lab):
        raise PermissionDenied
    return _page(request, found)


def _attended() -> "certificates.Attended":
    frame = ("user", "lab__programme__coordinator", "lab__knowledge_area", "lab__group")
    return Registration.objects.attended().select_related(*frame)


def _page(request: HttpRequest, registration: Registration) -> TemplateResponse:
    if not registration.lab.is_over:
        raise Http404
    context = {
        "registration": registration,
        "lab": registration.lab,
        "hours": certificates.hours(registration.lab),
        "organiser": certificates.organiser(registration.lab) or settings.HUB_COORDINATOR,
    }
    return TemplateResponse(request, "labs/certificate.html", context)
