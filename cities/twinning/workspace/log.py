"""What happened in a group: what the hub was told, and what its people wrote down."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cities.twinning.models import GroupNote, TwinGroup
from hub import events
from hub.models import Event

if TYPE_CHECKING:
    from hub.access import Reader


@dataclass(frozen=True)
class Entry:
    at: dt.datetime
    sentence: str
    text: str
    url: str
    #: Of a note.
    author: str = ""


def log_of(user: "Reader", group: TwinGroup, most: int) -> list[Entry]:
    """The newest first; two queries, each by its own rule of who sees what."""
    told = Event.objects.visible_to(user).about(group.subject).select_related("actor")
    notes = GroupNote.objects.visible_to(user).filter(group=group).select_related("written_by")
    found = [
        Entry(event.created_at, events.sentence(event), event.text, event.url)
        for event in told[:most]
    ]
    found += [
        Entry(note.written_at, "", note.text, "", author=str(note.written_by))
        for note in notes[:most]
    ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:most]
