from django.urls import include, path

from cities.twinning import views

urlpatterns = [
    path("twinning/", views.twinning, name="twinning"),
    path("twinning/groups/<slug:slug>/", views.group, name="group"),
    path("", include("cities.twinning.schemes.urls")),
    path("", include("cities.twinning.calls.urls")),
    path("", include("cities.twinning.applications.urls")),
    path("", include("cities.twinning.runs.urls")),
    path("", include("cities.twinning.reviews.urls")),
    path("", include("cities.twinning.decisions.urls")),
    path("", include("cities.twinning.plans.urls")),
    path("", include("cities.twinning.workspace.urls")),
    path("", include("cities.twinning.cohorts.urls")),
]
