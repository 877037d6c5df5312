from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from bench.reference.models import Entry


def newest(request: HttpRequest, **_: object) -> HttpResponse:
    """One indexed SELECT of 20 rows and a page of about 29 KB."""
    return TemplateResponse(
        request, "newest.html", {"entries": Entry.objects.order_by("-published_at")[:20]}
    )
