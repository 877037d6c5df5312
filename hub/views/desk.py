from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from hub import permissions
from hub.requests import person


@require_safe
def desk(request: HttpRequest) -> TemplateResponse:
    """The coordinator's table; what lies on it are the rooms' panels."""
    me = person(request)
    if not permissions.can_use_desk(me):
        raise PermissionDenied
    context = {"can_read_mails": permissions.can_read_mails(me)}
    return TemplateResponse(request, "hub/desk.html", context)
