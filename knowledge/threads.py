"""The comments under an article, as the page and its htmx part show them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from hub import markdown
from knowledge import permissions
from knowledge.forms import CommentForm
from knowledge.models import Article, Comment
from knowledge.models.comments import CommentQuerySet
from knowledge.notes import passage_of

if TYPE_CHECKING:
    from hub.access import Reader


def thread_context(
    request: HttpRequest,
    article: Article,
    *,
    threads: list[Comment] | None = None,
    form: CommentForm | None = None,
    answering: Comment | None = None,
) -> dict[str, Any]:
    """One query for all remarks, answers, people and where they belong; notes stand elsewhere."""
    threads = threads_of(article) if threads is None else threads
    allow(request.user, article, threads)
    remarks = [thread for thread in threads if passage_of(thread) is None]
    can_comment = permissions.can_comment(request.user, article)
    return {
        "remarks": remarks,
        "comment_count": sum(1 + len(r.shown_answers) for r in remarks),
        "can_comment": can_comment,
        "comment_form": form or (CommentForm() if can_comment else None),
        "answering": answering,
    }


def allow(user: "Reader", article: Article, threads: Iterable[Comment]) -> None:
    """What this reader may do with each comment of these threads."""
    for thread in threads:
        thread.may_resolve = permissions.can_resolve(user, thread, article)
        for comment in (thread, *thread.shown_answers):
            comment.may_edit = permissions.can_edit_comment(user, comment)
            comment.may_remove = permissions.can_remove_comment(user, comment, article)


def threads_of(article: Article) -> list[Comment]:
    """Remarks in their order with `shown_answers`; a removed one stays where it has answers."""
    return _threads(Comment.objects.filter(article=article), article)


def note_thread(note: Comment) -> Comment | None:
    """One of them, found by its remark; none where nothing is left to read."""
    of_it = Comment.objects.filter(pk=note.pk) | Comment.objects.filter(parent=note)
    return next(iter(_threads(of_it, note.article)), None)


def _threads(comments: CommentQuerySet, article: Article) -> list[Comment]:
    remarks: dict[int, Comment] = {}
    answers: list[Comment] = []
    for comment in comments.with_people().with_passages():
        comment.article = article
        if comment.markup_version != markdown.VERSION:
            comment.html = markdown.render(comment.body, top_heading=5)
        if comment.parent_id is None:
            comment.shown_answers = []
            remarks[comment.pk] = comment
        elif comment.removed_at is None:
            answers.append(comment)
    for answer in answers:
        remarks[answer.parent_id or 0].shown_answers.append(answer)
    return [r for r in remarks.values() if r.removed_at is None or r.shown_answers]
