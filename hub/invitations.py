"""Invitations let people in; what each grants is held by the room that invites.

A room registers two functions in its AppConfig: what happens when an invitation
is accepted, and how what it grants is put into words.
"""

from collections.abc import Callable

from hub.models import Invitation, User

_on_accept: dict[str, Callable[[Invitation, User], None]] = {}
_in_words: dict[str, Callable[[Invitation], list[str]]] = {}


def register(
    room: str,
    *,
    on_accept: Callable[[Invitation, User], None],
    in_words: Callable[[Invitation], list[str]],
) -> None:
    """`on_accept(invitation, user)` runs in the accepting transaction.

    `in_words(invitation)` gives lines such as "city staff in Lund" in the active language.
    """
    _on_accept[room] = on_accept
    _in_words[room] = in_words


def grant(invitation: Invitation, user: User) -> None:
    for give in _on_accept.values():
        give(invitation, user)


def grants_of(invitation: Invitation) -> list[str]:
    return [line for words in _in_words.values() for line in words(invitation)]
