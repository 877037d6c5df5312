from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe


# Public: Swedish law asks for the statement on every public body's service.
@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, "hub/accessibility.html")


# Public: who is asked for data must be able to read what happens to them first.
@login_not_required
@require_safe
def privacy(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, "hub/privacy.html")


# Public: the licence gives everybody the right to the source.
@login_not_required
@require_safe
def source(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, "hub/source.html", {"source_url": settings.SOURCE_URL})
