from django.urls import path

from cities.twinning.cohorts import views

CALL = "twinning/calls/<slug:slug>/desk/"
COHORT = "programmes/<slug:slug>/cohorts/<int:cohort>/"

urlpatterns = [
    path(CALL, views.call_desk, name="call-desk"),
    path(f"{CALL}groups.csv", views.call_desk_sheet, name="call-desk-sheet"),
    path(COHORT, views.cohort_desk, name="cohort-desk"),
    path(f"{COHORT}groups.csv", views.cohort_desk_sheet, name="cohort-desk-sheet"),
]
