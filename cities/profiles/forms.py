from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cities.atlas import Atlas
from cities.enums import Circle, Role, Way
from cities.forms import Filter
from cities.models import Contact, Profile
from cities.profiles.finding import Counts
from hub.enums import Listing
from hub.files import ACCEPT
from hub.forms.addresses import WebAddress
from hub.forms.texts import Line, Paragraphs
from hub.forms.uploads import UploadField
from hub.languages import LANGUAGES

_NUMBER = RegexValidator(
    r"^\+?[0-9 ()./-]{5,30}$", _("Write the number with digits, like +46 46 359 50 00.")
)

_SEEN = {
    Way.EMAIL: _("Who sees the address"),
    Way.PHONE: _("Who sees the number"),
    Way.LINK: _("Who sees the link"),
}


class PersonFilter(Filter):
    q = Line(
        label=_("Name, or what somebody knows"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    knows = forms.ChoiceField(label=_("Knows about"), required=False)
    place = Line(label=_("City, organisation or programme"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), required=False)
    language = forms.ChoiceField(label=_("Speaks"), required=False)

    def __init__(self, data: Any, atlas: Atlas) -> None:
        super().__init__(data)
        self._terms = {
            _("Emission domains"): [(f"domain:{d.code}", d.name) for d in atlas.domains],
            _("Levers of change"): [(f"lever:{t.code}", t.name) for t in atlas.levers],
        }
        self._roles = [(role.value, capfirst(str(role.label))) for role in Role]
        self.show({})

    def show(self, counts: Counts) -> None:
        """Beside each choice how many people it would show; what shows nobody is left out."""
        groups: list[tuple[str, Any]] = [
            (str(name), _counted(terms, counts, "knows", self.data.get("knows")))
            for name, terms in self._terms.items()
        ]
        self.choose("knows", [group for group in groups if group[1]])
        self.choose("role", _counted(self._roles, counts, "role", self.data.get("role")))
        chosen = self.data.get("language")
        self.choose("language", _counted(LANGUAGES, counts, "language", chosen))


def _counted(
    choices: list[tuple[str, str]], counts: Counts, group: str, chosen: Any
) -> list[tuple[str, str]]:
    if not counts:
        return choices
    found = counts.get(group, {})
    return [
        (value, f"{label} ({found.get(value, 0)})")
        for value, label in choices
        if found.get(value) or value == chosen
    ]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person says about themselves, and who sees each way to reach them."""

    title = Line(
        label=_("What you do"),
        max_length=120,
        required=False,
        help_text=_("Your title or task, for example: climate strategist, district heating."),
    )
    about = Paragraphs(
        label=_("About you"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    expertise = Line(
        label=_("What you know well"),
        max_length=300,
        required=False,
        help_text=_("In your own words, with commas between. Others find you by them."),
    )
    seeks = Line(label=_("What you want to learn"), max_length=300, required=False)
    offers = Line(label=_("What you can help with"), max_length=300, required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages you work in"),
        choices=LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    picture = UploadField(
        label=_("Picture of you"),
        required=False,
        accept=ACCEPT,
        help_text=_("It is made anew: what the camera wrote into it, such as the place, goes."),
    )
    drops_picture = forms.BooleanField(label=_("Take the picture away"), required=False)
    listing = forms.ChoiceField(
        label=_("Who may know that you are here?"),
        choices=Listing,
        widget=forms.RadioSelect,
        help_text=_(
            "Unlisted, you are in no list, no search and no suggestion. Those who keep the "
            "people of your city or programme still see your role, and what you have written "
            "keeps your name."
        ),
    )

    class Meta:
        model = Profile
        fields = [
            "title",
            "about",
            "expertise",
            "seeks",
            "offers",
            "domains",
            "levers",
            "languages",
            "takes_questions",
        ]
        widgets = {
            "domains": forms.CheckboxSelectMultiple,
            "levers": forms.CheckboxSelectMultiple,
        }
        labels = {"takes_questions": _("Others may ask me through the hub")}
        help_texts = {
            "takes_questions": _("The hub sends their mail on; they do not see your address."),
        }

    def __init__(self, *args: Any, contacts: dict[str, Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["picture"] = None
        if not self.instance.picture_id:
            del self.fields["drops_picture"]
        fields: dict[str, forms.Field] = {
            Way.EMAIL: forms.EmailField(label=Way.EMAIL.label, max_length=254, required=False),
            Way.PHONE: Line(
                label=Way.PHONE.label, max_length=30, required=False, validators=[_NUMBER]
            ),
            Way.LINK: WebAddress(label=Way.LINK.label, max_length=254, required=False),
        }
        for way, field in fields.items():
            stands = contacts.get(way)
            self.fields[way] = field
            self.fields[f"{way}_circle"] = forms.ChoiceField(
                label=_SEEN[Way(way)], choices=Circle, required=False
            )
            self.initial[way] = stands.value if stands else ""
            self.initial[f"{way}_circle"] = stands.circle if stands else Circle.NOBODY
        for field in self.fields.values():
            # The page says it of all of them.
            field.says_optional = False  # type: ignore[attr-defined]

    def reaching(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Each way with its circle, as they stand beside each other."""
        for way in Way.values:
            yield self[way], self[f"{way}_circle"]

    def contacts(self) -> dict[str, tuple[str, str]]:
        """Way → (what is written, who sees it)."""
        data = self.cleaned_data
        return {way: (data[way], data[f"{way}_circle"] or Circle.NOBODY) for way in Way.values}

    def clean_languages(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["languages"]
        return chosen

    def clean_picture(self) -> Any:
        upload = self.cleaned_data["picture"]
        if upload is not None and not upload.size:
            raise ValidationError(_("The file is empty. Choose it again."))
        return upload
