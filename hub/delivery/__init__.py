"""Mails, invitations to calendars and reminders, each exactly as often as owed.

Rooms register how a kind is composed (:func:`register`) and plan rows in the
transaction of what they are about (:func:`plan`); workers do the rest.
"""

from hub.delivery.letters import Composer, Letter, Skip, register
from hub.delivery.ledger import plan, supersede

__all__ = ["Composer", "Letter", "Skip", "plan", "register", "supersede"]
