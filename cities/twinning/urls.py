from django.urls import path

from cities.twinning import views

urlpatterns = [
    path("twinning/", views.twinning, name="twinning"),
    path("twinning/groups/<slug:slug>/", views.group, name="group"),
]
