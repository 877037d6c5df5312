"""Who comes, as a table for a spreadsheet."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hub.sheets import as_csv
from labs import people
from labs.enums import Mode, RegistrationState
from labs.models import Lab


def people_as_csv(lab: Lab) -> str:
    """Everybody who was invited or has registered, with their answers; one query."""
    return as_csv(_rows(lab))


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
