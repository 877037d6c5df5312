from cities.twinning.workspace.actions.adopting import adopt
from cities.twinning.workspace.actions.fitting import answer_fit
from cities.twinning.workspace.actions.handing_over import hand_over
from cities.twinning.workspace.actions.keeping import (
    add_file,
    change_goal,
    complete_action,
    mark,
    remove_file,
    set_action,
    state_goal,
    unmark,
    write_note,
)

__all__ = [
    "add_file",
    "adopt",
    "answer_fit",
    "change_goal",
    "complete_action",
    "hand_over",
    "mark",
    "remove_file",
    "set_action",
    "state_goal",
    "unmark",
    "write_note",
]
