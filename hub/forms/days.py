"""A day that people type."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

#: Outside these, zones, calendars and differences of time run off the end of what can be reckoned.
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
_OUTSIDE = _("Give a day between the years 1900 and 2199.")


class Day(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        limits = [MinValueValidator(FIRST, _OUTSIDE), MaxValueValidator(LAST, _OUTSIDE)]
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(validators=limits, **kwargs)
