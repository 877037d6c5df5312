"""The pages for what went wrong, in the reader's language and the hub's face."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from hub.files import LARGEST_UPLOAD
from hub.requests import page_before

MB = 1024 * 1024


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return _too_much(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE, is_text=True)
    return _page(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Who has no second factor yet holds no coordinator's keys: say how to get them.
    if request.method == "GET" and getattr(
        getattr(request, "user", None), "awaits_second_factor", False
    ):
        return redirect("second-factor")
    return _page(request, "403.html", 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, "403_csrf.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "404.html", 404)


def too_large(request: HttpRequest) -> HttpResponse:
    return _too_much(request, settings.REQUEST_MAX_SIZE)


def _too_much(request: HttpRequest, limit: int | None, *, is_text: bool = False) -> HttpResponse:
    context = {
        "back": page_before(request),
        "limit": (limit or 0) // MB,
        "largest_file": LARGEST_UPLOAD // MB,
        "is_text": is_text,
    }
    return _page(request, "413.html", 413, context)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    return _page(request, "429.html", 429)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, "500.html", 500)


def _page(
    request: HttpRequest, template: str, status: int, context: dict[str, Any] | None = None
) -> HttpResponse:
    # An error outside the reader's middleware comes before anybody chose a language.
    chosen = getattr(request, "LANGUAGE_CODE", "")
    with translation.override(chosen or translation.get_language_from_request(request)):
        return render(request, template, context, status=status)
