"""A form sent ten times acts once, and each POST is one transaction.

The form's key is inserted as a unique row in the transaction of the view. A
second request with the same key waits for the first to end: after a commit it
gets the first one's answer, after a rollback (or a kill) it acts itself.
"""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import BadRequest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from hub.models import Submission

Answer = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])

#: Pages of libraries that bring their own protection against repetition.
FOREIGN = ("/accounts/", "/admin/")
WROTE = frozenset({204, 302, 303})


def repeatable(view: View) -> View:
    """Mark a view that may be sent again without harm: it sets something, or has its own key."""
    view.acts_without_key = True  # type: ignore[attr-defined]
    return view


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
    key = _key_of(request)
    with transaction.atomic():
        if not _claim(key):
            return _same_answer(request, Submission.objects.get(pk=key))
        response = act()
        if hasattr(response, "render") and callable(response.render):
            response = response.render()
        if response.status_code in WROTE:
            location = response.headers.get("Location") or response.headers.get("HX-Redirect", "")
            Submission.objects.filter(pk=key).update(status=response.status_code, location=location)
        else:
            # Nothing was accepted: the corrected form comes with the same key.
            transaction.set_rollback(True)
    return response


def _key_of(request: HttpRequest) -> str:
    """The form's key, bound to who sent it and whereto: of no use to anybody else."""
    sent = request.POST.get("_key") or request.headers.get("X-Form-Key", "")
    if not 8 <= len(sent) <= 64:
        raise BadRequest("The form carries no key; load the page again.")
    if request.user.is_authenticated:
        who = f"user:{request.user.pk}"
    else:
        # Every visitor's form has passed the CSRF check, so this secret is theirs alone.
        who = f"visitor:{request.META.get('CSRF_COOKIE', '')}"
    return hashlib.sha256(f"{who}\n{request.path}\n{sent}".encode()).hexdigest()


def _claim(key: str) -> bool:
    """Whether the key is ours to act on; waits while another transaction holds it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hub_submission (key, location, status, created_at)"
            " VALUES (%s, '', 0, statement_timestamp()) ON CONFLICT DO NOTHING",
            [key],
        )
        return bool(cursor.rowcount)


def _same_answer(request: HttpRequest, earlier: Submission) -> HttpResponse:
    if earlier.status == 204 or getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        if earlier.location:
            response.headers["HX-Redirect"] = earlier.location
        return response
    return HttpResponseRedirect(earlier.location, status=earlier.status)
