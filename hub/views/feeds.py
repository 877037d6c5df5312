from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.template.response import TemplateResponse


# Public: the feeds it lists hold only what is public.
@login_not_required
def feeds(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, "hub/feeds.html")
