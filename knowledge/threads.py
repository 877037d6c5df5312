"""The comments under an article, as the page and its htmx part show them."""

from typing import Any

from django.http import HttpRequest

from hub import markdown
from knowledge import permissions
from knowledge.forms import CommentForm
from knowledge.models import Article, Comment


def thread_context(
    request: HttpRequest,
    article: Article,
    *,
    form: CommentForm | None = None,
    answering: Comment | None = None,
) -> dict[str, Any]:
    """One query for all remarks, answers, people and where they belong."""
    remarks = threads_of(article)
    user = request.user
    for remark in remarks:
        for comment in (remark, *remark.shown_answers):
            comment.may_edit = permissions.can_edit_comment(user, comment)
            comment.may_remove = permissions.can_remove_comment(user, comment, article)
    can_comment = permissions.can_comment(user, article)
    return {
        "remarks": remarks,
        "comment_count": sum(1 + len(r.shown_answers) for r in remarks),
        "can_comment": can_comment,
        "comment_form": form or (CommentForm() if can_comment else None),
        "answering": answering,
    }


def threads_of(article: Article) -> list[Comment]:
    """Remarks in their order with `shown_answers`; a removed one stays where it has answers."""
    remarks: dict[int, Comment] = {}
    answers: list[Comment] = []
    for comment in Comment.objects.filter(article=article).with_people():
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
