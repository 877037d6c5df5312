from django.urls import path

from cities.twinning.applications.views import deciding, pages, writing

CALL = "twinning/calls/<slug:slug>/applications/"
ONE = f"{CALL}<slug:city>/"

urlpatterns = [
    path(CALL, deciding.application_list, name="application-list"),
    path(ONE, pages.application, name="application"),
    path(f"{ONE}profile/", writing.application_profile, name="application-profile"),
    path(f"{ONE}answers/", writing.application_answers, name="application-answers"),
    path(f"{ONE}files/", writing.application_files, name="application-files"),
    path(f"{ONE}files/<int:pk>/", pages.application_file, name="application-file"),
    path(
        f"{ONE}files/<int:pk>/removal/",
        writing.application_file_removal,
        name="application-file-removal",
    ),
    path(f"{ONE}submission/", deciding.application_submission, name="application-submission"),
    path(f"{ONE}return/", deciding.application_return, name="application-return"),
    path(f"{ONE}withdrawal/", deciding.application_withdrawal, name="application-withdrawal"),
    path(f"{ONE}screening/", pages.application_screening, name="application-screening"),
]
