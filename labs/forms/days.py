"""The days that a Lab might be on, while it is being scheduled."""

from typing import Any, cast

from django import forms

from cities.models import Programme
from cities.twinning.models import TwinGroup
from hub import access
from hub.forms.days import Day
from hub.forms.zones import ZoneField
from hub.models import User
from labs.clashes import Days
from labs.forms.times import MOST_DAYS
from labs.models import Lab


class DaysForm(forms.Form):
    """Read from the fields of the Lab's form; anything half typed is simply not yet a day."""

    programme = forms.ModelChoiceField(Programme.objects.none())
    date = Day()
    last_day = Day(required=False)
    time_zone = ZoneField()

    def __init__(
        self,
        data: Any,
        *,
        coordinator: User,
        lab: Lab | None = None,
        group: TwinGroup | None = None,
    ) -> None:
        super().__init__(data)
        led = access.ids_of(coordinator, "programme", "coordinator")
        field = cast("forms.ModelChoiceField[Programme]", self.fields["programme"])
        field.queryset = Programme.objects.filter(pk__in=led)
        self.lab = lab
        self.of = lab or group
        if self.of is not None:
            del self.fields["programme"]

    def days(self) -> Days | None:
        if not self.is_valid():
            return None
        first = self.cleaned_data["date"]
        last = self.cleaned_data["last_day"] or first
        if not 0 <= (last - first).days < MOST_DAYS:
            last = first
        programme = self.of.programme_id if self.of else self.cleaned_data["programme"].pk
        zone = self.cleaned_data["time_zone"]
        return Days(programme, first, last, zone, self.lab.pk if self.lab else None)
