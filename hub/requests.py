"""What every view asks of a request."""

from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from hub.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person; only for pages that are not public."""
    if not isinstance(request.user, User):
        raise TypeError("A public page asked for the signed-in person: check for one first.")
    return request.user


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx wants a part; a page restored from its history is asked for whole."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.history_restore_request


def back(request: HttpRequest, default: str, *, changed: str = "") -> HttpResponse:
    """After a write: to the page that the form stood on, if it is one of ours.

    htmx gets the event `changed` instead, on which the parts of the page load again.
    """
    if changed and getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Trigger": changed})
    target = request.POST.get("next", "")[:2000]
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = reverse(default)
    return HttpResponseRedirect(target, status=303)


def page_before(request: HttpRequest) -> str:
    """The page of ours that a form or a part was sent from; the start page if that is unknown."""
    address = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()):
        return "/"
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def speak_to(request: HttpRequest, user: User) -> None:
    """The rest of the answer is for this person, who came without signing in: by their own link.

    The reader's middleware puts language and zone back when the request ends.
    """
    request.LANGUAGE_CODE = user.language
    translation.activate(user.language)
    timezone.activate(ZoneInfo(user.time_zone))
