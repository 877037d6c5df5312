"""Refuse what PostgreSQL cannot store, once, for every way in."""

from collections.abc import Callable, Iterable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


def _has_nul(texts: Iterable[object]) -> bool:
    return any(isinstance(text, str) and "\x00" in text for text in texts)


class RefuseNul:
    """400 for a NUL byte in path, query, header or cookie; forms in `process_view`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        if "\x00" in request.path or _has_nul(request.COOKIES.values()) or _has_nul(
            value for name, value in request.META.items() if name.startswith("HTTP_")
        ):
            raise BadRequest("A NUL byte cannot be part of an address or header.")
        for data in (request.GET, request.POST):
            for name, values in data.lists():
                if "\x00" in name or _has_nul(values):
                    raise BadRequest("A NUL byte cannot be stored as text.")
        for name, upload in request.FILES.items():
            if "\x00" in name or "\x00" in (upload.name or ""):
                raise BadRequest("A NUL byte cannot be part of a file's name.")
