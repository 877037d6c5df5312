from django.http import Http404, HttpRequest, HttpResponse


def lab_feed(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404


def lab_calendar(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404
