"""A call as its coordinator writes it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.countries import country_name
from cities.models import City, Domain, Lever
from cities.twinning.calls.catalogue import Entry
from cities.twinning.calls.plans import Plan, Wanted
from cities.twinning.enums import RuleKind
from cities.twinning.models import Call, CallPilot
from hub.face import dates
from hub.forms.days import Day
from hub.forms.texts import Line, Paragraphs
from hub.forms.zones import ZoneField
from hub.languages import LANGUAGES
from hub.wallclock import Skipped, instant

MOST_RULES = 12


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> Day:
    widget = forms.DateInput(attrs={"type": "date", "class": "medium"}, format="%Y-%m-%d")
    return Day(label=label, required=required, help_text=help_text, widget=widget)


def _hour(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        error_messages={"invalid": gettext_lazy("Write the hour like 13:00.")},
    )


class _Wall(forms.Form):
    """Hours on the wall of the call's zone, made instants."""

    def moment(self, name: str, zone: str | None, *, fold: int) -> dt.datetime | None:
        """`<name>_day` and `<name>_hour`; of an hour that clocks show twice, the one of `fold`."""
        day, hour = (self.cleaned_data.get(f"{name}_{part}") for part in ("day", "hour"))
        if not (day and hour and zone):
            return None
        try:
            return instant(dt.datetime.combine(day, hour), zone, fold=fold)
        except Skipped as skipped:
            self.add_error(
                f"{name}_hour",
                _("Clocks skip this hour that day. Choose %(earlier)s or %(later)s.")
                % {"earlier": dates.hour(skipped.earlier), "later": dates.hour(skipped.later)},
            )
            return None


class CallForm(_Wall):
    title = Line(label=gettext_lazy("Title"), max_length=160)
    opens_day = _day(gettext_lazy("Opens"))
    opens_hour = _hour(gettext_lazy("at"))
    closes_day = _day(gettext_lazy("Closes"))
    closes_hour = _hour(gettext_lazy("at"))
    time_zone = ZoneField(label=gettext_lazy("Time zone"))
    answers_on = _day(
        gettext_lazy("Cities get an answer by"),
        required=False,
        help_text=gettext_lazy("Applicants see it as the next date once they have applied."),
    )
    starts_on = _day(gettext_lazy("The twinning starts"))
    cohort = forms.IntegerField(
        label=gettext_lazy("Cohort"),
        required=False,
        min_value=1,
        max_value=999,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    round = forms.IntegerField(
        label=gettext_lazy("Round"),
        min_value=1,
        max_value=99,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    most_ranks = forms.IntegerField(
        label=gettext_lazy("Pilots that a city may rank"),
        min_value=1,
        max_value=10,
        initial=5,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    most_domains = forms.IntegerField(
        label=gettext_lazy("Emission domains that a city may name"),
        min_value=1,
        max_value=7,
        initial=3,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    guidelines = Paragraphs(
        label=gettext_lazy("Guidelines"),
        help_text=gettext_lazy(
            "Who is meant, what it costs in time, what happens after the call. "
            "Headings, lists and links as in Markdown."
        ),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    is_blind = forms.BooleanField(
        label=gettext_lazy("Reviewers do not see which city applies"), required=False
    )
    version = forms.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, widget=forms.HiddenInput
    )
    WINDOW = ("opens_day", "opens_hour", "closes_day", "closes_hour", "time_zone")

    def __init__(self, data: Any = None, *, call: Call | None = None, zone: str = "") -> None:
        super().__init__(data, initial=_initial(call) if call else {"time_zone": zone})
        self.call = call
        if call is not None and call.is_published:
            for name in self.WINDOW:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opens: dt.datetime | None
        closes: dt.datetime | None
        if self.call is not None and self.call.is_published:
            opens, closes = self.call.opens_at, self.call.closes_at
        else:
            zone = data.get("time_zone")
            opens, closes = self.moment("opens", zone, fold=0), self.moment("closes", zone, fold=1)
            if opens and closes and closes <= opens:
                self.add_error("closes_day", _("The call must close after it opens."))
            elif opens and closes and closes - opens > dt.timedelta(days=366):
                self.add_error("closes_day", _("A call is open for a year at most."))
        last = dates.in_zone(closes, self._zone()).date() if closes else None
        if last and (answers := data.get("answers_on")) and answers < last:
            self.add_error("answers_on", _("This is before the call closes."))
        if last and (starts := data.get("starts_on")) and starts < last:
            self.add_error("starts_on", _("This is before the call closes."))
        data["opens_at"], data["closes_at"] = opens, closes
        return data

    def _zone(self) -> str:
        is_kept = self.call is not None and self.call.is_published
        return self.call.time_zone if self.call and is_kept else self.cleaned_data["time_zone"]

    def plan(self) -> Plan:
        names = Plan.__dataclass_fields__.keys() - {"time_zone"}
        return Plan(time_zone=self._zone(), **{name: self.cleaned_data[name] for name in names})


def _initial(call: Call) -> dict[str, Any]:
    opens, closes = (
        dates.in_zone(when, call.time_zone) for when in (call.opens_at, call.closes_at)
    )
    names = Plan.__dataclass_fields__.keys() - {"opens_at", "closes_at"}
    return {name: getattr(call, name) for name in names} | {
        "opens_day": opens.date(),
        "opens_hour": opens.time(),
        "closes_day": closes.date(),
        "closes_hour": closes.time(),
        "version": call.version,
    }


class ExtensionForm(_Wall):
    closes_day = _day(gettext_lazy("Closes"))
    closes_hour = _hour(gettext_lazy("at"))
    reason = Line(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Everybody who is told of the new date reads it."),
        max_length=300,
    )

    def __init__(self, data: Any = None, *, call: Call) -> None:
        closes = dates.in_zone(call.closes_at, call.time_zone)
        super().__init__(data, initial={"closes_day": closes.date(), "closes_hour": closes.time()})
        self.call = call

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["closes_at"] = self.moment("closes", self.call.time_zone, fold=1)
        return data


class PilotForm(forms.Form):
    title = Line(label=gettext_lazy("Pilot activity"), max_length=200)
    cities = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Pilot cities"),
        help_text=gettext_lazy("One, or several that share the activity and take twins together."),
        queryset=City.objects.none(),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    places = forms.IntegerField(
        label=gettext_lazy("Twins it can take"),
        help_text=gettext_lazy("0: it is listed and takes nobody this time."),
        min_value=0,
        max_value=100,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    offers = Paragraphs(
        label=gettext_lazy("What twins can learn here"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seeks = Paragraphs(
        label=gettext_lazy("What the pilot wants to learn"),
        help_text=gettext_lazy("Learning goes both ways."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    domains = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Emission domains"),
        queryset=Domain.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    levers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Levers of change"),
        queryset=Lever.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages that people there work in"),
        choices=LANGUAGES,
        required=False,
        initial=["en"],
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )

    def __init__(self, data: Any = None, *, pilot: CallPilot | None = None) -> None:
        super().__init__(data, initial=_of(pilot) if pilot else None)
        field = cast("forms.ModelMultipleChoiceField[City]", self.fields["cities"])
        field.queryset = City.objects.in_order()

    def entry(self) -> Entry:
        return Entry(**self.cleaned_data)


def _of(pilot: CallPilot) -> dict[str, Any]:
    names = ("title", "places", "offers", "seeks", "languages")
    return {name: getattr(pilot, name) for name in names} | {
        "cities": [row.city_id for row in pilot.cities.all()],
        "domains": list(pilot.domains.all()),
        "levers": list(pilot.levers.all()),
    }


class RuleForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("A city that applies is"),
        choices=[("", gettext_lazy("No rule")), *RuleKind.choices],
        required=False,
    )
    number = forms.IntegerField(
        label=gettext_lazy("Inhabitants"),
        required=False,
        min_value=1,
        max_value=100_000_000,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    countries = forms.MultipleChoiceField(
        label=gettext_lazy("Countries"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )
    words = Line(
        label=gettext_lazy("In words"),
        help_text=gettext_lazy("For a rule that a person judges."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, countries: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["countries"]).choices = countries

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = data.get("kind")
        if kind in (RuleKind.POPULATION_LEAST, RuleKind.POPULATION_MOST):
            self._ask("number", _("Say how many inhabitants."))
        elif kind == RuleKind.COUNTRIES:
            self._ask("countries", _("Choose at least one country."))
        elif kind == RuleKind.PERSON:
            self._ask("words", _("Say the rule in words."))
        return data

    def _ask(self, name: str, sentence: str) -> None:
        if not self.cleaned_data.get(name) and not self.has_error(name):
            self.add_error(name, sentence)

    def wanted(self) -> Wanted | None:
        data = self.cleaned_data
        if not data.get("kind"):
            return None
        return Wanted(data["kind"], data["number"], tuple(data["countries"]), data["words"])


_RuleSet = forms.formset_factory(
    RuleForm, extra=2, max_num=MOST_RULES, absolute_max=MOST_RULES * 2, validate_max=True
)


def rule_set(data: Any, call: Call) -> Any:
    """The formset of a call's rules, with two empty rows."""
    codes = City.objects.values_list("country", flat=True).distinct()
    named = sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])
    return _RuleSet(data, prefix="rules", initial=_rules_of(call), form_kwargs={"countries": named})


def _rules_of(call: Call) -> list[dict[str, Any]]:
    return [
        {"kind": r.kind, "number": r.number, "countries": r.countries, "words": r.words}
        for r in call.rules.all()
    ]


def wanted_rules(forms_: Iterable[RuleForm]) -> list[Wanted]:
    return [rule for form in forms_ if (rule := form.wanted()) is not None]
