from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cities.models import City


class CityChoice(forms.Form):
    """Which city a text is held against; one that there is not asks for none."""

    city = forms.ModelChoiceField(
        City.objects.none(),
        label=_("City"),
        to_field_name="slug",
        required=False,
        empty_label=_("Choose a city"),
    )

    def __init__(self, data: Any, *, own: City | None) -> None:
        super().__init__(data, initial={"city": own.slug if own else ""})
        choice: Any = self.fields["city"]
        choice.queryset = City.objects.in_order()

    def chosen(self) -> City | None:
        self.is_valid()
        city: City | None = self.cleaned_data.get("city")
        return city
