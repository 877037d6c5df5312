from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cities.enums import Visibility, WishKind
from cities.models import City, Domain, Lever, Membership, Programme, Wish
from cities.twinning.models import TwinGroup
from hub import access, files
from hub.forms.uploads import UploadField
from hub.languages import LANGUAGES
from hub.models import User
from knowledge.actions.articles import Entry
from knowledge.enums import Kind
from knowledge.forms.fields import LineField, for_section
from knowledge.models import Article, Translation
from knowledge.permissions import is_coordinator
from knowledge.sections import OF_KIND, texts
from labs.models import Lab
from labs.permissions import audience_keys as lab_audience

#: Labs offered to choose from: the newest that one may see.
LABS = 40
#: Learning needs offered: the newest open ones.
NEEDS = 40
#: Forms of sections that stand one after the other; the others are quick questions.
ASKED_IN_TURN = ("text", "results", "line", "codes", "number")


class NeedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.city.name}: {obj.text}"


class ArticleForm(forms.Form):
    """An experience or a case note: the same frame around the sections of its kind."""

    title = LineField(
        label=_("Title"),
        max_length=160,
        help_text=_("What you did, in words that a colleague in another city would search for."),
    )

    def __init__(
        self,
        *args: Any,
        kind: str,
        user: User,
        article: Article | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.user, self.article = kind, user, article
        self._add_fields()
        for field in self.fields.values():
            # Asked once, though it is looked at twice: is there a choice, and which.
            if isinstance(field, forms.ModelChoiceField):
                # Not list(): that counts the rows first, in a question of its own.
                offered: Any = field.choices
                field.choices = [pair for pair in offered]  # noqa: C416
        if article is not None and not article.is_draft:
            self.fields["change"] = LineField(
                label=_("What you changed"),
                max_length=200,
                required=False,
                help_text=_(
                    "One line for the list of versions. Those who follow the text read it too."
                ),
            )

    def _add_fields(self) -> None:
        self._add_place()
        for section in OF_KIND[self.kind]:
            self.fields[section.code] = for_section(section)
        self._add_frame()

    def _add_place(self) -> None:
        is_experience = self.kind == Kind.EXPERIENCE
        self.fields["city"] = forms.ModelChoiceField(
            self._cities(),
            label=_("City"),
            to_field_name="slug",
            required=is_experience,
            empty_label=None if is_experience else _("No single city"),
        )
        self.fields["domains"] = forms.ModelMultipleChoiceField(
            Domain.objects.all(),
            label=_("Emission domains"),
            to_field_name="code",
            required=is_experience,
            widget=forms.CheckboxSelectMultiple,
        )

    def _add_frame(self) -> None:
        self.fields["levers"] = forms.ModelMultipleChoiceField(
            Lever.objects.all(),
            label=_("Levers of change"),
            to_field_name="code",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("What kind of change it was."),
        )
        self.fields["language"] = forms.ChoiceField(
            label=_("Language you write in"), choices=LANGUAGES, initial=get_language()
        )
        if not self._keeps_lab():
            self._add_choice("lab", _("From which Learning Lab"), self._labs())
        if self.article is None:
            self.fields["need"] = NeedChoice(
                self._needs(),
                label=_("Which learning need it answers"),
                required=False,
                empty_label=_("None"),
                help_text=_("The city that wants to know hears of it once the text is published."),
            )
        self._add_choice("group", _("From which twin group"), self._groups())
        self._add_choice("programme", _("In which programme"), self._programmes())
        self.fields["coauthors"] = forms.ModelMultipleChoiceField(
            self._colleagues(),
            label=_("Written together with"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("They can edit the text and stand under its title."),
        )
        self.fields["visibility"] = forms.ChoiceField(
            label=_("Who may read it"), choices=Visibility, initial=Visibility.PUBLIC
        )

    def _add_choice(self, name: str, label: Any, rows: QuerySet[Any]) -> None:
        self.fields[name] = forms.ModelChoiceField(
            rows, label=label, to_field_name="slug", required=False, empty_label=_("None")
        )

    def _mine(self, kind: str, place: Model | None) -> Q:
        """Places one belongs to, and the one the article already has."""
        mine = Q(pk__in=access.ids_of(self.user, kind))
        return mine | Q(pk=place.pk) if place is not None else mine

    def _cities(self) -> QuerySet[City]:
        if self.kind == Kind.CASE_NOTE and is_coordinator(self.user):
            return City.objects.in_order()
        return City.objects.filter(
            self._mine("city", self.article and self.article.city)
        ).in_order()

    def _groups(self) -> QuerySet[TwinGroup]:
        return TwinGroup.objects.filter(
            self._mine("group", self.article and self.article.group)
        ).in_order()

    def _programmes(self) -> QuerySet[Programme]:
        return Programme.objects.filter(
            self._mine("programme", self.article and self.article.programme)
        )

    def _labs(self) -> QuerySet[Lab]:
        seen = Lab.objects.visible_to(self.user).announced().order_by("-starts_at", "-pk")
        chosen = [self.article.lab_id] if self.article else []
        wanted = self.data.get("lab") or self.initial.get("lab") or ""
        newest = list(seen.values_list("pk", flat=True)[:LABS])
        named = seen.filter(slug=str(wanted)).values_list("pk", flat=True) if wanted else []
        return Lab.objects.filter(pk__in=[*newest, *chosen, *named]).order_by("-starts_at", "-pk")

    def _needs(self) -> QuerySet[Wish]:
        open_needs = Wish.objects.visible_to(self.user).open().filter(kind=WishKind.SEEKS)
        newest = open_needs.order_by("-stated_at", "-pk").values("pk")[:NEEDS]
        offered = Q(pk__in=newest)
        named = str(self.data.get("need") or self.initial.get("need") or "")
        if named.isascii() and named.isdigit() and len(named) < 19:
            offered |= Q(pk=int(named))
        return open_needs.filter(offered).select_related("city")

    def _keeps_lab(self) -> bool:
        """The article is from a Lab that this editor may not even know of: it stays as it is."""
        lab = self.article.lab if self.article else None
        return lab is not None and not access.opened_by(self.user, lab_audience(lab))

    def _colleagues(self) -> QuerySet[User]:
        """People with whom one shares a city or an organisation; and who wrote it already."""
        shared = Membership.objects.current().filter(
            Q(city__in=access.ids_of(self.user, "city"))
            | Q(organisation__in=access.ids_of(self.user, "organisation"))
        )
        known = Q(pk__in=shared.values("user")) & Q(pk__in=User.objects.visible_to(self.user))
        first = self.user.pk
        if self.article is not None:
            known |= Q(authorships__article=self.article)
            first = self.article.created_by_id
        found: QuerySet[User] = User.objects.filter(known).exclude(pk=first).distinct()
        return found.order_by("name", "pk")

    # What the page shows, in its order ------------------------------------------

    def opening(self) -> list[forms.BoundField]:
        return [self[name] for name in ("title", "city", "domains")]

    def sections(self) -> list[forms.BoundField]:
        return [self[s.code] for s in OF_KIND[self.kind] if s.form in ASKED_IN_TURN]

    def facts(self) -> list[forms.BoundField]:
        """The quick questions; a list with nothing to choose from is not asked."""
        quick = [s.code for s in OF_KIND[self.kind] if s.form in ("choice", "yes")]
        names = ["levers", *quick, "language", "lab", "need", "group", "programme", "coauthors"]
        return [self[name] for name in names if name in self.fields and self._has_choices(name)]

    def closing(self) -> list[forms.BoundField]:
        return [self[name] for name in ("visibility", "change") if name in self.fields]

    def _has_choices(self, name: str) -> bool:
        field = self.fields[name]
        if name in ("lab", "need", "group", "programme", "coauthors", "levers"):
            return any(value for value, _label in field.choices)  # type: ignore[attr-defined]
        return True

    # ---------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        visibility = data.get("visibility")
        if visibility == Visibility.PROGRAMME and not self._programme(data):
            self.add_error("programme", _("Choose the programme that may read it."))
        if visibility == Visibility.GROUP and not data.get("group"):
            self.add_error("group", _("Choose the twin group that may read it."))
        if self.article is not None and self._is_translated_into(data.get("language", "")):
            self.add_error("language", _("There is a translation into this language already."))
        least, most = data.get("smallest"), data.get("largest")
        if least and most and least > most:
            self.add_error("largest", _("Give at least as many as the fewest inhabitants."))
        return data

    def _is_translated_into(self, language: str) -> bool:
        return Translation.objects.filter(original=self.article, language=language).exists()

    def _programme(self, data: dict[str, Any]) -> Programme | None:
        """The one chosen, else that of the Lab or group."""
        chosen: Programme | None = data.get("programme")
        for source in (self._lab(data), data.get("group")):
            if chosen is None and source is not None:
                chosen = source.programme
        return chosen

    def _lab(self, data: dict[str, Any]) -> Lab | None:
        kept = self.article.lab if self.article and "lab" not in self.fields else None
        lab: Lab | None = data.get("lab", kept)
        return lab

    def entry(self) -> Entry:
        data = self.cleaned_data
        codes = [section.code for section in OF_KIND[self.kind]]
        return Entry(
            title=data["title"],
            fields={code: data[code] for code in codes if data.get(code)},
            language=data["language"],
            visibility=data["visibility"],
            city=data["city"],
            programme=self._programme(data),
            lab=self._lab(data),
            group=data["group"],
            domains=list(data["domains"]),
            levers=list(data["levers"]),
            coauthors=list(data["coauthors"]),
            change=data.get("change", ""),
            need=data.get("need"),
        )


def typed(data: QueryDict) -> dict[str, list[str]]:
    """What stands in the form, as it can be kept and shown again."""
    apart = {"csrfmiddlewaretoken", "_key", "action", "base", "draft", "kind", "alt", "section"}
    return {name: values for name, values in data.lists() if name not in apart}


#: Not ticked, they are not sent at all.
_TICKED = (forms.BooleanField, forms.ModelMultipleChoiceField, forms.MultipleChoiceField)


def as_initial(form: ArticleForm, data: dict[str, list[str]]) -> dict[str, Any]:
    """Kept data as the first values of a form, so that it opens without complaints."""
    sent = QueryDict(mutable=True)
    for name, values in data.items():
        if name in form.fields:
            sent.setlist(name, values)
    return {
        name: field.widget.value_from_datadict(sent, {}, name)
        for name, field in form.fields.items()
        if name in data or isinstance(field, _TICKED)
    }


def from_lab(lab: Lab) -> dict[str, Any]:
    """A first page of an experience written after a Lab: when it was and what it was about."""
    points = "\n".join(f"- {item.title}" for item in lab.agenda.all())
    day = lab.starts_at.astimezone(ZoneInfo(lab.time_zone)).date()
    area = lab.knowledge_area.code if lab.knowledge_area else ""
    return {
        "lab": lab.slug,
        "programme": lab.programme.slug,
        "group": lab.group.slug if lab.group else "",
        "language": lab.language,
        "tried": f"{lab.title}, {day.isoformat()}\n\n{points}".strip() + "\n\n",
        "domains": list(Domain.objects.filter(code=area).values_list("code", flat=True)),
    }


class PictureForm(forms.Form):
    # It stands inside the form of the text, which can be sent without a picture.
    use_required_attribute = False

    picture = UploadField(
        label=_("Picture"),
        help_text=_("JPEG, PNG, WebP or GIF, at most 10 MB. Place and camera are removed from it."),
        accept=files.ACCEPT,
        error_messages={"required": _("Choose a picture first.")},
    )
    alt = LineField(
        label=_("What the picture shows"),
        max_length=250,
        help_text=_("For those who cannot see it."),
        error_messages={"required": _("Say in a few words what the picture shows.")},
    )
    section = forms.ChoiceField(label=_("Put it at the end of"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = [(s.code, s.label) for s in texts(kind)]  # type: ignore[attr-defined]


class ArchiveForm(forms.Form):
    reason = LineField(
        label=_("Why"),
        max_length=300,
        help_text=_("Readers who have kept the address see it."),
    )
