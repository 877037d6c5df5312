"""The fields of a filter: one that is not in use looks the same for all who have its choices."""

from collections.abc import Hashable
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import get_language

#: More than this many different sets of choices are not kept at a time.
MOST_KEPT = 128
_kept: dict[Hashable, SafeString] = {}


def drawn(form: forms.Form) -> SafeString:
    """All fields that are seen; drawn once for each set of choices while nothing is chosen."""
    if form.data or form.initial:
        return _fields_of(form)
    key = (type(form), get_language(), *map(_choices_of, form.fields.values()))
    if key not in _kept:
        if len(_kept) == MOST_KEPT:
            _kept.clear()
        _kept[key] = _fields_of(form)
    return _kept[key]


def _choices_of(field: forms.Field) -> tuple[tuple[Any, str], ...]:
    return tuple((value, str(label)) for value, label in getattr(field, "choices", ()))


def _fields_of(form: forms.Form) -> SafeString:
    parts: list[Any] = [field.as_field_group() for field in form.visible_fields()]
    return SafeString("".join(parts))
