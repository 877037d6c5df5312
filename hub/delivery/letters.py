"""What a room returns when the ledger asks what to send."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hub.models import Delivery


@dataclass(frozen=True)
class Letter:
    """A mail ready to be built: subject, text and HTML in the receiver's language.

    `calendar` is an iCalendar stream and `method` its METHOD (REQUEST, CANCEL).
    """

    subject: str
    text: str
    html: str
    language: str
    calendar: bytes | None = None
    method: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Skip:
    """Do not send, and why: a sentence that the coordinator reads.

    Give it as `gettext_lazy`: it is stored in English and shown in the reader's language.
    """

    reason: Any


#: Called at send time, outside any lock, with the receiver's language and zone active:
#: look again at everything that may have changed. `delivery.user` is loaded, with all keys.
Composer: TypeAlias = Callable[[Delivery], Letter | Skip]


@dataclass(frozen=True)
class Kind:
    code: str
    label: Any
    compose: Composer
    #: Owed whatever one has unsubscribed from, and so without a link to do that.
    is_essential: bool = False


_kinds: dict[str, Kind] = {}


def register(code: str, *, label: Any, compose: Composer, is_essential: bool = False) -> None:
    """Name a kind of mail, e.g. `register("lab.reminder", label=_("Reminder"), compose=…)`."""
    _kinds[code] = Kind(code, label, compose, is_essential)


def kind(code: str) -> Kind:
    if code not in _kinds:
        raise LookupError(f"No room composes deliveries of kind {code!r}.")
    return _kinds[code]


def kinds() -> dict[str, Kind]:
    return dict(_kinds)
