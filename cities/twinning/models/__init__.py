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
from cities.twinning.models.decisions import Decision, DecisionLetter
from cities.twinning.models.groups import (
    GroupMembership,
    TwinGroup,
    TwinGroupCity,
    TwinGroupQuerySet,
)
from cities.twinning.models.plans import (
    Plan,
    PlanAnswer,
    PlanComment,
    PlanFollowUp,
    PlanStep,
    PlanText,
    PlanVersion,
)
from cities.twinning.models.reviews import Conflict, Declaration, Review, Score
from cities.twinning.models.runs import MatchAnswer, MatchPair, MatchRun, Ruling
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
    "Conflict",
    "Criterion",
    "Decision",
    "DecisionLetter",
    "Declaration",
    "Extension",
    "GroupMembership",
    "MatchAnswer",
    "MatchPair",
    "MatchRun",
    "Milestone",
    "Module",
    "Plan",
    "PlanAnswer",
    "PlanComment",
    "PlanFollowUp",
    "PlanSection",
    "PlanStep",
    "PlanText",
    "PlanVersion",
    "Question",
    "Rank",
    "Review",
    "Rule",
    "Ruling",
    "Scheme",
    "Score",
    "TwinGroup",
    "TwinGroupCity",
    "TwinGroupQuerySet",
]
