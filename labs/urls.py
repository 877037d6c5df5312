from django.urls import path

from labs.views import (
    answers,
    attendance,
    calendars,
    conduct,
    editing,
    pages,
    preflight,
    registrations,
)

urlpatterns = [
    path("labs/", pages.lab_list, name="lab-list"),
    path("labs/new/", editing.lab_new, name="lab-new"),
    path("labs/clashes/", editing.lab_clashes, name="lab-clashes"),
    path("labs/calendar.ics", calendars.lab_feed, name="lab-feed"),
    path("labs/calendar/", calendars.lab_own_calendar, name="lab-own-calendar"),
    path("labs/calendar/address/", calendars.lab_calendar_address, name="lab-calendar-address"),
    path(
        "labs/calendar/address/removal/",
        calendars.lab_calendar_address_removal,
        name="lab-calendar-address-removal",
    ),
    path("labs/calendar/<str:token>.ics", calendars.lab_private_feed, name="lab-private-feed"),
    path("labs/answer/<str:token>/", answers.lab_answer, name="lab-answer"),
    path("labs/<slug:slug>/", pages.lab, name="lab"),
    path("labs/<slug:slug>/edit/", editing.lab_edit, name="lab-edit"),
    path("labs/<slug:slug>/calendar.ics", calendars.lab_calendar, name="lab-calendar"),
    path("labs/<slug:slug>/publication/", conduct.lab_publication, name="lab-publication"),
    path("labs/<slug:slug>/cancellation/", conduct.lab_cancellation, name="lab-cancellation"),
    path("labs/<slug:slug>/messages/", conduct.lab_messages, name="lab-messages"),
    path("labs/<slug:slug>/attendance/", attendance.lab_attendance, name="lab-attendance"),
    path(
        "labs/<slug:slug>/attendance/list/",
        attendance.lab_attendance_list,
        name="lab-attendance-list",
    ),
    path("labs/<slug:slug>/attendance/door/", attendance.lab_door, name="lab-door"),
    path("labs/<slug:slug>/reminders/", preflight.lab_reminders, name="lab-reminders"),
    path("labs/<slug:slug>/people.csv", conduct.lab_people, name="lab-people"),
    path("labs/<slug:slug>/held/", conduct.lab_held, name="lab-held"),
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
