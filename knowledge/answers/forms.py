from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cities.models import Wish
from hub.models import User
from hub.search.query import TooSlow, Wanted, find
from knowledge.forms.fields import LineField, LongText
from knowledge.models import Answer, Article

#: Texts offered to choose from.
OFFERED = 8


class TextChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    widget = forms.RadioSelect

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} ({obj.city.name})" if obj.city else str(obj.title)


class AnswerForm(forms.Form):
    """Words, a text that stands on the hub, or both; the button beside `q` looks for texts."""

    text = LongText(
        label=gettext_lazy("In a few words"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What helps, or whom to call. Everybody can read it."),
    )
    q = LineField(
        label=gettext_lazy("Find a text that tells about it"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    article = TextChoice(
        Article.objects.none(),
        label=gettext_lazy("Text that answers it"),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": gettext_lazy("That text is not here for you to read.")},
    )

    def __init__(self, data: Any, *, wish: Wish, user: User) -> None:
        super().__init__(data)
        self.wish = wish
        self.seen = Article.objects.published().visible_to(user).select_related("city")
        choice: Any = self.fields["article"]
        choice.queryset = self.seen
        words = str(data.get("q", "")).strip()[:200] if data else ""
        offered = self._found(user, words) if words else self._near(wish)
        self.found_nothing = bool(words) and not offered
        chosen = data.get("article") if data else None
        if chosen and chosen not in {article.slug for article in offered}:
            offered += list(self.seen.filter(slug=chosen))
        named = [(article.slug, choice.label_from_instance(article)) for article in offered]
        choice.choices = [("", _("None of these")), *named]

    def _found(self, user: User, words: str) -> list[Article]:
        wanted = Wanted(words=words, kind="article")
        try:
            results = find(user, wanted).results[:OFFERED]
        except TooSlow:
            return []
        keys = [int(result.key.partition(":")[2]) for result in results]
        by_id = self.seen.in_bulk(keys)
        return [by_id[key] for key in keys if key in by_id]

    def _near(self, wish: Wish) -> list[Article]:
        near = self.seen.once_each(get_language() or "").about(wish.domains.values("pk"))
        return list(near.newest()[:OFFERED])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        article = data.get("article")
        if article and Answer.objects.filter(wish=self.wish, article=article).exists():
            self.add_error("article", _("This text stands there as an answer already."))
        if not self.errors and not (article or data.get("text", "").strip()):
            self.add_error("text", _("Write a few words, or choose a text below."))
        return data
