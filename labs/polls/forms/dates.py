"""The dates of a poll as rows that are typed: day and hour on the clock of the poll's zone."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.face import dates
from hub.forms.days import Day
from hub.wallclock import Ambiguous, Skipped, instant
from labs.forms.scheduling import FARTHEST
from labs.forms.times import FOLD_CHOICES, skipped_sentence
from labs.models import Poll, PollOption
from labs.polls.plans import MOST_DATES

#: Rows of a fresh form.
EMPTY_DATES = 4


def day_field(label: Any) -> Day:
    return Day(
        label=label,
        widget=forms.DateInput(attrs={"type": "date", "class": "medium"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Write the date like 2027-03-09.")},
    )


def hour_field(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        error_messages={"invalid": gettext_lazy("Write the hour like 13:00.")},
    )


class DateForm(forms.Form):
    """One date in question; its instant follows from the poll's zone."""

    day = day_field(gettext_lazy("Date"))
    begins = hour_field(gettext_lazy("Begins"))
    fold = forms.ChoiceField(
        label=gettext_lazy("Which of the two hours does it begin?"),
        choices=FOLD_CHOICES,
        required=False,
        widget=forms.RadioSelect,
    )
    asks_fold = False

    @property
    def shows_fold(self) -> bool:
        return self.asks_fold or bool((self.data or {}).get(self.add_prefix("fold")))

    def instant(self, zone: str) -> dt.datetime | None:
        """The start; None where it is no time, which is then said beside the field."""
        cleaned = self.cleaned_data
        wall = dt.datetime.combine(cleaned["day"], cleaned["begins"].replace(second=0))
        try:
            return instant(wall, zone, int(cleaned["fold"]) if cleaned.get("fold") else None)
        except Skipped as skipped:
            self.add_error("begins", skipped_sentence(wall, skipped, zone))
        except Ambiguous:
            self.asks_fold = True
            sentence = _(
                "Clocks are set back on this day and show %(hour)s twice. Choose which you mean."
            )
            self.add_error("fold", sentence % {"hour": dates.hour(wall)})
        return None


if TYPE_CHECKING:
    _BaseFormSet = forms.BaseFormSet[DateForm]
else:
    _BaseFormSet = forms.BaseFormSet


class DateSet(_BaseFormSet):
    #: The row that one of the buttons leads to.
    focus_row: int | None = None

    def initial_form_count(self) -> int:
        """Every row may be left empty, also one that was filled when the form was opened."""
        return 0

    def starts(self, zone: str, closes_at: dt.datetime | None) -> tuple[dt.datetime, ...]:
        """The instants of the rows that are filled; what is wrong is said beside them."""
        found: list[dt.datetime] = []
        for form in self.forms:
            start = form.instant(zone) if form.has_changed() and form.is_valid() else None
            if start is None:
                continue
            if start in found:
                form.add_error("day", _("This date stands here twice."))
            elif start <= timezone.now():
                form.add_error("day", _("This time has already passed. Choose a later one."))
            elif start > timezone.now() + FARTHEST:
                form.add_error("day", _("A Lab is planned at most five years ahead."))
            elif closes_at and start <= closes_at:
                form.add_error("day", _("This date comes before the deadline for answers."))
            else:
                found.append(start)
        return tuple(found)

    @property
    def has_wrong_rows(self) -> bool:
        return any(form.has_changed() and form.errors for form in self.forms)


_ROWS = forms.formset_factory(
    DateForm,
    formset=DateSet,
    extra=EMPTY_DATES,
    max_num=MOST_DATES,
    absolute_max=MOST_DATES * 2,
    validate_max=True,
)


def dates_in(data: Mapping[str, Any]) -> DateSet:
    return cast("DateSet", _ROWS(data, prefix="dates"))


def dates_with(rows: list[dict[str, Any]], *, spare: int = EMPTY_DATES) -> DateSet:
    """A fresh formset that shows these rows and some empty ones."""
    formset = cast("DateSet", _ROWS(prefix="dates", initial=rows))
    formset.extra = min(MOST_DATES, max(len(rows) + spare, 1))
    return formset


def rows_typed(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows as typed, right or wrong, empty ones too."""
    total = str(data.get("dates-TOTAL_FORMS", ""))
    count = min(MOST_DATES, int(total[:4])) if total.isdecimal() else 0
    return [
        {name: data.get(f"dates-{n}-{name}", "") for name in DateForm.base_fields}
        for n in range(count)
    ]


def rows_of(poll: Poll, options: Iterable[PollOption]) -> list[dict[str, Any]]:
    local = [dates.in_zone(option.starts_at, poll.time_zone) for option in options]
    return [{"day": when.date(), "begins": when.time(), "fold": str(when.fold)} for when in local]
