"""What the mails of one batch about a Lab have in common: made once, and looked after each time.

A reminder goes to two thousand people. Each row still asks, in one query, whether the Lab is as
it was and how the person stands to it; only where it is not is anything read or drawn anew.
A new agenda and other chosen cities come with a new version of the Lab's own row; the names of
its programme and group may be as old as the shelf (hub.delivery.sweep.SHELF), and nothing else.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

from hub.models import Delivery
from labs.models import Lab, Registration

#: Written where a reader's own links go. They are drawn by chance in each process, so that
#: nobody can type them, and hold only letters that stay as they are in text and in HTML.
STANDS_FOR = {
    kind: f"https://{secrets.token_hex(16)}.invalid/" for kind in ("answer_url", "unsubscribe_url")
}
# The place and the transaction of a row: no two versions of it that anybody has seen share both.
LOOK = """
    SELECT r.*, l.ctid::text || ' ' || l.xmin::text AS lab_version
    FROM labs_lab l LEFT JOIN labs_registration r ON r.lab_id = l.id AND r.user_id = %s
    WHERE l.id = %s
"""


@dataclass(frozen=True)
class Page:
    """A mail for everybody like its reader, or with the reader's links for one."""

    subject: str
    text: str
    html: str

    def with_links(self, links: dict[str, str]) -> "Page":
        text, html = self.text, self.html
        for kind, url in links.items():
            text = text.replace(STANDS_FOR[kind], url)
            html = html.replace(STANDS_FOR[kind], url)
        return Page(self.subject, text, html)


@dataclass(frozen=True)
class Common:
    """A Lab as it was at one version of its row, and what was made from it."""

    version: str
    lab: Lab
    made: dict[Any, Any] = field(default_factory=dict)


def look(row: Delivery) -> tuple[Common, Registration | None] | None:
    """The Lab that a mail is about and the receiver's registration, as they are now.

    None where the Lab is gone. One query, and one more where the Lab is new or has changed.
    """
    lab_id = int(row.event.removeprefix("lab:"))
    found = next(iter(Registration.objects.raw(LOOK, [row.user_id, lab_id])), None)
    if found is None:
        return None
    common = _common(row.shelf, lab_id, getattr(found, "lab_version", ""))
    if common is None:
        return None
    found.lab = common.lab
    # The row of who has no registration is empty.
    return common, found if found.state else None


def _common(shelf: dict[Any, Any], lab_id: int, version: str) -> Common | None:
    kept: Common | None = shelf.get(("labs.lab", lab_id))
    if kept is not None and kept.version == version:
        return kept
    lab = Lab.objects.with_frame().filter(pk=lab_id).first()
    if lab is None:
        return None
    shelf["labs.lab", lab_id] = made = Common(version, lab)
    return made
