"""What ties a translation to its original, in the transaction that changes either of them."""

from typing import Any

from django.db.models import F, Q

from hub import access, events
from hub.models import User
from knowledge.enums import Making
from knowledge.models import Article, Rendering, Revision, Translation
from knowledge.sections import OF_KIND

#: What is translated; the rest is chosen from lists and follows the original by itself.
IN_WORDS = ("text", "line", "results")
FROM_LISTS = ("choice", "codes", "number")
#: Follows the original in every translation.
PLACES = ("visibility", "city_id", "programme_id", "lab_id", "group_id", "stage")


def original_of(article: Article) -> Article | None:
    return Article.objects.filter(translations__article=article).first()


def words_of(kind: str, revision: Revision) -> dict[str, str]:
    """What there is to translate in a version, by section."""
    codes = [section.code for section in OF_KIND[kind] if section.form in IN_WORDS]
    found = {code: str(revision.fields.get(code, "")).strip() for code in codes}
    return {"title": revision.title, **{code: text for code, text in found.items() if text}}


def choices_of(kind: str, revision: Revision) -> dict[str, Any]:
    """What is answered from a list or by a number: the same in every language."""
    codes = [section.code for section in OF_KIND[kind] if section.form in FROM_LISTS]
    return {code: revision.fields[code] for code in codes if revision.fields.get(code)}


def record(
    *, article: Article, revision: Revision, based_on: Revision | None, by_machine: bool
) -> None:
    """What a new version was made from; without a word of it, the same as the one before."""
    if not Translation.objects.filter(pk=article.pk).exists():
        return
    if based_on is None:
        earlier = Rendering.objects.filter(translation=article.pk).select_related("based_on")
        based_on = earlier.order_by("-revision__number")[0].based_on
    Rendering.objects.create(
        revision=revision,
        translation_id=article.pk,
        based_on=based_on,
        made=Making.MACHINE if by_machine else Making.HUMAN,
    )


def carry(*, article: Article, revision: Revision, before: Revision | None, by: User) -> None:
    """A version of an original goes live: translations of the same words stay current with it.

    Of the others, those that were current until now are outdated, and who made them is told.
    """
    shown = Q(revision=F("translation__article__live"))
    newest = Q(revision__number=F("translation__article__newest_number"))
    renderings = Rendering.objects.filter(translation__original=article).filter(shown | newest)
    new = words_of(article.kind, revision)
    for rendering in renderings.select_related("based_on", "translation__article__live"):
        if words_of(article.kind, rendering.based_on) == new:
            Rendering.objects.filter(pk=rendering.pk).update(based_on=revision)
        elif before is not None and rendering.based_on_id == before.pk:
            translated = rendering.translation.article
            if rendering.revision_id == (translated.live_id or rendering.revision_id):
                _tell_outdated(translated, revision, by=by)


def _tell_outdated(article: Article, revision: Revision, *, by: User) -> None:
    events.record(
        verb="translation.outdated",
        by=by,
        title=article.title,
        text=revision.change,
        url=article.get_absolute_url(),
        audience=article.audience,
        subjects=[article.subject],
        direct=article.authorships.values_list("author_id", flat=True),
    )


def take_over(article: Article, original: Article) -> None:
    """Where a translation belongs and who may read it is never a question of its own."""
    for name in PLACES:
        setattr(article, name, getattr(original, name))
    article.save(update_fields=PLACES)
    for name in ("domains", "levers"):
        getattr(article, name).set(getattr(original, name).all())


def readers_of(article: Article, original: Article) -> list[str]:
    """Who reads a published translation: as its original, unless it was taken down itself."""
    if article.removed_at is not None:
        return sorted({*article.insiders, access.ADMIN})
    return original.audience


def insiders_of(original: Article, authors: list[int]) -> list[str]:
    """Who may change a translation: its translators who see the original, and who edits that."""
    seeing = User.objects.filter(pk__in=authors)
    if not {access.PUBLIC, access.SIGNED_IN} & set(original.audience):
        seeing = User.objects.holding(*original.audience).filter(pk__in=authors)
    own = {access.key("user", pk) for pk in seeing.values_list("pk", flat=True)}
    return sorted({*own, *original.insiders})
