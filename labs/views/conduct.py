from django.http import Http404, HttpRequest, HttpResponse


def lab_publication(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404


def lab_cancellation(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404


def lab_held(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404
