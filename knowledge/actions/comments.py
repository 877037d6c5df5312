from datetime import datetime

from django.db import transaction
from django.utils import timezone

from hub import events, markdown
from hub.models import Event, User
from knowledge.models import Article, Comment, EarlierComment


@transaction.atomic
def add(
    *,
    by: User,
    article: Article,
    body: str,
    quote: str = "",
    answers: Comment | None = None,
    verb: str = "article.commented",
    is_sample: bool = False,
    at: datetime | None = None,
) -> Comment:
    """Write under an article, or answer; its authors and those in the thread are told."""
    # Answers stand on one level: an answer to an answer joins the same thread.
    remark = answers.parent or answers if answers else None
    if article.live is None:
        raise ValueError(f"Nothing of article {article.pk} is published to be commented on.")
    comment = Comment.objects.create(
        article=article,
        revision=article.live,
        parent=remark,
        author=by,
        body=body,
        quote=quote,
        html=markdown.render(body, top_heading=5),
        markup_version=markdown.VERSION,
        is_sample=is_sample,
        created_at=at or timezone.now(),
    )
    told = set(article.authorships.values_list("author_id", flat=True))
    if remark:
        told.add(remark.author_id)
        told |= set(remark.answers.filter(removed_at=None).values_list("author_id", flat=True))
    events.record(
        verb="article.answered" if remark else verb,
        by=by,
        title=article.title,
        text=markdown.plain(comment.html, 400),
        url=comment.get_absolute_url(),
        audience=article.audience,
        subjects=[article.subject],
        direct=told,
    )
    return comment


@transaction.atomic
def edit(*, by: User, comment: Comment, body: str) -> None:
    """Change one's own words; the earlier ones stay readable."""
    # Without the lock two windows would both keep the same earlier text.
    locked = Comment.objects.select_for_update(of=("self",), no_key=True).get(pk=comment.pk)
    if locked.body == body:
        return
    EarlierComment.objects.create(
        comment=locked, body=locked.body, written_at=locked.edited_at or locked.created_at
    )
    locked.body = body
    locked.html = markdown.render(body, top_heading=5)
    locked.markup_version = markdown.VERSION
    locked.edited_at, locked.edited_by = timezone.now(), by
    locked.save()


@transaction.atomic
def remove(*, by: User, comment: Comment, reason: str) -> None:
    """Hidden from readers, kept with its reason: it may be a public record."""
    Comment.objects.filter(pk=comment.pk, removed_at=None).update(
        removed_at=timezone.now(), removed_by=by, removal_reason=reason
    )
    # The news of it quoted it.
    Event.objects.about(comment.article.subject).filter(url=comment.get_absolute_url()).update(
        text=""
    )
