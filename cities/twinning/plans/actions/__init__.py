from cities.twinning.plans.actions.commenting import comment, resolve
from cities.twinning.plans.actions.following_up import answer, plan_follow_ups
from cities.twinning.plans.actions.keeping import keep, publish, reopen, sign, unpublish
from cities.twinning.plans.actions.steps import (
    Wanted,
    add_step,
    change_step,
    move_step,
    remove_step,
)
from cities.twinning.plans.actions.writing import (
    begin,
    follow_template,
    take_over,
    write,
)

__all__ = [
    "Wanted",
    "add_step",
    "answer",
    "begin",
    "change_step",
    "comment",
    "follow_template",
    "keep",
    "move_step",
    "plan_follow_ups",
    "publish",
    "remove_step",
    "reopen",
    "resolve",
    "sign",
    "take_over",
    "unpublish",
    "write",
]
