from labs.models.agenda import AgendaItem
from labs.models.labs import Lab, ReminderRule
from labs.models.minutes import Addition, Minutes, MinutesPoint
from labs.models.outcomes import Outcome
from labs.models.registrations import Registration, RegistrationStep

__all__ = [
    "Addition",
    "AgendaItem",
    "Lab",
    "Minutes",
    "MinutesPoint",
    "Outcome",
    "Registration",
    "RegistrationStep",
    "ReminderRule",
]
