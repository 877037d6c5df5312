from django.urls import path

from cities.twinning.schemes import views

SCHEME = "programmes/<slug:slug>/template/"

urlpatterns = [
    path(SCHEME, views.scheme, name="scheme"),
    path(f"{SCHEME}draft/", views.scheme_draft, name="scheme-draft"),
    path(f"{SCHEME}draft/<slug:part>/", views.scheme_part, name="scheme-part"),
    path(f"{SCHEME}settlement/", views.scheme_settlement, name="scheme-settlement"),
]
