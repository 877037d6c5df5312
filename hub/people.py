"""Rooms hear that what they show of a person changed: the name, the account, who may know of them.

A room registers in its AppConfig what it then does: `people.register("cities", put_person)`.
"""

from collections.abc import Callable

from hub.models import User

_on_change: dict[str, Callable[[User], None]] = {}


def register(room: str, on_change: Callable[[User], None]) -> None:
    """`on_change(user)` runs in the transaction of the change."""
    _on_change[room] = on_change


def changed(user: User) -> None:
    for hear in _on_change.values():
        hear(user)
