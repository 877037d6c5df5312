"""The agenda's rows: a formset that works by plain buttons."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from hub.face import dates
from hub.forms.texts import Line, Paragraphs
from labs.plans import Point


class PointForm(forms.Form):
    title = Line(label=gettext_lazy("Point"), max_length=160)
    minutes = forms.IntegerField(
        label=pgettext_lazy("duration", "Minutes"),
        min_value=1,
        max_value=1440,
        widget=forms.NumberInput(attrs={"class": "short", "min": 1, "max": 1440}),
    )
    presenter = Line(label=gettext_lazy("Led by"), max_length=160, required=False)
    notes = Paragraphs(
        label=gettext_lazy("Notes"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    #: So that a point keeps its materials when it is moved or renamed.
    item = forms.IntegerField(
        min_value=1, max_value=2**62, required=False, widget=forms.HiddenInput
    )

    #: As "13:20–14:20", where the start and the minutes before are known.
    hours = ""

    def has_changed(self) -> bool:
        """A row that was emptied is empty, whichever point it was."""
        return bool({*self.changed_data} - {"item"})

    def point(self) -> Point:
        return Point(**self.cleaned_data)


MOST_POINTS = 40
EMPTY_POINTS = 3


if TYPE_CHECKING:
    _BaseFormSet = forms.BaseFormSet[PointForm]
else:
    _BaseFormSet = forms.BaseFormSet


class _Points(_BaseFormSet):
    #: Minutes by which the agenda is longer than the Lab.
    overrun = 0
    #: The row that one of the agenda's buttons leads to.
    focus_row: int | None = None

    def initial_form_count(self) -> int:
        """Every row may be left empty, also one that was filled when the form was opened."""
        return 0

    def lay_out(self, begins: dt.datetime | None, ends: dt.datetime | None) -> None:
        """The hours of each point on the wall, as far as minutes are typed, and the overrun."""
        now = begins
        for form in self.forms:
            minutes = str(form["minutes"].value() or "")
            if now is None or not (minutes.isascii() and minutes.isdecimal()):
                continue
            end = now + dt.timedelta(minutes=min(int(minutes[:5]), 1440))
            form.hours = f"{dates.hour(now)}–{dates.hour(end)}"
            now = end
        if now is not None and ends is not None and now > ends:
            self.overrun = round((now - ends).total_seconds() / 60)

    def points(self) -> tuple[Point, ...]:
        """Rows left empty are left out."""
        return tuple(form.point() for form in self.forms if form.has_changed())


_Agenda = forms.formset_factory(
    PointForm,
    formset=_Points,
    extra=EMPTY_POINTS,
    max_num=MOST_POINTS,
    absolute_max=MOST_POINTS * 2,
    validate_max=True,
)


def agenda_of(data: Mapping[str, Any]) -> _Points:
    return cast("_Points", _Agenda(data, prefix="agenda"))


def agenda_with(rows: list[dict[str, Any]], *, spare: int = EMPTY_POINTS) -> _Points:
    """A fresh formset that shows these rows and some empty ones."""
    formset = cast("_Points", _Agenda(prefix="agenda", initial=rows))
    formset.extra = min(MOST_POINTS, len(rows) + spare)
    return formset


def agenda_rows(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The agenda's rows as typed, right or wrong, empty ones too."""
    total = str(data.get("agenda-TOTAL_FORMS", ""))
    count = min(MOST_POINTS, int(total[:4])) if total.isdecimal() else 0
    names = PointForm.base_fields
    return [{name: data.get(f"agenda-{n}-{name}", "") for name in names} for n in range(count)]


@dataclass(frozen=True)
class Press:
    """A small button of the agenda: "add", "remove-2", "up-3"; or a row dropped: "move-3-0"."""

    act: str
    row: int
    to: int = 0

    def lands_on(self, count: int) -> int:
        """The row to go on with, of `count` rows after the press."""
        up = max(0, self.row - 1)
        wanted = {"add": count - 1, "up": up, "remove": self.row, "move": self.to}[self.act]
        return min(wanted, count - 1)


def press_of(data: Mapping[str, Any]) -> Press | None:
    act, _dash, row = str(data.get("agenda_button", "")).partition("-")
    if act == "move":
        return _dropped(row)
    if act not in ("add", "remove", "up") or not (row.isdecimal() or (act == "add" and not row)):
        return None
    return Press(act, int(row[:4] or 0))


def _dropped(words: str) -> Press | None:
    row, _dash, to = words.partition("-")
    if not (row.isascii() and row.isdecimal() and to.isascii() and to.isdecimal()):
        return None
    return Press("move", int(row[:4]), int(to[:4]))


def pressed(rows: list[dict[str, Any]], press: Press) -> list[dict[str, Any]]:
    """The agenda's rows as typed, after one of its buttons was pressed."""
    if press.act == "add":
        return [*rows, {}][:MOST_POINTS]
    if press.row >= len(rows):
        return rows
    if press.act == "move":
        others = rows[: press.row] + rows[press.row + 1 :]
        return [*others[: press.to], rows[press.row], *others[press.to :]]
    if press.act == "remove":
        return rows[: press.row] + rows[press.row + 1 :]
    above = max(0, press.row - 1)
    return [*rows[:above], rows[press.row], *rows[above : press.row], *rows[press.row + 1 :]]


def frame_of(form: forms.Form) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Start and end on the wall, as they stand in the Lab's form, right or half typed."""
    if form["is_all_day"].value():
        return None, None
    typed = {name: form[name].value() for name in ("date", "begins", "last_day", "ends")}
    begins = _on_the_wall(typed["date"], typed["begins"])
    return begins, _on_the_wall(typed["last_day"] or typed["date"], typed["ends"])


def _on_the_wall(day: Any, hour: Any) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(f"{day} {str(hour)[:5].replace('.', ':')}")
    except ValueError:
        return None
    # Near the end of the calendar hours cannot be added to.
    return found.replace(tzinfo=None) if 1900 <= found.year < 2300 else None
