"""A date poll as a coordinator types it, and the sentences that come back."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City, KnowledgeArea, Participation, Programme
from cities.models.places import by_swedish_order
from cities.twinning.models import TwinGroup
from hub import access
from hub.face import dates
from hub.forms.texts import Line, Paragraphs
from hub.forms.zones import ZoneField
from hub.models import User
from hub.wallclock import Skipped, instant
from labs.enums import ASKED_FOR_LABS, EXCHANGES, LabKind, PollAudience
from labs.forms.scheduling import tell_used_areas
from labs.forms.times import CLOSES, skipped_sentence
from labs.models import Poll
from labs.polls.forms.dates import DateSet, day_field, hour_field
from labs.polls.plans import LEAST_DATES, PollPlan

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Poll]
else:
    _ModelForm = forms.ModelForm


WRONG_ROW = gettext_lazy("A date below cannot be used; the reason stands beside it.")


class Deadline(forms.Form):
    """Until when votes are taken, on the poll's clock."""

    closes_on = day_field(gettext_lazy("Last day to answer"))
    closes_hour = hour_field(gettext_lazy("Hour"))

    def deadline(self, zone: str) -> dt.datetime | None:
        day, hour = self.cleaned_data.get("closes_on"), self.cleaned_data.get("closes_hour")
        if not (day and hour):
            return None
        wall = dt.datetime.combine(day, hour.replace(second=0))
        try:
            # Where clocks show the hour twice, people have until the later one.
            found = instant(wall, zone, fold=1)
        except Skipped as skipped:
            self.add_error("closes_hour", skipped_sentence(wall, skipped, zone))
            return None
        if found <= timezone.now():
            self.add_error("closes_on", _("This time has already passed. Choose a later one."))
            return None
        return found


class ExtensionForm(Deadline):
    """What can still change once people have voted."""

    version = forms.IntegerField(widget=forms.HiddenInput, label="")

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.poll = poll
        local = dates.in_zone(poll.closes_at, poll.time_zone)
        self.initial.update(
            {"closes_on": local.date(), "closes_hour": local.time(), "version": poll.version}
        )

    def deadline(self, zone: str) -> dt.datetime | None:
        """The deadline that stands may be kept, also where it has passed."""
        day, hour = self.cleaned_data.get("closes_on"), self.cleaned_data.get("closes_hour")
        local = dates.in_zone(self.poll.closes_at, zone)
        unmoved = (day, hour) == (local.date(), local.time().replace(second=0, microsecond=0))
        if unmoved and self.poll.takes_votes:
            return self.poll.closes_at
        return super().deadline(zone)

    def extension(self, rows: DateSet) -> tuple[tuple[dt.datetime, ...], dt.datetime] | None:
        """New dates and the deadline; None where something is wrong."""
        rows_are_right = rows.is_valid()
        if not self.is_valid():
            return None
        zone = self.poll.time_zone
        closes_at = self.deadline(zone)
        starts = rows.starts(zone, closes_at)
        if rows.has_wrong_rows or not rows_are_right:
            self.add_error(None, WRONG_ROW)
        elif closes_at and self._first_left() <= closes_at:
            self.add_error("closes_on", _("The first of the dates comes before this deadline."))
        return None if self.errors or closes_at is None else (starts, closes_at)

    def _first_left(self) -> dt.datetime:
        """The first of the dates that have not passed."""
        left = self.poll.options.filter(starts_at__gt=timezone.now()).first()
        return left.starts_at if left else dt.datetime.max.replace(tzinfo=dt.UTC)


class PollForm(Deadline, _ModelForm):
    """A poll as a coordinator asks it; times are what clocks show in its zone."""

    time_zone = ZoneField(label=gettext_lazy("Time zone"))
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"),
        min_value=15,
        max_value=1440,
        initial=180,
        widget=forms.NumberInput(attrs={"class": "short", "min": 15, "max": 1440}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, label="")

    class Meta:
        model = Poll
        fields = [
            "programme",
            "kind",
            "title",
            "knowledge_area",
            "summary",
            "language",
            "place",
            "is_online",
            "minutes",
            "time_zone",
            "audience",
            "cities",
        ]
        field_classes = {"title": Line, "place": Line, "summary": Paragraphs}
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 4}),
            "kind": forms.RadioSelect,
            "audience": forms.RadioSelect,
            "cities": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "title": gettext_lazy("The theme of the Lab that gets the date."),
            "summary": gettext_lazy("It stands in the mail, and later on the Lab."),
        }

    def __init__(
        self, *args: Any, coordinator: User, group: TwinGroup | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        #: Whose people are asked; None for a Learning Lab.
        self.group = self.instance.group if self.instance.pk else group
        led = access.ids_of(coordinator, "programme", "coordinator")
        field = cast("forms.ModelChoiceField[Programme]", self.fields["programme"])
        field.queryset = Programme.objects.filter(pk__in=led)
        field.empty_label = None if len(led) == 1 else _("Choose a programme")
        area = cast("forms.ModelChoiceField[KnowledgeArea]", self.fields["knowledge_area"])
        area.empty_label = _("None")
        tell_used_areas(area, led)
        cities = cast("forms.ModelMultipleChoiceField[City]", self.fields["cities"])
        programmes = [self.instance.programme_id] if self.instance.pk else led
        cities.queryset = _cities_of(programmes).order_by(by_swedish_order(), "pk")
        self.fields["closes_on"].help_text = _("Choose a day before the first of the dates.")
        if self.group is None:
            del self.fields["kind"]
            audience = cast("forms.ChoiceField", self.fields["audience"])
            audience.choices = [(choice.value, choice.label) for choice in ASKED_FOR_LABS]
        else:
            self._be_of_exchange()
        if self.instance.pk:
            self.fields.pop("programme", None)
            self._fill_from(self.instance)
        else:
            self.fields["language"].initial = coordinator.language
            self.fields["time_zone"].initial = settings.HUB_TIME_ZONE
            self.fields["closes_hour"].initial = CLOSES

    def _be_of_exchange(self) -> None:
        """Of its twin group, which is asked, and by that of its programme."""
        for name in ("programme", "audience", "cities"):
            del self.fields[name]
        kind = cast("forms.ChoiceField", self.fields["kind"])
        kind.choices = [(choice.value, choice.label) for choice in EXCHANGES]
        if not self.instance.pk:
            kind.initial = LabKind.WORKSHOP
        # What is said of Learning Labs only.
        for name in ("title", "summary", "knowledge_area"):
            self.fields[name].help_text = ""

    def _fill_from(self, poll: Poll) -> None:
        local = dates.in_zone(poll.closes_at, poll.time_zone)
        self.initial.update(
            {"closes_on": local.date(), "closes_hour": local.time(), "version": poll.version}
        )

    def _post_clean(self) -> None:
        """Leave the poll that the form was opened on as it is: the action writes."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (
            not cleaned.get("place")
            and not cleaned.get("is_online")
            and not self.has_error("place")
        ):
            self.add_error("place", _("Give a place, or say that one can take part online."))
        if cleaned.get("audience") == PollAudience.CHOSEN:
            self._clean_cities(cleaned)
        return cleaned

    def _clean_cities(self, cleaned: dict[str, Any]) -> None:
        chosen, programme = cleaned.get("cities"), cleaned.get("programme")
        if not chosen:
            self.add_error("cities", _("Choose at least one city."))
        elif programme and chosen.exclude(pk__in=_cities_of([programme.pk])).exists():
            self.add_error("cities", _("Choose cities that take part in this programme now."))

    def plan(self, rows: DateSet) -> PollPlan | None:
        """What is asked; None where something is wrong, which is then said where it stands."""
        rows_are_right = rows.is_valid()
        if not self.is_valid() and "time_zone" not in self.cleaned_data:
            return None
        zone = self.cleaned_data["time_zone"]
        closes_at = self.deadline(zone)
        starts = rows.starts(zone, closes_at)
        if rows.has_wrong_rows or not rows_are_right:
            self.add_error(None, WRONG_ROW)
        elif len(starts) < LEAST_DATES:
            self.add_error(None, _("Give at least two dates to choose between."))
        if self.errors or closes_at is None:
            return None
        cleaned = self.cleaned_data
        names = ("title", "minutes", "time_zone", "knowledge_area", "summary")
        named = {name: cleaned[name] for name in (*names, "language", "place", "is_online")}
        return PollPlan(
            starts=starts,
            closes_at=closes_at,
            audience=cleaned.get("audience", PollAudience.GROUP),
            cities=tuple(cleaned.get("cities") or ()),
            kind=cleaned.get("kind", LabKind.LEARNING_LAB),
            group=self.group,
            **named,
        )


def _cities_of(programmes: Iterable[int]) -> QuerySet[City]:
    """Those that take part now."""
    taking_part = Participation.objects.current().filter(programme__in=list(programmes))
    return City.objects.filter(pk__in=taking_part.values("city"))
