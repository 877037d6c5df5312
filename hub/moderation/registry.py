from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hub.following import SUBJECT
from hub.models import User

if TYPE_CHECKING:
    from hub.access import Reader


@dataclass(frozen=True)
class Thing:
    """What a report is about, as it stands now."""

    title: str
    #: Its first words: what was reported stays known, whatever is written over it.
    text: str
    url: str
    authors: Iterable[int]
    #: Access keys of those who decide.
    moderators: Iterable[str]


@dataclass(frozen=True)
class Reportable:
    label: Any
    #: The thing of an id, where the reader may see it and it has not been taken down.
    find: Callable[["Reader", int], Thing | None]
    #: `take_down(by=user, pk=7, reason="…")`: nobody but those who work on it sees it any more.
    take_down: Callable[..., None]
    #: `bring_back(by=user, pk=7)`
    bring_back: Callable[..., None]


_kinds: dict[str, Reportable] = {}


def register(code: str, kind: Reportable) -> None:
    _kinds[code] = kind


def kind_of(subject: str) -> tuple[Reportable, int]:
    """The kind and id of a subject that a report names."""
    code, _, pk = subject.partition(":")
    return _kinds[code], int(pk)


def find(reader: "Reader", subject: str) -> Thing | None:
    """What a key such as "comment:7" names; nothing where the reader may not see it."""
    named = SUBJECT.match(subject)
    if named is None or named[1] not in _kinds:
        return None
    return _kinds[named[1]].find(reader, int(named[2]))


def label_of(subject: str) -> str:
    code = subject.partition(":")[0]
    return str(_kinds[code].label) if code in _kinds else ""


def people(keys: Iterable[str]) -> list[int]:
    """Who holds one of the keys now."""
    return list(User.objects.holding(*keys).values_list("pk", flat=True))
