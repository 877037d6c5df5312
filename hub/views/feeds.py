from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe


# Public: the feeds it lists hold only what is public.
@login_not_required
@require_safe
def feeds(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, "hub/feeds.html")
