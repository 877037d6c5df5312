"""What /face/ shows the components with. None of it is stored anywhere."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

from hub.face.years import YearMark
from hub.forms.uploads import UploadField

CITIES = (
    ("Malmö", "core", 4, 357_377, 2030),
    ("Lund", "core", 3, 94_703, 2030),
    ("Helsingborg", "core", 3, 113_816, 2030),
    ("Höganäs", "twin", 1, 15_795, 2045),
    ("Höör", "twin", 1, 8_000, 2045),
    ("Landskrona", "twin", 2, 33_372, 2040),
    ("Lomma", "twin", 0, 12_412, 2045),
)
STATES = (
    ("draft", _("Draft")),
    ("waiting", _("Waiting for an answer")),
    ("open", _("Registration open")),
    ("done", _("Held")),
    ("stopped", _("Cancelled")),
    ("late", _("Overdue since 3 days")),
)
DOMAINS = (
    ("buildings", _("Buildings and heating")),
    ("energy", _("Energy systems")),
    ("mobility", _("Mobility and transport")),
    ("waste", _("Waste and circular economy")),
    ("industry", _("Industry")),
    ("land", _("Land use, food and nature")),
    ("consumption", _("Consumption")),
)
TONES = (
    ("info", _("The Lab starts at 13:00 in Stockholm. You read this in Lisbon: 12:00.")),
    ("done", _("The Lab is published. 14 people are invited.")),
    ("warning", _("This theme was used in spring 2026.")),
    ("danger", _("The invitation could not be delivered to two addresses.")),
    ("sample", _("This Lab is a sample.")),
)
COLOURS = [
    "ground",
    "raised",
    "sunken",
    "ink",
    "muted",
    "accent",
    "accent-pressed",
    "accent-wash",
    "second",
    "second-wash",
    "danger",
    "danger-wash",
    "done",
    "done-wash",
    "focus",
    "hairline",
    "edge",
    "margin-line",
]


class SampleForm(forms.Form):
    theme = forms.CharField(
        label=_("Theme"), max_length=60, help_text=_("What the Lab is about, in a few words.")
    )
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Two or three sentences. They stand in the invitation."),
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    seats = forms.IntegerField(
        label=_("Seats on site"), min_value=1, widget=forms.NumberInput(attrs={"class": "short"})
    )
    zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[("Europe/Stockholm", "Stockholm"), ("Europe/Lisbon", "Lisbon")],
        widget=forms.Select(attrs={"class": "medium"}),
    )
    audience = forms.ChoiceField(
        label=_("Who may come"),
        widget=forms.RadioSelect,
        choices=[
            ("team", _("The transition team")),
            ("cities", _("The programme's cities")),
            ("open", _("Everybody")),
        ],
    )
    domains = forms.MultipleChoiceField(
        label=_("Emission domains"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=DOMAINS[:4],
        help_text=_("At most three."),
    )
    material = UploadField(
        label=_("Material"), required=False, help_text=_("PDF or office file, at most 10 MB.")
    )
    is_recorded = forms.BooleanField(label=_("The online part is recorded"), required=False)


class SampleFilter(forms.Form):
    country = forms.ChoiceField(
        label=_("Country"), required=False, choices=[("", _("All")), ("se", _("Sweden"))]
    )
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("All")), ("twin", _("Twin city"))]
    )
    q = forms.CharField(label=_("Name"), required=False)


def icon_names() -> list[str]:
    """Every name of the sprite, in its order."""
    sprite = ET.parse(settings.BASE_DIR / "static/img/icons.svg")  # noqa: S314 - our own file
    return [symbol.attrib["id"] for symbol in sprite.getroot()]


def page() -> Page[Any]:
    return Paginator(range(60), 20).page(2)


def marks() -> list[YearMark]:
    def mark(
        year: int, month: int, day: int, label: str, state: str, url: str = "#years"
    ) -> YearMark:
        return {"date": dt.date(year, month, day), "label": label, "url": url, "state": state}

    return [
        mark(2025, 10, 14, str(_("Kick-off in Lund")), "past"),
        mark(2026, 3, 24, str(_("Mobility and transport")), "past"),
        mark(2026, 10, 6, str(_("Plastics in waste")), "past"),
        mark(2027, 3, 9, str(_("Circular building")), "next"),
        mark(2027, 10, 12, str(_("Closing Lab")), "later", ""),
    ]


def diff_parts() -> list[dict[str, str]]:
    return [
        {"op": "equal", "text": "The shuttle ran every "},
        {"op": "delete", "text": "ten"},
        {"op": "insert", "text": "twenty"},
        {"op": "equal", "text": " minutes"},
        {"op": "insert", "text": ", and few people waited for it"},
        {"op": "equal", "text": "."},
    ]
