from labs.forms.agenda import agenda_of, agenda_rows, agenda_with, frame_of, press_of, pressed
from labs.forms.approving import ApprovalForm
from labs.forms.attending import DoorForm, MarkForm, PersonSearch
from labs.forms.calendars import KindsForm
from labs.forms.days import DaysForm
from labs.forms.materials import MaterialForm
from labs.forms.minutes import AdditionForm, MinutesForm
from labs.forms.outcomes import FollowUpFilter, OutcomeForm, ReassignForm, SettlingForm
from labs.forms.plan_sources import PlanSourceForm
from labs.forms.scheduling import LabForm
from labs.forms.series import NewLabForm, like
from labs.forms.taking_part import CancellationForm, LabFilter, RegistrationForm

__all__ = [
    "AdditionForm",
    "ApprovalForm",
    "CancellationForm",
    "DaysForm",
    "DoorForm",
    "FollowUpFilter",
    "KindsForm",
    "LabFilter",
    "LabForm",
    "MarkForm",
    "MaterialForm",
    "MinutesForm",
    "NewLabForm",
    "OutcomeForm",
    "PersonSearch",
    "PlanSourceForm",
    "ReassignForm",
    "RegistrationForm",
    "SettlingForm",
    "agenda_of",
    "agenda_rows",
    "agenda_with",
    "frame_of",
    "like",
    "press_of",
    "pressed",
]
