"""A time zone that people choose."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hub import zones


class ZoneSelect(forms.Select):
    """Today's names of places, and the one that stands already, be it obsolete."""

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        self.choices = zones.choices(also=value[0] if value else "")
        return super().optgroups(name, value, attrs)


class ZoneField(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        unknown = _("“%(value)s” is no time zone that we know.")
        kwargs.setdefault("error_messages", {"invalid_choice": unknown})
        super().__init__(choices=zones.choices, widget=ZoneSelect, **kwargs)

    def valid_value(self, value: Any) -> bool:
        return zones.is_known(str(value))
