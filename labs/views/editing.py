from django.http import Http404, HttpRequest, HttpResponse


def lab_new(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404


def lab_edit(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404
