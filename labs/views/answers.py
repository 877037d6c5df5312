from django.http import Http404, HttpRequest, HttpResponse


def lab_answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404
