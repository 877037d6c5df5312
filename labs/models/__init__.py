from labs.models.addresses import CalendarAddress
from labs.models.agenda import AgendaItem
from labs.models.labs import Lab
from labs.models.registrations import Registration, RegistrationStep
from labs.models.reminders import ReminderRule

__all__ = [
    "AgendaItem",
    "CalendarAddress",
    "Lab",
    "Registration",
    "RegistrationStep",
    "ReminderRule",
]
