from django.http import Http404, HttpRequest, HttpResponse


def lab_list(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404


def lab(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404
