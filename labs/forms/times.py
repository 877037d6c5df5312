"""When a Lab is, as people type it: what clocks show in the Lab's own zone."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hub.face import dates
from hub.forms.days import Day
from hub.forms.zones import ZoneField
from hub.wallclock import Ambiguous, Skipped, instant, midnight
from labs.models import Lab
from labs.wallclock import first_day, last_day

#: A Lab is a meeting; one that lasts longer was mistyped.
MOST_DAYS = 31
CLOSES = dt.time(17)
#: What whole days leave out.
HOURS = ("begins", "ends", "begins_fold", "ends_fold")
FOLD_CHOICES = [
    ("0", gettext_lazy("The first time, before clocks are set back")),
    ("1", gettext_lazy("The second time, after clocks are set back")),
]
DAY: dict[str, Any] = {
    "input_formats": ["%Y-%m-%d"],
    "error_messages": {"invalid": gettext_lazy("Write the date like 2027-03-09.")},
}


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "medium"}, format="%Y-%m-%d")


class _HourInput(forms.TimeInput):
    def use_required_attribute(self, initial: Any) -> bool:
        """The browser cannot know that whole days ask for no hour."""
        return False


def _hour(label: Any, *, is_required: bool = True) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=is_required,
        widget=_HourInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        error_messages={"invalid": gettext_lazy("Write the hour like 13:00.")},
    )


def _fold(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=FOLD_CHOICES, required=False, widget=forms.RadioSelect
    )


class WhenForm(forms.Form):
    """Days and hours on the wall; `starts_at` and `ends_at` in the cleaned data are instants."""

    date = Day(label=gettext_lazy("Date"), widget=day_input(), **DAY)
    last_day = Day(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Only if it goes on for several days."),
        widget=day_input(),
        required=False,
        **DAY,
    )
    is_all_day = forms.BooleanField(
        label=gettext_lazy("Whole days, no hours"),
        help_text=gettext_lazy("For a site visit, say: it stands in calendars as days."),
        required=False,
    )
    begins = _hour(gettext_lazy("Begins"))
    ends = _hour(gettext_lazy("Ends"))
    begins_fold = _fold(gettext_lazy("Which of the two hours does it begin?"))
    ends_fold = _fold(gettext_lazy("Which of the two hours does it end?"))
    closes_day = Day(
        label=gettext_lazy("Last day to register"),
        help_text=gettext_lazy("Left empty: until it begins."),
        widget=day_input(),
        required=False,
        **DAY,
    )
    closes_hour = _hour(gettext_lazy("Closes at"), is_required=False)
    time_zone = ZoneField(label=gettext_lazy("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Asked for only where clocks show an hour twice.
        self.asks_fold: set[str] = set()

    @property
    def shows_fold(self) -> set[str]:
        """Of which hours the form has to ask which of two is meant."""
        kept = {n for n in ("begins", "ends") if (self.data or {}).get(f"{n}_fold")}
        return self.asks_fold | kept

    def clean_times(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        """Start and end as instants, None where what was typed gives none."""
        cleaned = self.cleaned_data
        if cleaned.get("is_all_day"):
            return self._whole_days()
        day, begins, ends, zone = (cleaned.get(n) for n in ("date", "begins", "ends", "time_zone"))
        if not (day and begins and zone):
            return None, None
        start = self._instant("begins", day, begins, zone)
        if not ends or self.has_error("last_day"):
            return start, None
        last = cleaned.get("last_day") or day
        if sentence := _refusal_of(day, last):
            self.add_error("last_day", sentence)
            return start, None
        end = self._instant("ends", last, ends, zone)
        if start and end and end <= start:
            self.add_error("ends", _("It must end after it begins."))
        return start, end

    def _whole_days(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        for name in HOURS:
            # Not asked for, and hidden with what may be wrong in them.
            self.errors.pop(name, None)
        day, last, zone = (self.cleaned_data.get(n) for n in ("date", "last_day", "time_zone"))
        if not (day and zone):
            return None, None
        start = midnight(day, zone)
        if self.has_error("last_day"):
            return start, None
        if sentence := _refusal_of(day, last or day):
            self.add_error("last_day", sentence)
            return start, None
        return start, midnight((last or day) + dt.timedelta(days=1), zone)

    def clean_deadline(self, start: dt.datetime | None) -> dt.datetime | None:
        """When registration closes; at the end of the office day where no hour is given."""
        day, zone = self.cleaned_data.get("closes_day"), self.cleaned_data.get("time_zone")
        if not (day and zone) or self.has_error("closes_hour"):
            return None
        wall = dt.datetime.combine(day, self.cleaned_data.get("closes_hour") or CLOSES)
        try:
            until = instant(wall, zone, fold=0)
        except Skipped as skipped:
            self.add_error("closes_hour", skipped_sentence(wall, skipped, zone))
            return None
        if start and until > start:
            self.add_error("closes_day", _("Registration must close before the start."))
        return until

    def _instant(self, name: str, day: dt.date, hour: dt.time, zone: str) -> dt.datetime | None:
        given = self.cleaned_data.get(f"{name}_fold")
        wall = dt.datetime.combine(day, hour.replace(second=0, microsecond=0))
        try:
            return instant(wall, zone, int(given) if given else None)
        except Skipped as skipped:
            self.add_error(name, skipped_sentence(wall, skipped, zone))
        except Ambiguous:
            self.asks_fold.add(name)
            sentence = _(
                "Clocks are set back on this day and show %(hour)s twice. Choose which you mean."
            )
            self.add_error(f"{name}_fold", sentence % {"hour": dates.hour(wall)})
        return None


def on_the_wall(lab: Lab) -> dict[str, Any]:
    """The form's fields for when a Lab is and until when one registers, in its zone."""
    start, end, until = lab.local_start, lab.local_end, lab.local_deadline
    day, last = first_day(lab), last_day(lab)
    found: dict[str, Any] = {
        "closes_day": until.date() if until else None,
        "closes_hour": until.time() if until else None,
        "date": day,
        "last_day": last if last != day else None,
        "is_all_day": lab.is_all_day,
    }
    if lab.is_all_day:
        return found
    return found | {
        "begins": start.time(),
        "ends": end.time(),
        "begins_fold": str(start.fold),
        "ends_fold": str(end.fold),
    }


def _refusal_of(day: dt.date, last: dt.date) -> str:
    if last < day:
        return _("The last day is before the first one.")
    if (last - day).days >= MOST_DAYS:
        sentence = ngettext(
            "It lasts at most %(n)s day. Look at the year.",
            "It lasts at most %(n)s days. Look at the year.",
            MOST_DAYS,
        )
        return sentence % {"n": MOST_DAYS}
    return ""


def skipped_sentence(wall: dt.datetime, skipped: Skipped, zone: str) -> str:
    place = zone.rpartition("/")[2].replace("_", " ")
    return _(
        "Clocks in %(place)s are set forward on this day and never show %(hour)s. "
        "The nearest hours that exist are %(earlier)s and %(later)s."
    ) % {
        "place": place,
        "hour": dates.hour(wall),
        "earlier": dates.hour(skipped.earlier),
        "later": dates.hour(skipped.later),
    }
