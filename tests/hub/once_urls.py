"""A few views that act, so that the protection is tested and not what stands behind it."""

import time

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from hub.middleware.once import repeatable
from hub.models import Event


def _act(title: str) -> Event:
    return Event.objects.create(verb="tests.acted", title=title, url="/", audience=["public"])


@login_not_required
def act(request: HttpRequest) -> HttpResponse:
    event = _act("acted")
    time.sleep(float(request.POST.get("wait", 0)))
    return HttpResponseRedirect(f"/done/{event.pk}/", status=303)


@login_not_required
def answer(request: HttpRequest) -> HttpResponse:
    """Acts, then answers with the status that was asked for."""
    _act("answered")
    response = HttpResponse(status=int(request.POST["status"]))
    if request.POST.get("to"):
        response.headers["HX-Redirect"] = request.POST["to"]
    return response


@login_not_required
def fail(request: HttpRequest) -> HttpResponse:
    _act("failed")
    raise RuntimeError("after the work, before the answer")


@login_not_required
@repeatable
def again(request: HttpRequest) -> HttpResponse:
    _act("again")
    return HttpResponseRedirect("/done/", status=303)


urlpatterns = [
    path("act/", act),
    path("other/", act),
    path("answer/", answer),
    path("fail/", fail),
    path("again/", again),
]
handler400 = "hub.views.errors.bad_request"
