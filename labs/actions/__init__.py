from labs.actions.addresses import remove_calendar_address, renew_calendar_address
from labs.actions.approving import Given, approve, refuse, to_be_refused
from labs.actions.attending import mark_absent, mark_oneself_present, mark_present
from labs.actions.materials import add_material, change_material, remove_material
from labs.actions.minutes import (
    add_point,
    add_to_minutes,
    begin_minutes,
    publish_minutes,
    write_minutes,
)
from labs.actions.offering import accept_offer, pass_on_what_ran_out
from labs.actions.outcomes import (
    Wanted,
    add_outcome,
    change_outcome,
    reassign,
    remove_outcome,
    reopen,
    settle,
)
from labs.actions.registering import cancel_registration, register
from labs.actions.replying import take_reply
from labs.actions.scheduling import cancel, change, discard, draft, draft_series, hold, publish
from labs.actions.sourcing import add_source, remove_source

__all__ = [
    "Given",
    "Wanted",
    "accept_offer",
    "add_material",
    "add_outcome",
    "add_point",
    "add_source",
    "add_to_minutes",
    "approve",
    "begin_minutes",
    "cancel",
    "cancel_registration",
    "change",
    "change_material",
    "change_outcome",
    "discard",
    "draft",
    "draft_series",
    "hold",
    "mark_absent",
    "mark_oneself_present",
    "mark_present",
    "pass_on_what_ran_out",
    "publish",
    "publish_minutes",
    "reassign",
    "refuse",
    "register",
    "remove_calendar_address",
    "remove_material",
    "remove_outcome",
    "remove_source",
    "renew_calendar_address",
    "reopen",
    "settle",
    "take_reply",
    "to_be_refused",
    "write_minutes",
]
