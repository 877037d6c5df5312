"""A page that asks once more for every row: the fault that the counting must find."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from cities.models import City


@login_not_required
def growing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("\n".join(str(city.participations.count()) for city in City.objects.all()))


urlpatterns = [path("growing/", growing)]
