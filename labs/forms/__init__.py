from labs.forms.agenda import agenda_of, agenda_rows, agenda_with, press_of, pressed
from labs.forms.attending import DoorForm, MarkForm, PersonSearch
from labs.forms.days import DaysForm
from labs.forms.scheduling import LabForm
from labs.forms.series import NewLabForm, like
from labs.forms.taking_part import CancellationForm, LabFilter, RegistrationForm

__all__ = [
    "CancellationForm",
    "DaysForm",
    "DoorForm",
    "LabFilter",
    "LabForm",
    "MarkForm",
    "NewLabForm",
    "PersonSearch",
    "RegistrationForm",
    "agenda_of",
    "agenda_rows",
    "agenda_with",
    "like",
    "press_of",
    "pressed",
]
