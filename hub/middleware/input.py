"""Refuse what the hub cannot store or hold, once, for every way in."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from hub.views.errors import too_large

Answer = Callable[[HttpRequest], HttpResponse]

NUL = "\x00"
CHUNK = 64 * 1024


class RefuseTooLarge:
    """413 in words for a body over the limit, instead of a connection cut in the middle."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = _length(request)
        if length <= settings.REQUEST_MAX_SIZE:
            return self.get_response(request)
        # A browser shows the answer only if what it sends is taken to the end.
        if length <= 4 * settings.REQUEST_MAX_SIZE:
            while request.read(CHUNK):
                pass
        response = too_large(request)
        response.headers["Connection"] = "close"
        return response


class RefuseNul:
    """400 for a NUL byte, which PostgreSQL cannot store, wherever it comes in."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Before the session is read: its key is a cookie, and a question to the database.
        headers = (v for name, v in request.META.items() if name.startswith("HTTP_"))
        if NUL in request.path or _has_nul(request.COOKIES.values()) or _has_nul(headers):
            raise BadRequest("A NUL byte cannot be part of an address, header or cookie.")
        _refuse_nul_in(request.GET.lists())
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        _refuse_nul_in(request.POST.lists())
        for name, uploads in request.FILES.lists():
            if NUL in name or _has_nul(upload.name for upload in uploads):
                raise BadRequest("A NUL byte cannot be part of a file's name.")
        if request.content_type == "application/json" and (
            b"\x00" in request.body or b"\\u0000" in request.body
        ):
            raise BadRequest("A NUL byte cannot be stored as text.")


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _refuse_nul_in(pairs: Iterable[tuple[str, list[str]]]) -> None:
    for name, values in pairs:
        if NUL in name or _has_nul(values):
            raise BadRequest("A NUL byte cannot be stored as text.")


def _has_nul(texts: Iterable[object]) -> bool:
    return any(isinstance(text, str) and NUL in text for text in texts)
