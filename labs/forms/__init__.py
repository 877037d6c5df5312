from labs.forms.agenda import agenda_of, agenda_rows, agenda_with, press_of, pressed
from labs.forms.minutes import AdditionForm, MinutesForm
from labs.forms.outcomes import FollowUpFilter, OutcomeForm, ReassignForm, SettlingForm
from labs.forms.scheduling import LabForm
from labs.forms.taking_part import CancellationForm, LabFilter, RegistrationForm

__all__ = [
    "AdditionForm",
    "CancellationForm",
    "FollowUpFilter",
    "LabFilter",
    "LabForm",
    "MinutesForm",
    "OutcomeForm",
    "ReassignForm",
    "RegistrationForm",
    "SettlingForm",
    "agenda_of",
    "agenda_rows",
    "agenda_with",
    "press_of",
    "pressed",
]
