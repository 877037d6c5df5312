"""A new Lab, and with it the rest of a year: the same frame on further days."""

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.forms.days import Day
from hub.forms.texts import Line
from hub.wallclock import Skipped, instant, midnight
from labs.forms.questions import questions_on
from labs.forms.scheduling import FARTHEST, LabForm, reminders_of
from labs.forms.times import DAY, day_input, on_the_wall, skipped_sentence
from labs.models import Lab
from labs.plans import Plan, Point

#: A programme holds two to four Labs a year.
FURTHER = (2, 3, 4)


def _day() -> Day:
    return Day(label=gettext_lazy("Date"), widget=day_input(), required=False, **DAY)


def _theme() -> Line:
    return Line(
        label=gettext_lazy("Theme"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("As the first one")}),
    )


class NewLabForm(LabForm):
    day_2, theme_2 = _day(), _theme()
    day_3, theme_3 = _day(), _theme()
    day_4, theme_4 = _day(), _theme()

    @property
    def further(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        return [(n, self[f"day_{n}"], self[f"theme_{n}"]) for n in FURTHER]

    @property
    def has_further(self) -> bool:
        """Whether something is typed for further days, so that they stand open."""
        return any(bound.value() for _n, day, theme in self.further for bound in (day, theme))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        taken = [cleaned.get("date")]
        for n in FURTHER:
            day = cleaned.get(f"day_{n}")
            if cleaned.get(f"theme_{n}") and not day and not self.has_error(f"day_{n}"):
                self.add_error(f"day_{n}", _("Give the day of this Lab too."))
            if day and day in taken:
                self.add_error(f"day_{n}", _("This day is in the series already."))
            elif day:
                cleaned[f"times_{n}"] = self._times_on(n, day)
                taken.append(day)
        return cleaned

    def _times_on(self, n: int, day: dt.date) -> dict[str, dt.datetime | None]:
        """The same hours on another day; registration closes as many days before."""
        cleaned = self.cleaned_data
        if not (cleaned.get("starts_at") and cleaned.get("ends_at")):
            return {}
        moved, zone = day - cleaned["date"], cleaned["time_zone"]
        found: dict[str, dt.datetime | None] = {}
        for name in ("starts_at", "ends_at", "registers_until"):
            if (first := cleaned.get(name)) is None:
                continue
            wall = first.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + moved
            if cleaned["is_all_day"] and name != "registers_until":
                found[name] = midnight(wall.date(), zone)
                continue
            try:
                found[name] = instant(wall, zone, fold=0)
            except Skipped as skipped:
                self.add_error(f"day_{n}", skipped_sentence(wall, skipped, zone))
                return {}
        start, now = found["starts_at"] or timezone.now(), timezone.now()
        if start <= now:
            self.add_error(f"day_{n}", _("This time has already passed. Choose a later one."))
        elif start > now + FARTHEST:
            self.add_error(f"day_{n}", _("A Lab is planned at most five years ahead."))
        return found

    def plans(self, agenda: tuple[Point, ...]) -> list[Plan]:
        """The Lab, and one like it for each further day."""
        first = self.plan(agenda)
        found = [first]
        for n in FURTHER:
            if times := self.cleaned_data.get(f"times_{n}"):
                title = self.cleaned_data[f"theme_{n}"] or first.title
                found.append(replace(first, title=title, **times))
        return found


def like(lab: Lab) -> dict[str, Any]:
    """What a new Lab takes over from an earlier one: everything but its days."""
    frame = (
        "title", "summary", "language", "place", "address", "join_link", "time_zone",
        "seats_onsite", "seats_online", "audience", "needs_approval", "offer_hours",
    )  # fmt: skip
    times = on_the_wall(lab)
    return {
        **questions_on(lab),
        **{name: getattr(lab, name) for name in frame},
        "kind": lab.kind,
        "cities": lab.city_ids,
        "programme": lab.programme_id,
        "knowledge_area": lab.knowledge_area_id,
        **{name: times.get(name) for name in ("is_all_day", "begins", "ends")},
        **reminders_of(lab),
    }
