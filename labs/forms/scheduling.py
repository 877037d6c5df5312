"""A Lab as a coordinator types it, and the sentences that come back."""

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import KnowledgeArea, Programme
from hub import access, zones
from hub.face import dates
from hub.forms.days import Day
from hub.models import User
from labs import terms
from labs.forms.texts import Line, Paragraphs
from labs.models import Lab
from labs.plans import REMIND_DAYS_BEFORE, Plan, Point
from labs.wallclock import Ambiguous, Skipped, instant

MOST_SEATS = 100_000
FARTHEST = dt.timedelta(days=5 * 366)
REMINDER_CHOICES = [
    ("14", gettext_lazy("14 days before")),
    ("7", gettext_lazy("7 days before")),
    ("3", gettext_lazy("3 days before")),
    ("1", gettext_lazy("1 day before")),
]
FOLD_CHOICES = [
    ("0", gettext_lazy("The first time, before clocks are set back")),
    ("1", gettext_lazy("The second time, after clocks are set back")),
]


class WebAddress(forms.URLField):
    default_validators = [URLValidator(schemes=["https", "http"])]


def _seats(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        widget=forms.NumberInput(attrs={"class": "short", "min": 1, "max": MOST_SEATS}),
        validators=[
            MinValueValidator(
                1, gettext_lazy("Give at least one seat, or leave it empty where nobody can come.")
            ),
            MaxValueValidator(MOST_SEATS, gettext_lazy("At most %(limit_value)s seats.")),
        ],
    )


def _hour(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        error_messages={"invalid": gettext_lazy("Write the hour like 13:00.")},
    )


def _fold(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=FOLD_CHOICES, required=False, widget=forms.RadioSelect
    )


if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Lab]
else:
    _ModelForm = forms.ModelForm


class LabForm(_ModelForm):
    """A Lab as a coordinator schedules it; times are what clocks show in the Lab's zone."""

    date = Day(
        label=gettext_lazy("Date"),
        widget=forms.DateInput(attrs={"type": "date", "class": "medium"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Write the date like 2027-03-09.")},
    )
    begins = _hour(gettext_lazy("Begins"))
    ends = _hour(gettext_lazy("Ends"))
    begins_fold = _fold(gettext_lazy("Which of the two hours does it begin?"))
    ends_fold = _fold(gettext_lazy("Which of the two hours does it end?"))
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=zones.choices,
        error_messages={
            "invalid_choice": gettext_lazy("“%(value)s” is no time zone that we know.")
        },
    )
    join_link = WebAddress(
        label=gettext_lazy("Link to join online"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Shown only to those who have a seat online."),
        error_messages={"invalid": gettext_lazy("Write a whole address, like https://…")},
    )
    seats_onsite = _seats(gettext_lazy("Seats on site"))
    seats_online = _seats(gettext_lazy("Seats online"))
    remind = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Remind the registered"),
        choices=REMINDER_CHOICES,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, label="")

    class Meta:
        model = Lab
        fields = [
            "programme",
            "title",
            "knowledge_area",
            "summary",
            "language",
            "place",
            "address",
            "join_link",
            "time_zone",
            "seats_onsite",
            "seats_online",
            "audience",
        ]
        field_classes = {
            "title": Line,
            "place": Line,
            "address": Line,
            "summary": Paragraphs,
        }
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 5}),
            "audience": forms.RadioSelect,
        }
        help_texts = {
            "title": gettext_lazy("One theme for each Lab, in a few words."),
            "summary": gettext_lazy(
                "What will be discussed and why; a blank line begins a new paragraph."
            ),
            "knowledge_area": gettext_lazy("The area of the term, if the Lab belongs to one."),
        }

    def __init__(self, *args: Any, coordinator: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        led = access.ids_of(coordinator, "programme", "coordinator")
        programmes = Programme.objects.filter(pk__in=led)
        field = cast("forms.ModelChoiceField[Programme]", self.fields["programme"])
        field.queryset = programmes
        field.empty_label = None if len(led) == 1 else _("Choose a programme")
        area = cast("forms.ModelChoiceField[KnowledgeArea]", self.fields["knowledge_area"])
        area.queryset = KnowledgeArea.objects.all()
        area.empty_label = _("None")
        tell_used_areas(area, led)
        if self.instance.pk:
            del self.fields["programme"]
            self._fill_from(self.instance)
        else:
            self.fields["language"].initial = coordinator.language
            self.fields["time_zone"].initial = settings.HUB_TIME_ZONE
            self.fields["remind"].initial = [str(days) for days in REMIND_DAYS_BEFORE]
        # Asked for only where clocks show an hour twice.
        self.asks_fold: set[str] = set()

    def _fill_from(self, lab: Lab) -> None:
        start, end = lab.local_start, lab.local_end
        self.initial.update(
            {
                "date": start.date(),
                "begins": start.time(),
                "ends": end.time(),
                "begins_fold": str(start.fold),
                "ends_fold": str(end.fold),
                "version": lab.version,
                "remind": [str(rule.days_before) for rule in lab.reminder_rules.all()],
            }
        )

    def _post_clean(self) -> None:
        """Leave the Lab that the form was opened on as it is: the action writes."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("seats_onsite") and not cleaned.get("seats_online"):
            for name in ("seats_onsite", "seats_online"):
                if not self.has_error(name):
                    self.add_error(name, _("Give seats on site, online, or both."))
                    break
        if cleaned.get("seats_onsite") and not cleaned.get("place") and not self.has_error("place"):
            self.add_error("place", _("Say where those on site are to come."))
        self._clean_times(cleaned)
        return cleaned

    def _clean_times(self, cleaned: dict[str, Any]) -> None:
        day, begins, ends, zone = (
            cleaned.get(name) for name in ("date", "begins", "ends", "time_zone")
        )
        if not (day and begins and zone):
            return
        start = self._instant("begins", day, begins, zone)
        end = self._instant("ends", day, ends, zone) if ends else None
        if start and not self._is_unmoved(start, zone) and start <= timezone.now():
            self.add_error("date", _("This time has already passed. Choose a later one."))
        if start and start > timezone.now() + FARTHEST:
            self.add_error("date", _("A Lab is planned at most five years ahead."))
        if start and end and end <= start:
            self.add_error("ends", _("The Lab must end after it begins."))
        cleaned["starts_at"], cleaned["ends_at"] = start, end

    def _is_unmoved(self, start: dt.datetime, zone: str) -> bool:
        """A Lab that has begun can still have its text mended."""
        return bool(self.instance.pk) and (start, zone) == (
            self.instance.starts_at,
            self.instance.time_zone,
        )

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

    @property
    def shows_fold(self) -> set[str]:
        """Of which hours the form has to ask which of two is meant."""
        kept = {n for n in ("begins", "ends") if (self.data or {}).get(f"{n}_fold")}
        return self.asks_fold | kept

    def plan(self, agenda: tuple[Point, ...]) -> Plan:
        cleaned = self.cleaned_data
        return Plan(
            title=cleaned["title"],
            starts_at=cleaned["starts_at"],
            ends_at=cleaned["ends_at"],
            time_zone=cleaned["time_zone"],
            audience=cleaned["audience"],
            seats_onsite=cleaned["seats_onsite"],
            seats_online=cleaned["seats_online"],
            knowledge_area=cleaned["knowledge_area"],
            summary=cleaned["summary"],
            language=cleaned["language"],
            place=cleaned["place"],
            address=cleaned["address"],
            join_link=cleaned["join_link"],
            agenda=agenda,
            remind_days_before=tuple(cleaned["remind"]),
        )


def tell_used_areas(field: "forms.ModelChoiceField[KnowledgeArea]", led: list[int]) -> None:
    """Each area says in which years it has a Lab already; choosing it again is no error."""
    used = terms.used_areas(led)

    def label(area: KnowledgeArea) -> str:
        years = ", ".join(str(year) for year in used.get(area.pk, ()))
        return (
            _("%(area)s (has a Lab in %(years)s)") % {"area": area, "years": years}
            if years
            else str(area)
        )

    field.label_from_instance = label  # type: ignore[assignment,method-assign]


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
