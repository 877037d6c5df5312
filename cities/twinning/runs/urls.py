from django.urls import path

from cities.twinning.runs import proposals, views, whatifs

ALL = "twinning/calls/<slug:slug>/matching/"
ONE = f"{ALL}<int:number>/"
CITY = "twinning/calls/<slug:slug>/matches/<slug:city>/"

urlpatterns = [
    path(ALL, views.run_list, name="match-run-list"),
    path(ONE, views.run, name="match-run"),
    path(f"{ONE}settings/", views.run_settings, name="match-run-settings"),
    path(f"{ONE}rulings/", views.run_rulings, name="match-run-rulings"),
    path(
        f"{ONE}rulings/<int:pk>/removal/",
        views.run_ruling_removal,
        name="match-run-ruling-removal",
    ),
    path(f"{ONE}start/", views.run_start, name="match-run-start"),
    path(f"{ONE}cancellation/", views.run_cancellation, name="match-run-cancellation"),
    path(f"{ONE}removal/", views.run_removal, name="match-run-removal"),
    path(f"{ONE}publication/", proposals.run_publication, name="match-run-publication"),
    path(f"{ONE}groups/", proposals.run_groups, name="match-run-groups"),
    path(f"{ONE}return/", proposals.run_return, name="match-run-return"),
    path(CITY, proposals.city_matches, name="city-matches"),
    path(f"{CITY}<int:pk>/answer/", proposals.city_match_answer, name="city-match-answer"),
    path(f"{ONE}variants/", whatifs.run_variant, name="match-run-variant"),
    path(f"{ONE}cities/<slug:city>/", whatifs.run_city, name="match-run-city"),
    path(f"{ONE}cities/<slug:city>/<int:pilot>/", whatifs.run_missing, name="match-run-missing"),
    path(f"{ONE}beside/<int:other>/", whatifs.run_comparison, name="match-run-comparison"),
]
