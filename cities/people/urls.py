from django.urls import path

from cities.people import views

PLACES = {"city": "cities", "organisation": "organisations", "programme": "programmes"}

urlpatterns = [
    *(
        path(f"{folder}/<slug:slug>/people/", views.people, {"kind": kind}, f"{kind}-people")
        for kind, folder in PLACES.items()
    ),
    *(
        path(
            f"{folder}/<slug:slug>/people/invitations/",
            views.invite,
            {"kind": kind},
            f"{kind}-invite",
        )
        for kind, folder in PLACES.items()
    ),
    *(
        path(f"{folder}/<slug:slug>/people/rights/", views.rights, {"kind": kind}, f"{kind}-rights")
        for kind, folder in PLACES.items()
    ),
    path("settings/rights/", views.own_rights, name="own-rights"),
    path("memberships/<int:pk>/role/", views.role, name="membership-role"),
    path("memberships/<int:pk>/ending/", views.ending, name="membership-ending"),
    path("invitations/<int:pk>/resending/", views.resending, name="invitation-resending"),
    path("invitations/<int:pk>/revocation/", views.revocation, name="invitation-revocation"),
]
