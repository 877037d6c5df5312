"""The reader's language and zone; and the rule that pages are private by default."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

from hub.requests import page_before

Answer = Callable[[HttpRequest], HttpResponse]


class ReaderLanguageAndZone:
    """A person's own choice first, then the cookie, then what the browser asks for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        zone = settings.HUB_TIME_ZONE
        if user.is_authenticated:
            language, zone = user.language, user.time_zone
        else:
            language = translation.get_language_from_request(request)
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class PrivateByDefault(LoginRequiredMiddleware):
    """Sign-in for every page that is not marked public, and back to where the person was."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        refused = super().process_view(request, view_func, view_args, view_kwargs)
        if refused is None or (request.method == "GET" and not getattr(request, "htmx", False)):
            return refused
        # The address of a form or of a part is no page to come back to: the one they stood on is.
        sign_in = redirect_to_login(page_before(request), settings.LOGIN_URL)
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(sign_in.url)
        return sign_in
