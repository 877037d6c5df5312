from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from hub import access, events
from hub.models import Event, Follow, User

NEWS = 12


# Public: what the hub is for, and what its rooms show to everybody.
@login_not_required
@require_safe
def home(request: HttpRequest) -> TemplateResponse:
    if isinstance(request.user, User):
        return TemplateResponse(request, "hub/today.html", {"news": _news(request.user)})
    return TemplateResponse(request, "hub/home.html")


def _news(user: User) -> list[tuple[Event, str]]:
    """What others did lately to what the person follows or belongs to."""
    followed = list(Follow.objects.filter(user=user).values_list("subject", flat=True))
    own = [key for key in access.keys_of(user) if key.count(":") == 1]
    found = (
        Event.objects.visible_to(user)
        .filter(Q(subjects__overlap=[*followed, *own]))
        .exclude(actor=user)
        .select_related("actor")[:NEWS]
    )
    return [(event, events.sentence(event)) for event in found]
