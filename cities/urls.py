from django.urls import include, path

from cities.views import cities, programmes

urlpatterns = [
    path("", include("cities.profiles.urls")),
    path("", include("cities.asking.urls")),
    path("", include("cities.people.urls")),
    path("", include("cities.needs.urls")),
    path("cities/", cities.city_list, name="city-list"),
    path("cities/<slug:slug>/", cities.city, name="city"),
    path("cities/<slug:slug>/profile/", cities.city_profile, name="city-profile"),
    path("organisations/<slug:slug>/", programmes.organisation, name="organisation"),
    path("programmes/<slug:slug>/", programmes.programme, name="programme"),
    path(
        "programmes/<slug:slug>/participations/",
        programmes.participation_new,
        name="participation-new",
    ),
    path(
        "programmes/<slug:slug>/participations/<int:pk>/ending/",
        programmes.participation_ending,
        name="participation-ending",
    ),
]
