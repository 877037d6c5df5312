"""What is translated and what is left to do, by text and language."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from hub import access
from hub.forms.search import language_name
from knowledge.enums import Making, State, TranslationState
from knowledge.models import Article, Revision, Translation

if TYPE_CHECKING:
    from hub.access import Reader

#: Nothing larger is sent as a file.
MOST = 5000

_HEAVY = ("fields", "facts", "html")


def of_original(user: "Reader", original: Article) -> list[dict[str, Any]]:
    """The translations of one text; one that its reader may not open is only said to be there."""
    rows = Translation.objects.filter(original=original).order_by("language")
    live = "article__live__rendering__based_on"
    heavy = [f"{path}__{name}" for path in ("article__live", live) for name in _HEAVY]
    found = rows.select_related(live).defer(*heavy)
    return [
        {
            "language": row.get_language_display(),
            "code": row.language,
            "article": row.article if access.opened_by(user, row.article.audience) else None,
            "state": _state(row, original),
        }
        for row in found
    ]


def _state(row: Translation, original: Article) -> TranslationState:
    """As `_STATE` below says it in the database."""
    live = row.article.live
    if row.article.state != State.PUBLISHED or live is None or original.live is None:
        return TranslationState.BEGUN
    if live.rendering.based_on.number < original.live.number:
        return TranslationState.OUTDATED
    return TranslationState.MACHINE if live.rendering.is_unread else TranslationState.CURRENT


_RENDERING = "into__article__live__rendering"
_STATE = Case(
    When(into__article=None, then=Value(TranslationState.MISSING)),
    When(~Q(into__article__state=State.PUBLISHED), then=Value(TranslationState.BEGUN)),
    When(
        Q(**{f"{_RENDERING}__based_on__number__lt": F("live__number")}),
        then=Value(TranslationState.OUTDATED),
    ),
    When(
        Q(**{f"{_RENDERING}__made": Making.MACHINE, f"{_RENDERING}__confirmed_at": None}),
        then=Value(TranslationState.MACHINE),
    ),
    default=Value(TranslationState.CURRENT),
    output_field=CharField(),
)


def originals(user: "Reader", into: str, wanted: Mapping[str, Any]) -> Any:
    """What the reader sees that was not written in the language, with `debt` and `behind`."""
    seen = Article.objects.published().visible_to(user).filter(translation=None)
    seen = seen.exclude(language=into)
    if domain := wanted.get("domain"):
        seen = seen.filter(domains__code=domain)
    there = FilteredRelation("translations", condition=Q(translations__language=into))
    missed = (
        Revision.objects.published()
        .filter(article=OuterRef("pk"), number__lte=OuterRef("live__number"))
        .filter(number__gt=OuterRef(f"{_RENDERING}__based_on__number"))
        .order_by()
        .values("article")
        .annotate(n=Count("pk"))
    )
    found: Any = seen.annotate(into=there).annotate(
        debt=_STATE, behind=Coalesce(Subquery(missed.values("n")), 0)
    )
    return found.filter(debt=wanted["state"]) if wanted.get("state") else found


def counted(user: "Reader", into: str, wanted: Mapping[str, Any]) -> list[tuple[str, int]]:
    """How many texts stand how, whichever state the list is narrowed to; one query."""
    every = originals(user, into, {**wanted, "state": ""}).order_by().values("debt")
    found = dict(every.annotate(n=Count("pk")).values_list("debt", "n"))
    return [(str(state.label), found.get(state.value, 0)) for state in TranslationState]


def with_translations(user: "Reader", found: Iterable[Any], into: str) -> list[Any]:
    """Each with the `translated` that the reader may open; one query."""
    rows = list(found)
    seen = Article.objects.published().visible_to(user)
    there = seen.filter(translation__original__in=rows, translation__language=into)
    by_original = {a.translation.original_id: a for a in there.select_related("translation")}
    for row in rows:
        row.translated = by_original.get(row.pk)
        row.debt_label = TranslationState(row.debt).label
    return rows


def rows(found: Iterable[Any], into: str) -> Iterable[list[str]]:
    """For a spreadsheet, the heads first."""
    yield [
        _("Text"), _("Address"), _("City"), _("Language"), _("Into"), _("How it stands"),
        _("Versions behind"), _("Address of the translation"),
    ]  # fmt: skip
    for row in found:
        address = row.translated and settings.BASE_URL + row.translated.get_absolute_url()
        yield [
            row.title,
            settings.BASE_URL + row.get_absolute_url(),
            row.city.name if row.city else "",
            language_name(row.language),
            language_name(into),
            str(row.debt_label),
            str(row.behind),
            address or "",
        ]
