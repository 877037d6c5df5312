from labs.models.agenda import AgendaItem
from labs.models.labs import Lab, ReminderRule
from labs.models.minutes import Addition, Minutes, MinutesPoint
from labs.models.outcomes import Outcome
from labs.models.polls import Ballot, Poll, PollAnswer, PollOption
from labs.models.registrations import Registration, RegistrationStep

__all__ = [
    "Addition",
    "AgendaItem",
    "Ballot",
    "Lab",
    "Minutes",
    "MinutesPoint",
    "Outcome",
    "Poll",
    "PollAnswer",
    "PollOption",
    "Registration",
    "RegistrationStep",
    "ReminderRule",
]
