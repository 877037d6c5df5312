"""Texts, comments and answers can be reported: who decides, and what taking down means."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.enums import Role
from cities.reporting import moderators_of as moderators_of_city
from hub import access, markdown, moderation
from hub.models import User
from hub.moderation import actions as reports
from knowledge.actions import comments
from knowledge.actions.articles import lock
from knowledge.actions.reach import push
from knowledge.answers import actions as answers
from knowledge.models import Answer, Article, Comment

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from hub.access import Reader


def register() -> None:
    moderation.register(
        "article", moderation.Reportable(_("A text"), _article, take_down_article, return_article)
    )
    moderation.register(
        "comment",
        moderation.Reportable(_("A comment"), _comment, take_down_comment, return_comment),
    )
    moderation.register(
        "answer",
        moderation.Reportable(_("An answer"), _answer, take_down_answer, return_answer),
    )


def moderators_of(article: Article) -> list[str]:
    """The programme's coordinators; without a programme the city's leads; always the admins."""
    if article.programme_id:
        return [access.key("programme", article.programme_id, Role.COORDINATOR), access.ADMIN]
    if article.city_id:
        return [access.key("city", article.city_id, Role.LEAD), access.ADMIN]
    return [access.ADMIN]


def _article(reader: "Reader", pk: int) -> moderation.Thing | None:
    seen = Article.objects.visible_to(reader).filter(removed_at=None).exclude(live=None)
    article = seen.filter(pk=pk).first()
    if article is None:
        return None
    return moderation.Thing(
        title=article.title,
        text=article.teaser,
        url=article.get_absolute_url(),
        authors=article.authorships.values_list("author_id", flat=True),
        moderators=moderators_of(article),
    )


def _comment(reader: "Reader", pk: int) -> moderation.Thing | None:
    seen = Comment.objects.visible_to(reader).filter(removed_at=None)
    comment = seen.select_related("article", "author").filter(pk=pk).first()
    if comment is None:
        return None
    return moderation.Thing(
        title=f"{comment.author}: {comment.article.title}",
        text=markdown.plain(comment.html, 900),
        url=comment.get_absolute_url(),
        authors=[comment.author_id],
        moderators=moderators_of(comment.article),
    )


def _answer(reader: "Reader", pk: int) -> moderation.Thing | None:
    seen = Answer.objects.visible_to(reader).told().standing().with_ends()
    answer = seen.select_related("wish__city").filter(pk=pk).first()
    if answer is None:
        return None
    return moderation.Thing(
        title=f"{answer.given_by}: {answer.wish.text}",
        text=answer.text or (answer.article.title if answer.article else ""),
        url=answer.get_absolute_url(),
        authors=[answer.given_by_id],
        moderators=moderators_of_city(answer.wish.city),
    )


def take_down_article(*, by: User, pk: int, reason: str) -> None:
    """Only those who work on it and the admins see it from now on."""
    article = lock(Article(pk=pk))
    if article.removed_at is None:
        article.removed_at, article.removed_by = timezone.now(), by
        article.removal_reason = reason
        article.save(update_fields=["removed_at", "removed_by", "removal_reason"])
        push(article)


def return_article(*, by: User, pk: int) -> None:
    article = lock(Article(pk=pk))
    article.removed_at, article.removed_by, article.removal_reason = None, None, ""
    article.save(update_fields=["removed_at", "removed_by", "removal_reason"])
    push(article)


def take_down_comment(*, by: User, pk: int, reason: str) -> None:
    comment = Comment.objects.select_related("article").get(pk=pk)
    comments.remove(by=by, comment=comment, reason=reason)


def remove_comment(*, by: User, comment: Comment, reason: str) -> None:
    """One's own goes at once; of others' it is a decision that they are told of."""
    thing = _comment(by, comment.pk)
    if comment.author_id == by.pk or thing is None:
        comments.remove(by=by, comment=comment, reason=reason)
    else:
        reports.take_down(by=by, subject=comment.subject, thing=thing, reason=reason)


def bring_back_what_was_taken_down_by(people: "QuerySet[User]") -> None:
    """The sample hub goes, and what its people decided with it."""
    Comment.objects.filter(removed_by__in=people).update(
        removed_at=None, removed_by=None, removal_reason=""
    )
    for article in Article.objects.filter(removed_by__in=people):
        return_article(by=article.owner, pk=article.pk)


@transaction.atomic
def take_down_answer(*, by: User, pk: int, reason: str) -> None:
    answers.take_down(by=by, answer=_given(pk), reason=reason)


@transaction.atomic
def return_answer(*, by: User, pk: int) -> None:
    answers.bring_back(answer=_given(pk))


def _given(pk: int) -> Answer:
    locked = Answer.objects.select_for_update(of=("self",))
    return locked.select_related("wish__city", "article").get(pk=pk)


def return_comment(*, by: User, pk: int) -> None:
    Comment.objects.filter(pk=pk).update(removed_at=None, removed_by=None, removal_reason="")
