"""Several people writing the same texts: what a form began from, and what may replace what."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hub.refusals import Refused


def mark_of(text: str) -> str:
    """A short name of a text, by which a form says what it began from."""
    return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()


def holds_all(text: str, stands: str) -> bool:
    """Whether nothing that stands is lost by `text`: it goes on where that ends."""
    return text.startswith(stands)


@dataclass(frozen=True)
class Standing:
    """One of several texts of a page that several people write, as it stands now."""

    key: str
    label: Any
    text: str
    #: Rises with every save; 0 where nothing has been saved yet.
    version: int
    #: Who saved it last, if anybody.
    changed_by: Any = None

    @property
    def mark(self) -> str:
        return mark_of(self.text)


@dataclass(frozen=True)
class Written:
    """What one editor's form says of one text."""

    key: str
    text: str
    #: Of the text that the form began from.
    version: int
    #: Whether it is another text than the form began with.
    is_touched: bool = True


class Clashing(Refused):
    """Somebody else wrote the same texts; `texts` are these as they stand now."""

    def __init__(self, texts: Sequence[Standing]) -> None:
        self.texts = list(texts)
        first = self.texts[0]
        super().__init__(
            _("%(name)s has written under “%(point)s” since you opened this page.")
            % {"name": first.changed_by or "?", "point": first.label}
        )


def judged(
    texts: Iterable[Written], stand: Iterable[Standing]
) -> tuple[list[Written], list[Standing]]:
    """Which of the written texts are to be saved, and what stands against the others.

    What nobody touched, or says what stands already, is neither. A text that began from an old
    version may replace only what it holds in whole.
    """
    now = {standing.key: standing for standing in stand}
    news, clashes = [], []
    for written in texts:
        there = now.get(written.key)
        if there is None or not written.is_touched or written.text == there.text:
            continue
        if written.version != there.version and not holds_all(written.text, there.text):
            clashes.append(there)
        else:
            news.append(written)
    return news, clashes
