from django.http import Http404, HttpRequest, HttpResponse


def lab_registration(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404


def lab_registration_cancellation(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404
