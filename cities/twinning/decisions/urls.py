from django.urls import path

from cities.twinning.decisions import views

LIST = "twinning/calls/<slug:slug>/decisions/"

urlpatterns = [
    path(LIST, views.decision_list, name="decision-list"),
    path(f"{LIST}letters/", views.decision_letters, name="decision-letters"),
]
