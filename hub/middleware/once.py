"""A form sent ten times acts once, and each POST is one transaction.

The form's key is inserted as a unique row in the transaction of the view. A
second request with the same key waits for the first to end: after a commit it
gets the first one's answer, after a rollback (or a kill) it acts itself.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from hub.models import Submission

Answer = Callable[[HttpRequest], HttpResponse]

#: Pages of libraries that bring their own protection against repetition.
FOREIGN = ("/accounts/", "/admin/")


class ActOnce:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method != "POST" or request.path.startswith(FOREIGN):
            return None
        if getattr(view, "acts_without_key", False):
            return None
        return _act_once(request, lambda: view(request, *args, **kwargs))


def _act_once(request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    sent = request.POST.get("_key") or request.headers.get("X-Form-Key", "")
    if not 8 <= len(sent) <= 64:
        raise BadRequest("The form carries no key; load the page again.")
    who = request.user.pk or request.session.session_key or "visitor"
    key = f"{who}:{sent}"
    with transaction.atomic():
        # ON CONFLICT DO NOTHING waits for a transaction that holds the same key.
        Submission.objects.bulk_create([Submission(key=key, status=0)], ignore_conflicts=True)
        earlier = Submission.objects.select_for_update().get(pk=key)
        if earlier.status:
            return _same_answer(request, earlier)
        response = act()
        if hasattr(response, "render") and callable(response.render):
            response = response.render()
        if response.status_code in (204, 302, 303):
            location = response.headers.get("Location") or response.headers.get("HX-Redirect", "")
            Submission.objects.filter(pk=key).update(status=response.status_code, location=location)
        else:
            # Nothing was accepted: the corrected form comes with the same key.
            transaction.set_rollback(True)
    return response


def _same_answer(request: HttpRequest, earlier: Submission) -> HttpResponse:
    if earlier.status == 204 or getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        if earlier.location:
            response.headers["HX-Redirect"] = earlier.location
        return response
    return HttpResponseRedirect(earlier.location, status=earlier.status)
