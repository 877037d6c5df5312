from cities.twinning.models.applications import (
    Application,
    ApplicationAnswer,
    ApplicationContact,
    ApplicationFile,
    ApplicationNeed,
    Rank,
)
from cities.twinning.models.calls import (
    Call,
    CallPilot,
    CallPilotCity,
    CallQuerySet,
    Extension,
    Rule,
)
from cities.twinning.models.groups import (
    GroupMembership,
    TwinGroup,
    TwinGroupCity,
    TwinGroupQuerySet,
)
from cities.twinning.models.runs import MatchPair, MatchRun, Ruling
from cities.twinning.models.schemes import (
    Criterion,
    Milestone,
    Module,
    PlanSection,
    Question,
    Scheme,
)

__all__ = [
    "Application",
    "ApplicationAnswer",
    "ApplicationContact",
    "ApplicationFile",
    "ApplicationNeed",
    "Call",
    "CallPilot",
    "CallPilotCity",
    "CallQuerySet",
    "Criterion",
    "Extension",
    "GroupMembership",
    "MatchPair",
    "MatchRun",
    "Milestone",
    "Module",
    "PlanSection",
    "Question",
    "Rank",
    "Rule",
    "Ruling",
    "Scheme",
    "TwinGroup",
    "TwinGroupCity",
    "TwinGroupQuerySet",
]
