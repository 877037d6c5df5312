from cities.twinning.workspace.views.choosing import handover, template
from cities.twinning.workspace.views.fitting import fit, fit_answer
from cities.twinning.workspace.views.keeping import (
    action_completion,
    file,
    file_removal,
    files,
    goal,
    goal_new,
    log,
    milestone,
    milestone_reopening,
    next_action,
)

__all__ = [
    "action_completion",
    "file",
    "file_removal",
    "files",
    "fit",
    "fit_answer",
    "goal",
    "goal_new",
    "handover",
    "log",
    "milestone",
    "milestone_reopening",
    "next_action",
    "template",
]
