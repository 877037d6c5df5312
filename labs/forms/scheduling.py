"""A Lab as a coordinator types it, and the sentences that come back."""

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City, KnowledgeArea, Participation, Programme
from cities.models.places import by_swedish_order
from cities.twinning.models import TwinGroup
from hub import access
from hub.forms.addresses import WebAddress
from hub.forms.texts import Line, Paragraphs
from hub.models import User
from labs import terms
from labs.enums import EXCHANGES, OF_EXCHANGES, OF_LABS, Audience, LabKind, ReminderKind
from labs.forms.questions import QuestionsForm, questions_on
from labs.forms.times import WhenForm, on_the_wall
from labs.models import Lab
from labs.plans import REMIND_DAYS_BEFORE, Plan, Point

MOST_SEATS = 100_000
FARTHEST = dt.timedelta(days=5 * 366)
REMINDER_CHOICES = [
    ("14", gettext_lazy("14 days before")),
    ("7", gettext_lazy("7 days before")),
    ("3", gettext_lazy("3 days before")),
    ("1", gettext_lazy("1 day before")),
]


#: All of them reach over a night.
OFFER_CHOICES = [
    ("", gettext_lazy("the next on the waitlist has it at once")),
    ("12", gettext_lazy("it is offered to the next for 12 hours")),
    ("24", gettext_lazy("it is offered to the next for 24 hours")),
    ("48", gettext_lazy("it is offered to the next for 48 hours")),
]


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


if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Lab]
else:
    _ModelForm = forms.ModelForm


class LabForm(WhenForm, QuestionsForm, _ModelForm):
    """A Lab as a coordinator schedules it; times are what clocks show in the Lab's zone."""

    join_link = WebAddress(
        label=gettext_lazy("Link to join online"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "Shown only to those who have a seat online, from the day before until the end."
        ),
    )
    seats_onsite = _seats(gettext_lazy("Seats on site"))
    seats_online = _seats(gettext_lazy("Seats online"))
    offer_hours = forms.TypedChoiceField(
        label=gettext_lazy("When a seat becomes free"),
        choices=OFFER_CHOICES,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    remind = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Remind the registered"),
        choices=REMINDER_CHOICES,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    nudge = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Remind the invited who have not answered"),
        help_text=gettext_lazy("Counted from the last day to register, where there is one."),
        choices=REMINDER_CHOICES,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    thank = forms.BooleanField(
        label=gettext_lazy("Thank those who had a seat, a day after the end"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, label="")

    class Meta:
        model = Lab
        fields = [
            "programme",
            "kind",
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
            "cities",
            "needs_approval",
            "offer_hours",
        ]
        field_classes = {
            "title": Line,
            "place": Line,
            "address": Line,
            "summary": Paragraphs,
        }
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 5}),
            # Its own id: the kinds of the questions are numbered too.
            "kind": forms.RadioSelect(attrs={"id": "id_meeting_kind"}),
            "audience": forms.RadioSelect,
            "cities": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "title": gettext_lazy("One theme for each Lab, in a few words."),
            "summary": gettext_lazy(
                "What will be discussed and why; a blank line begins a new paragraph."
            ),
            "needs_approval": gettext_lazy(
                "Whoever registers waits for your answer, and has no seat until you give one."
            ),
            "knowledge_area": gettext_lazy("The area of the term, if the Lab belongs to one."),
        }

    def __init__(
        self, *args: Any, coordinator: User, group: TwinGroup | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        #: Whose exchange it is; None for a Learning Lab.
        self.group = self.instance.group if self.instance.pk else group
        led = access.ids_of(coordinator, "programme", "coordinator")
        programmes = Programme.objects.filter(pk__in=led)
        field = cast("forms.ModelChoiceField[Programme]", self.fields["programme"])
        field.queryset = programmes
        field.empty_label = None if len(led) == 1 else _("Choose a programme")
        area = cast("forms.ModelChoiceField[KnowledgeArea]", self.fields["knowledge_area"])
        area.queryset = KnowledgeArea.objects.all()
        area.empty_label = _("None")
        tell_used_areas(area, led)
        if self.group is None:
            self._be_of_learning_lab([self.instance.programme_id] if self.instance.pk else led)
        else:
            self._be_of_exchange()
        if self.instance.pk:
            self.fields.pop("programme", None)
            self._fill_from(self.instance)
        else:
            # Beside what the caller gives, which goes first: a Lab like an earlier one.
            self.fields["language"].initial = coordinator.language
            self.fields["time_zone"].initial = settings.HUB_TIME_ZONE
            self.fields["remind"].initial = [str(days) for days in REMIND_DAYS_BEFORE]
            self.fields["thank"].initial = True

    def _be_of_learning_lab(self, programmes: list[int]) -> None:
        del self.fields["kind"]
        audience = cast("forms.ChoiceField", self.fields["audience"])
        audience.choices = [(choice.value, choice.label) for choice in OF_LABS]
        taking_part = Participation.objects.current().filter(programme__in=programmes)
        cities = cast("forms.ModelMultipleChoiceField[City]", self.fields["cities"])
        found = City.objects.filter(pk__in=taking_part.values("city"))
        cities.queryset = found.order_by(by_swedish_order(), "pk")

    def _be_of_exchange(self) -> None:
        """Of its twin group and by that of its programme; only the group is invited."""
        del self.fields["programme"], self.fields["cities"]
        kind = cast("forms.ChoiceField", self.fields["kind"])
        kind.choices = [(choice.value, choice.label) for choice in EXCHANGES]
        audience = cast("forms.ChoiceField", self.fields["audience"])
        audience.choices = [(choice.value, choice.label) for choice in OF_EXCHANGES]
        audience.label = _("Who sees it")
        audience.help_text = _("Only the twin group is invited; others who see it may register.")
        # What is said of Learning Labs only.
        for name in ("title", "knowledge_area"):
            self.fields[name].help_text = ""
        self.fields["language"].label = _("Language")
        if not self.instance.pk:
            kind.initial, audience.initial = LabKind.WORKSHOP, Audience.GROUP

    def _fill_from(self, lab: Lab) -> None:
        self.initial.update(
            {
                **on_the_wall(lab),
                **questions_on(lab),
                "version": lab.version,
                **reminders_of(lab),
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
        if cleaned.get("audience") == Audience.CHOSEN:
            self._clean_cities(cleaned)
        self._clean_times(cleaned)
        cleaned["questions"] = self.clean_questions()
        return cleaned

    def _clean_cities(self, cleaned: dict[str, Any]) -> None:
        chosen, programme = cleaned.get("cities"), cleaned.get("programme")
        if not chosen:
            if not self.has_error("cities"):
                self.add_error("cities", _("Choose at least one city."))
        elif programme:
            taking_part = Participation.objects.current().filter(programme=programme)
            if chosen.exclude(pk__in=taking_part.values("city")).exists():
                self.add_error("cities", _("Choose cities that take part in this programme now."))

    def _clean_times(self, cleaned: dict[str, Any]) -> None:
        start, end = self.clean_times()
        if start and not self._is_unmoved(start, cleaned["time_zone"]) and start <= timezone.now():
            self.add_error("date", _("This time has already passed. Choose a later one."))
        if start and start > timezone.now() + FARTHEST:
            self.add_error("date", _("A Lab is planned at most five years ahead."))
        until = self.clean_deadline(start)
        is_new = until != self.instance.registers_until
        if until and is_new and until <= timezone.now():
            self.add_error("closes_day", _("This time has already passed. Choose a later one."))
        cleaned |= {"starts_at": start, "ends_at": end, "registers_until": until}

    def _is_unmoved(self, start: dt.datetime, zone: str) -> bool:
        """A Lab that has begun can still have its text mended."""
        return bool(self.instance.pk) and (start, zone) == (
            self.instance.starts_at,
            self.instance.time_zone,
        )

    def plan(self, agenda: tuple[Point, ...]) -> Plan:
        cleaned = self.cleaned_data
        return Plan(
            title=cleaned["title"],
            starts_at=cleaned["starts_at"],
            ends_at=cleaned["ends_at"],
            time_zone=cleaned["time_zone"],
            is_all_day=cleaned["is_all_day"],
            audience=cleaned["audience"],
            kind=cleaned.get("kind", LabKind.LEARNING_LAB),
            group=self.group,
            cities=tuple(cleaned.get("cities") or ()),
            seats_onsite=cleaned["seats_onsite"],
            seats_online=cleaned["seats_online"],
            knowledge_area=cleaned["knowledge_area"],
            summary=cleaned["summary"],
            language=cleaned["language"],
            place=cleaned["place"],
            address=cleaned["address"],
            join_link=cleaned["join_link"],
            registers_until=cleaned["registers_until"],
            questions=cleaned["questions"],
            needs_approval=cleaned["needs_approval"],
            offer_hours=cleaned["offer_hours"],
            agenda=agenda,
            remind_days_before=tuple(cleaned["remind"]),
            nudge_days_before=tuple(cleaned["nudge"]),
            thank_days_after=(1,) if cleaned["thank"] else (),
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


def reminders_of(lab: Lab) -> dict[str, Any]:
    """The form's fields for the reminders that stand on a Lab; one query."""
    rules = [(rule.kind, str(rule.days)) for rule in lab.reminder_rules.all()]
    return {
        "remind": [days for kind, days in rules if kind == ReminderKind.BEFORE],
        "nudge": [days for kind, days in rules if kind == ReminderKind.UNANSWERED],
        "thank": any(kind == ReminderKind.AFTER for kind, _days in rules),
    }
