from labs.models.addresses import CalendarAddress
from labs.models.agenda import AgendaItem
from labs.models.labs import Lab, ReminderRule
from labs.models.registrations import Registration, RegistrationStep

__all__ = [
    "AgendaItem",
    "CalendarAddress",
    "Lab",
    "Registration",
    "RegistrationStep",
    "ReminderRule",
]
