from django.urls import include, path

from labs.views import (
    answers,
    calendars,
    conduct,
    editing,
    follow_up_answers,
    follow_ups,
    minutes,
    outcomes,
    pages,
    registrations,
    terms,
)

urlpatterns = [
    path("", include("labs.polls.urls")),
    path("labs/", pages.lab_list, name="lab-list"),
    path("labs/new/", editing.lab_new, name="lab-new"),
    path("labs/calendar.ics", calendars.lab_feed, name="lab-feed"),
    path("labs/answer/<str:token>/", answers.lab_answer, name="lab-answer"),
    path("labs/follow-ups/", follow_ups.follow_up_board, name="follow-ups"),
    path("labs/follow-ups/<int:pk>/", follow_ups.follow_up, name="follow-up"),
    path("labs/follow-ups/<int:pk>/owner/", follow_ups.follow_up_owner, name="follow-up-owner"),
    path(
        "labs/follow-ups/<int:pk>/settling/",
        follow_ups.follow_up_settling,
        name="follow-up-settling",
    ),
    path(
        "labs/follow-ups/answer/<str:token>/",
        follow_up_answers.follow_up_answer,
        name="follow-up-answer",
    ),
    path("labs/terms/<slug:slug>/", terms.term, name="term"),
    path("labs/<slug:slug>/", pages.lab, name="lab"),
    path("labs/<slug:slug>/edit/", editing.lab_edit, name="lab-edit"),
    path("labs/<slug:slug>/calendar.ics", calendars.lab_calendar, name="lab-calendar"),
    path("labs/<slug:slug>/publication/", conduct.lab_publication, name="lab-publication"),
    path("labs/<slug:slug>/cancellation/", conduct.lab_cancellation, name="lab-cancellation"),
    path("labs/<slug:slug>/messages/", conduct.lab_messages, name="lab-messages"),
    path("labs/<slug:slug>/held/", conduct.lab_held, name="lab-held"),
    path("labs/<slug:slug>/minutes/", minutes.lab_minutes, name="lab-minutes"),
    path("labs/<slug:slug>/minutes/edit/", minutes.lab_minutes_edit, name="lab-minutes-edit"),
    path(
        "labs/<slug:slug>/minutes/publication/",
        minutes.lab_minutes_publication,
        name="lab-minutes-publication",
    ),
    path(
        "labs/<slug:slug>/minutes/additions/",
        minutes.lab_minutes_additions,
        name="lab-minutes-additions",
    ),
    path("labs/<slug:slug>/minutes/outcomes/", outcomes.lab_outcomes, name="lab-outcomes"),
    path("labs/<slug:slug>/minutes/outcomes/<int:pk>/", outcomes.lab_outcome, name="lab-outcome"),
    path(
        "labs/<slug:slug>/registration/",
        registrations.lab_registration,
        name="lab-registration",
    ),
    path(
        "labs/<slug:slug>/registration/cancellation/",
        registrations.lab_registration_cancellation,
        name="lab-registration-cancellation",
    ),
]
