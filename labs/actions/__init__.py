from labs.actions.registering import cancel_registration, register
from labs.actions.scheduling import cancel, change, discard, draft, hold, publish

__all__ = [
    "cancel",
    "cancel_registration",
    "change",
    "discard",
    "draft",
    "hold",
    "publish",
    "register",
]
