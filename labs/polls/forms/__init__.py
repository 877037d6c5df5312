from labs.polls.forms.dates import DateSet, dates_in, dates_with, rows_of, rows_typed
from labs.polls.forms.polls import ExtensionForm, PollForm
from labs.polls.forms.votes import CancellationForm, ReminderForm, VoteForm

__all__ = [
    "CancellationForm",
    "DateSet",
    "ExtensionForm",
    "PollForm",
    "ReminderForm",
    "VoteForm",
    "dates_in",
    "dates_with",
    "rows_of",
    "rows_typed",
]
