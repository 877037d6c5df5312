from django.urls import path

from cities.twinning.calls import views

CALL = "twinning/calls/<slug:slug>/"

urlpatterns = [
    path("programmes/<slug:slug>/calls/new/", views.call_new, name="call-new"),
    path("twinning/calls/", views.call_list, name="call-list"),
    path(CALL, views.call, name="call"),
    path(f"{CALL}edit/", views.call_edit, name="call-edit"),
    path(f"{CALL}rules/", views.call_rules, name="call-rules"),
    path(f"{CALL}pilots/", views.call_pilots, name="call-pilots"),
    path(f"{CALL}pilots/<int:pk>/", views.call_pilot, name="call-pilot"),
    path(f"{CALL}pilots/<int:pk>/removal/", views.call_pilot_removal, name="call-pilot-removal"),
    path(f"{CALL}publication/", views.call_publication, name="call-publication"),
    path(f"{CALL}extension/", views.call_extension, name="call-extension"),
    path(f"{CALL}removal/", views.call_removal, name="call-removal"),
]
