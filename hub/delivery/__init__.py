"""Mails, invitations to calendars and reminders, each exactly as often as owed.

Rooms register how a kind is composed (:func:`register`) and plan rows in the
transaction of what they are about (:func:`plan`); workers do the rest. Coordinators see
what became of it (:func:`states`) as far as the room lets them (:func:`register_checker`).
"""

from hub.delivery.board import register_checker, states
from hub.delivery.ledger import plan, supersede
from hub.delivery.letters import Composer, Letter, Skip, register

__all__ = [
    "Composer",
    "Letter",
    "Skip",
    "plan",
    "register",
    "register_checker",
    "states",
    "supersede",
]
