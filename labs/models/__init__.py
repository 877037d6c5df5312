from labs.models.addresses import CalendarAddress
from labs.models.agenda import AgendaItem
from labs.models.feedback import FeedbackAnswer, FeedbackReply
from labs.models.labs import Lab
from labs.models.materials import Material
from labs.models.minutes import Addition, Minutes, MinutesPoint
from labs.models.outcomes import Outcome
from labs.models.plan_sources import PlanSource
from labs.models.polls import Ballot, Poll, PollAnswer, PollOption
from labs.models.registrations import Registration, RegistrationStep
from labs.models.reminders import ReminderRule
from labs.models.replies import CalendarReply

__all__ = [
    "Addition",
    "AgendaItem",
    "Ballot",
    "CalendarAddress",
    "CalendarReply",
    "FeedbackAnswer",
    "FeedbackReply",
    "Lab",
    "Material",
    "Minutes",
    "MinutesPoint",
    "Outcome",
    "PlanSource",
    "Poll",
    "PollAnswer",
    "PollOption",
    "Registration",
    "RegistrationStep",
    "ReminderRule",
]
