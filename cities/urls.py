from django.urls import path

from cities import views

urlpatterns = [
    path("cities/", views.city_list, name="city-list"),
    path("cities/<slug:slug>/", views.city, name="city"),
    path("cities/<slug:slug>/profile/", views.city_profile, name="city-profile"),
    path("cities/<slug:slug>/wishes/", views.wish_new, name="wish-new"),
    path("cities/<slug:slug>/wishes/<int:pk>/closing/", views.wish_closing, name="wish-closing"),
    path("organisations/<slug:slug>/", views.organisation, name="organisation"),
    path("programmes/<slug:slug>/", views.programme, name="programme"),
    path(
        "programmes/<slug:slug>/participations/",
        views.participation_new,
        name="participation-new",
    ),
    path(
        "programmes/<slug:slug>/participations/<int:pk>/ending/",
        views.participation_ending,
        name="participation-ending",
    ),
]
