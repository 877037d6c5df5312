from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cities.atlas import Atlas
from cities.forms import ANY, Filter
from hub.compare import Part, sides
from hub.languages import LANGUAGES
from hub.models import User
from knowledge.actions.articles import Entry
from knowledge.enums import TranslationState
from knowledge.forms.articles import ArticleForm
from knowledge.forms.fields import LineField, for_section
from knowledge.forms.versions import MOST
from knowledge.markup import html_of
from knowledge.models import Article, Rendering, Revision, Translation
from knowledge.sections import OF_KIND, RESULT_CELLS, Section, result_rows
from knowledge.translation.actions import entry_for
from knowledge.translation.following import IN_WORDS


def form_of(user: User, article: Article, data: Any = None, **initial: Any) -> ArticleForm:
    """The form in which an article is edited: a translation's stands beside its original."""
    translation = Translation.objects.filter(pk=article.pk).first()
    if translation is None:
        return ArticleForm(data, kind=article.kind, user=user, article=article, **initial)
    # Who has lost sight of the original does not get it from here.
    seen = Article.objects.visible_to(user).select_related("live", "city", "programme", "lab")
    original = seen.filter(pk=translation.original_id).first()
    if original is None:
        raise Http404
    return TranslationForm(
        data, kind=article.kind, user=user, article=article, original=original, **initial
    )


class TranslationForm(ArticleForm):
    """The words of a translation, section by section; all else is as in its original."""

    original: Article

    def __init__(self, *args: Any, original: Article, article: Article, **kwargs: Any) -> None:
        self.original, self.translated = original, article
        newest = Rendering.objects.filter(translation=article.pk).order_by("-revision__number")
        self.basis = newest.select_related("based_on")[0].based_on
        super().__init__(*args, article=article, **kwargs)
        self.fields["title"].help_text = ""

    def _add_fields(self) -> None:
        self.shown = self._shown()
        self.shown.article = self.original
        for section in self._sections():
            self.fields[section.code] = for_section(section)
            self.fields[section.code].help_text = ""
        self.fields["based_on"] = forms.IntegerField(
            min_value=1, max_value=MOST, widget=forms.HiddenInput
        )
        if self.shown.number > self.basis.number:
            self.fields["is_current"] = forms.BooleanField(
                label=_("It now says what version %(number)s of the original says")
                % {"number": self.shown.number},
                required=False,
                help_text=_(
                    "Leave it unticked if you mended something else: "
                    "the translation then stays marked as outdated."
                ),
            )

    def _shown(self) -> Revision:
        """The version of the original that stands beside: when a form comes back, the same."""
        published = Revision.objects.published().filter(article=self.original)
        if self.is_bound:
            text = str(self.data.get("based_on", ""))
            asked = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
            found = published.filter(number=asked).first()
            if found is not None and found.number >= self.basis.number:
                return found
        # What has translations was published.
        return published.get(lives_in=self.original)

    def _sections(self) -> list[Section]:
        """Those that the original answers, or an earlier version of the translation."""
        own = self.translated.revisions.filter(number=self.translated.newest_number)
        answered = {code for fields in own.values_list("fields", flat=True) for code in fields}
        answered |= {code for code, value in self.shown.fields.items() if value}
        asked = [s for s in OF_KIND[self.kind] if s.form in IN_WORDS]
        return [s for s in asked if s.code in answered or s.required]

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """What a kept draft says of the original is of the day it was typed."""
        if field_name == "based_on":
            return self.shown.number
        if field_name == "is_current":
            return False
        return super().get_initial_for_field(field, field_name)

    def clean_based_on(self) -> int:
        number: int = self.cleaned_data["based_on"]
        if number != self.shown.number:
            raise forms.ValidationError(
                _("The original has no such version. Open the translation again.")
            )
        return number

    # What the page shows, in its order ------------------------------------------

    def opening(self) -> list[forms.BoundField]:
        return []

    def sections(self) -> list[forms.BoundField]:
        return []

    def facts(self) -> list[forms.BoundField]:
        return []

    def closing(self) -> list[forms.BoundField]:
        names = ("based_on", "is_current", "change")
        return [self[name] for name in names if name in self.fields]

    @property
    def is_behind(self) -> bool:
        return self.shown.number > self.basis.number

    def beside(self) -> Iterator[dict[str, Any]]:
        """Each part of the original with the field for it, and what has changed in it."""
        html = html_of(self.shown)
        title = {"code": "title", "label": _("Title"), "line": self.shown.title}
        yield title | {"field": self["title"], "changes": self._changes("title")}
        for section in self._sections():
            part: dict[str, Any] = {"code": section.code, "label": section.label}
            value = self.shown.fields.get(section.code, "")
            if section.form == "results":
                part |= {"rows": result_rows(value), "heads": RESULT_CELLS}
            elif section.form == "text":
                part["html"] = html.get(section.code, "")
            else:
                part["line"] = value
            yield part | {"field": self[section.code], "changes": self._changes(section.code)}

    def _changes(self, code: str) -> list[Part]:
        """Nothing where the words are those that the translation was made from."""
        old, new = (
            r.title if code == "title" else str(r.fields.get(code, ""))
            for r in (self.basis, self.shown)
        )
        return sides(old, new) if old != new else []

    # ---------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        # Not ArticleForm's: where a translation belongs is not asked.
        return forms.Form.clean(self) or {}

    def entry(self) -> Entry:
        data = self.cleaned_data
        is_current = data.get("is_current", not self.is_behind)
        codes = [section.code for section in self._sections()]
        return entry_for(
            self.original,
            self.shown if is_current else self.basis,
            title=data["title"],
            fields={code: data[code] for code in codes if data.get(code)},
            language=self.translated.language,
            coauthors=self._translators(),
            change=data.get("change", ""),
        )

    def _translators(self) -> list[User]:
        """Those who did so far, and who saves it now."""
        known = User.objects.filter(authorships__article=self.translated)
        people = [*known.order_by("authorships__position"), self.user]
        first = self.translated.created_by_id
        return list({p.pk: p for p in people if p.pk != first}.values())


class BeginForm(forms.Form):
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    title = LineField(
        label=gettext_lazy("Title in that language"),
        max_length=160,
        help_text=gettext_lazy("Its address is made of it. You can change it later."),
    )

    def __init__(self, data: Any, *, taken: set[str], preferred: str = "") -> None:
        super().__init__(data)
        free = [(code, name) for code, name in LANGUAGES if code not in taken]
        is_clear = preferred in dict(free)
        # Nobody means the first of twenty languages by leaving it as it is.
        first = [] if is_clear else [("", _("Choose a language"))]
        self.fields["language"].choices = [*first, *free]  # type: ignore[attr-defined]
        self.initial["language"] = preferred if is_clear else ""


class MachineForm(forms.Form):
    # It stands on one page with another form that asks for a language.
    prefix = "machine"

    language = forms.ChoiceField(label=gettext_lazy("Language"))

    def __init__(self, data: Any, *, free: list[str], preferred: str | None) -> None:
        super().__init__(data)
        names = dict(LANGUAGES)
        is_clear = preferred in free
        first = [("", _("Choose a language"))] if free and not is_clear else []
        choices = [*first, *((code, names[code]) for code in free)]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]
        self.initial["language"] = preferred if is_clear else ""


class ConfirmForm(forms.Form):
    """Which version of the translation was read beside which of the original."""

    number = forms.IntegerField(min_value=1, max_value=MOST)
    based_on = forms.IntegerField(min_value=1, max_value=MOST)


class DebtFilter(Filter):
    """Always for one language of the hub; the reader's own unless another is chosen."""

    language = forms.ChoiceField(
        label=gettext_lazy("Into"), required=False, choices=settings.LANGUAGES
    )
    state = forms.ChoiceField(
        label=gettext_lazy("How it stands"),
        required=False,
        choices=[ANY, *TranslationState.choices],
    )
    domain = forms.ChoiceField(label=gettext_lazy("Emission domain"), required=False)

    def __init__(self, data: Any, atlas: Atlas) -> None:
        codes = dict(settings.LANGUAGES)
        asked = (data.get("language"), get_language(), settings.LANGUAGE_CODE)
        self.into = next(code for code in asked if code in codes)
        super().__init__({**data.dict(), "language": self.into})
        self.choose("domain", [(d.code, d.name) for d in atlas.domains])
