"""Who comes, as a table for a spreadsheet."""

import csv
from collections.abc import Iterator
from io import StringIO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from labs import people
from labs.enums import Mode, RegistrationState
from labs.models import Lab

#: A spreadsheet takes text that begins so for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def people_as_csv(lab: Lab) -> str:
    """Everybody who was invited or has registered, with their answers; one query."""
    out = StringIO()
    # Excel reads UTF-8 only where the file begins with this mark.
    out.write("\ufeff")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(
        [_safe(cell) for cell in row] for row in _rows(lab)
    )
    return out.getvalue()


def _rows(lab: Lab) -> Iterator[list[str]]:
    asked = lab.asked
    heads = [_("Name"), _("E-mail"), _("City or organisation"), pgettext("column", "Answer")]
    yield [*heads, _("How"), _("Since"), *(question.text for question in asked)]
    for user in people.everybody(lab).iterator(chunk_size=500):
        given = user.given or {}
        yield [
            user.name,
            user.email,
            user.home or "",
            _standing(user.answer, user.last_step),
            str(Mode(user.mode).label) if user.mode else "",
            f"{user.since:%Y-%m-%d %H:%M} UTC" if user.since else "",
            *(question.in_words(given.get(question.key, "")) for question in asked),
        ]


def _standing(state: str | None, last_step: str | None) -> str:
    if state == RegistrationState.CANCELLED and (left := people.how_they_left(last_step)):
        return left
    return str(RegistrationState(state).label) if state else _("Invited")


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
