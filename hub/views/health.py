"""Whether the process lives, whether its parts answer, and figures for a monitor."""

import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from hub import access, health
from hub.metrics import REGISTRY


# Public: the load balancer asks; it says nothing but that the process runs.
@login_not_required
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


# Public: the load balancer asks; names parts and their state, never their addresses.
@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 with the parts' states; 503 where no page can be served."""
    checks = health.checks()
    states = {check.state for check in checks}
    overall = next(state for state in ("down", "degraded", "ok") if state in states)
    body = {"state": overall, "parts": {c.name: {"state": c.state, "says": c.says} for c in checks}}
    return JsonResponse(body, status=503 if overall == "down" else 200)


# Public to whoever holds METRICS_TOKEN: a monitor has no account.
@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.METRICS_TOKEN
    is_monitor = bool(token) and secrets.compare_digest(sent.encode(), token.encode())
    if not is_monitor and not access.holds(request.user, access.ADMIN):
        raise PermissionDenied
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
