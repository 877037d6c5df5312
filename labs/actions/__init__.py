from labs.actions.addresses import remove_calendar_address, renew_calendar_address
from labs.actions.attending import mark_absent, mark_oneself_present, mark_present
from labs.actions.registering import cancel_registration, register
from labs.actions.scheduling import cancel, change, discard, draft, draft_series, hold, publish

__all__ = [
    "cancel",
    "cancel_registration",
    "change",
    "discard",
    "draft",
    "draft_series",
    "hold",
    "mark_absent",
    "mark_oneself_present",
    "mark_present",
    "publish",
    "register",
    "remove_calendar_address",
    "renew_calendar_address",
]
