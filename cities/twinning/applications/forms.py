"""An application as people of a city write it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import Domain, Lever
from cities.twinning.applications.actions import Profile
from cities.twinning.applications.parts import PROFILE, Part
from cities.twinning.enums import Screening
from cities.twinning.models import Application, CallPilot, Question
from hub import documents
from hub.editing import Standing
from hub.forms.days import Day
from hub.forms.shared import SharedTexts
from hub.forms.texts import Line, Paragraphs
from hub.forms.uploads import UploadField
from hub.languages import LANGUAGES
from hub.wallclock import at_hour

NEEDS = 5
CONTACTS = 3


class ProfileForm(forms.Form):
    """All but the answers and files; of parts that are closed now it has no fields."""

    domains = forms.ModelMultipleChoiceField(
        queryset=Domain.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    levers = forms.ModelMultipleChoiceField(
        queryset=Lever.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        choices=LANGUAGES, required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    offers = Paragraphs(
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Learning goes both ways."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        application: Application,
        pilots: list[CallPilot],
        names: Iterable[str],
    ) -> None:
        super().__init__(data)
        self.application, self.pilots = application, pilots
        self.names = frozenset(names) & PROFILE.keys()
        for name in ("domains", "levers", "languages", "offers"):
            self.fields[name].label = PROFILE[name]
            if name not in self.names:
                del self.fields[name]
        most = application.call.most_domains
        if "domains" in self.names:
            self.fields["domains"].help_text = _("At most %(n)d.") % {"n": most}
        for name, add in (
            ("needs", self._add_needs),
            ("ranks", self._add_ranks),
            ("contacts", self._add_contacts),
        ):
            if name in self.names:
                add()
        # A draft may lack anything; what is missing is said on the application's page.
        for field in self.fields.values():
            field.says_optional = False  # type: ignore[attr-defined]
        self.initial = _stands(application)

    def _add_needs(self) -> None:
        for n in range(1, NEEDS + 1):
            self.fields[f"need-{n}"] = Line(
                label=_("Need %(n)d, in one sentence") % {"n": n}, max_length=300, required=False
            )
            self.fields[f"need-{n}-domain"] = forms.ModelChoiceField(
                label=_("Domain of need %(n)d") % {"n": n},
                queryset=Domain.objects.all(),
                required=False,
                empty_label=_("No domain"),
            )

    def _add_ranks(self) -> None:
        choices = [("", _("Nobody"))]
        choices += [(str(p.pk), f"{p.name}: {p.title}") for p in self.pilots]
        for n in range(1, self.application.call.most_ranks + 1):
            self.fields[f"rank-{n}"] = forms.ChoiceField(
                label=_("Choice %(n)d") % {"n": n}, choices=choices, required=False
            )

    def _add_contacts(self) -> None:
        for n in range(1, CONTACTS + 1):
            self.fields[f"contact-{n}"] = Line(label=_("Name"), max_length=120, required=False)
            self.fields[f"contact-{n}-email"] = forms.EmailField(
                label=_("E-mail"), max_length=254, required=False
            )
            self.fields[f"contact-{n}-duty"] = Line(
                label=_("What they do"), max_length=120, required=False
            )

    def needs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        if "needs" not in self.names:
            return []
        return [(self[f"need-{n}"], self[f"need-{n}-domain"]) for n in range(1, NEEDS + 1)]

    def ranks(self) -> list[forms.BoundField]:
        if "ranks" not in self.names:
            return []
        return [self[f"rank-{n}"] for n in range(1, self.application.call.most_ranks + 1)]

    def contacts(self) -> list[tuple[forms.BoundField, ...]]:
        if "contacts" not in self.names:
            return []
        return [
            (self[f"contact-{n}"], self[f"contact-{n}-email"], self[f"contact-{n}-duty"])
            for n in range(1, CONTACTS + 1)
        ]

    def clean_domains(self) -> list[Domain]:
        chosen = list(self.cleaned_data["domains"])
        most = self.application.call.most_domains
        if len(chosen) > most:
            raise forms.ValidationError(
                _("You have chosen %(chosen)d; at most %(n)d can be named.")
                % {"chosen": len(chosen), "n": most}
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        seen: set[str] = set()
        for field in self.ranks():
            pilot = data.get(field.name)
            if pilot and pilot in seen:
                self.add_error(field.name, _("You have ranked this pilot already."))
            seen |= {pilot} if pilot else set()
        for name, email, duty in self.contacts():
            typed = {f.name: data.get(f.name) for f in (name, email, duty)}
            if any(typed.values()) and not typed[name.name] and not self.has_error(name.name):
                self.add_error(name.name, _("Who is it?"))
            if any(typed.values()) and not typed[email.name] and not self.has_error(email.name):
                self.add_error(email.name, _("How does the programme reach them?"))
        return data

    def profile(self) -> Profile:
        data = self.cleaned_data
        by_pk = {str(pilot.pk): pilot for pilot in self.pilots}
        return Profile(
            names=self.names,
            domains=data.get("domains", ()),
            levers=list(data.get("levers", ())),
            languages=data.get("languages", ()),
            offers=data.get("offers", ""),
            needs=[(data[t.name], data[d.name]) for t, d in self.needs() if data[t.name]],
            ranks=[by_pk[data[f.name]] for f in self.ranks() if data[f.name]],
            contacts=[
                (data[n.name], data[e.name], data[d.name])
                for n, e, d in self.contacts()
                if data[n.name]
            ],
        )


def _stands(application: Application) -> dict[str, Any]:
    found: dict[str, Any] = {
        "domains": list(application.domains.all()),
        "levers": list(application.levers.all()),
        "languages": application.languages,
        "offers": application.offers,
        "version": application.version,
    }
    for need in application.needs.all():
        found[f"need-{need.position}"] = need.text
        found[f"need-{need.position}-domain"] = need.domain_id
    for rank in application.ranks.all():
        found[f"rank-{rank.position}"] = rank.pilot_id
    for contact in application.contacts.all():
        found[f"contact-{contact.position}"] = contact.name
        found[f"contact-{contact.position}-email"] = contact.email
        found[f"contact-{contact.position}-duty"] = contact.duty
    return found


class AnswersForm(SharedTexts):
    """One field for each question that may be answered now."""

    stem = "answer"

    def __init__(
        self, data: Any = None, *, questions: Iterable[Question], texts: Iterable[Standing]
    ) -> None:
        self._questions = {question.code: question for question in questions}
        super().__init__(data, texts=[text for text in texts if text.key in self._questions])

    def field_of(self, text: Standing) -> forms.Field:
        question = self._questions[text.key]
        length = _("At most %(n)d characters.") % {"n": question.longest}
        field = Paragraphs(
            label=question.name,
            help_text=f"{question.text} {length}".strip(),
            required=False,
            max_length=question.longest,
            initial=text.text,
            widget=forms.Textarea(attrs={"rows": 7}),
        )
        if question.is_required:
            field.says_optional = False  # type: ignore[attr-defined]
        return field


class FileForm(forms.Form):
    title = Line(label=gettext_lazy("Title"), max_length=160)
    file = UploadField(label=gettext_lazy("File"), accept=documents.ACCEPT)


class WithdrawalForm(forms.Form):
    reason = Line(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The programme reads it."),
        max_length=500,
    )


class ScreeningForm(forms.Form):
    verdict = forms.ChoiceField(
        label=gettext_lazy("Verdict"), choices=Screening, widget=forms.RadioSelect
    )
    reason = Paragraphs(
        label=gettext_lazy("Reason, or what you ask for"),
        help_text=gettext_lazy("The city reads it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reopened = forms.MultipleChoiceField(
        label=gettext_lazy("What the city may write again"),
        help_text=gettext_lazy("Only where you ask for more information."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    until = Day(
        label=gettext_lazy("Until the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "medium"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any = None, *, application: Application, parts: list[Part]) -> None:
        initial = {"verdict": application.screening, "reason": application.screening_reason}
        super().__init__(data, initial=initial if application.screening else None)
        choices = [(part.name, part.label) for part in parts]
        cast("forms.MultipleChoiceField", self.fields["reopened"]).choices = choices
        self.zone = application.call.time_zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("verdict") == Screening.MORE:
            if not data.get("reopened"):
                self.add_error("reopened", _("Choose what the city may write again."))
            if not data.get("until") and not self.has_error("until"):
                self.add_error("until", _("Say until when."))
        return data

    def until_instant(self) -> dt.datetime | None:
        """The last minute of the day in the call's zone: midnight would read as the next day."""
        day = self.cleaned_data.get("until")
        if day is None or self.cleaned_data["verdict"] != Screening.MORE:
            return None
        return at_hour(day, dt.time(23, 59), self.zone)
