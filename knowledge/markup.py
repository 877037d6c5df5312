"""The HTML of a revision's sections, made once when it is saved."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from hub import markdown
from knowledge.models import Article, Attachment, Revision, WorkingDraft
from knowledge.sections import texts


def attachments(article: Article | None, draft: WorkingDraft | None) -> list[Attachment]:
    mine = Q()
    if article is not None and article.pk:
        mine |= Q(article=article)
        # A translation shows the pictures of its original, of which readers have seen those only.
        of_original = Attachment.objects.filter(article__translations__article=article)
        mine |= Q(pk__in=of_original.in_published().values("pk"))
    if draft is not None:
        mine |= Q(draft=draft)
    return list(Attachment.objects.filter(mine).select_related("file")) if mine else []


def sizes(found: Iterable[Attachment]) -> dict[str, tuple[int, int]]:
    """The pictures that a text may show: its own, by their address."""
    return {a.file.get_absolute_url(): (a.file.width or 1, a.file.height or 1) for a in found}


def pictures(article: Article | None, draft: WorkingDraft | None) -> dict[str, tuple[int, int]]:
    return sizes(attachments(article, draft))


def sections_html(
    kind: str, fields: Mapping[str, Any], own_pictures: markdown.Pictures
) -> dict[str, str]:
    return {
        section.code: markdown.render(fields[section.code], pictures=own_pictures)
        for section in texts(kind)
        if fields.get(section.code)
    }


def html_of(revision: Revision) -> Mapping[str, str]:
    """The kept HTML, or a fresh one where the renderer has become another since."""
    if revision.markup_version == markdown.VERSION:
        kept: Mapping[str, str] = revision.html
        return kept
    article = revision.article
    return sections_html(article.kind, revision.fields, pictures(article, None))
