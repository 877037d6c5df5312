from labs.models.agenda import AgendaItem
from labs.models.labs import Lab, ReminderRule
from labs.models.polls import Ballot, Poll, PollAnswer, PollOption
from labs.models.registrations import Registration, RegistrationStep

__all__ = [
    "AgendaItem",
    "Ballot",
    "Lab",
    "Poll",
    "PollAnswer",
    "PollOption",
    "Registration",
    "RegistrationStep",
    "ReminderRule",
]
