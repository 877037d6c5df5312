from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import Membership
from knowledge.models.articles import Article
from knowledge.models.revisions import Revision

if TYPE_CHECKING:
    from hub.access import Reader


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(article__in=Article.objects.visible_to(user))

    def with_people(self) -> Self:
        """The author, and where he or she belongs, in the same query."""
        places = Membership.objects.current().filter(user=OuterRef("author")).order_by("pk")
        return self.select_related("author").annotate(
            author_place=Coalesce(
                Subquery(
                    places.filter(organisation__isnull=False).values("organisation__name")[:1]
                ),
                Subquery(places.filter(city__isnull=False).values("city__name")[:1]),
            )
        )

    def with_passages(self) -> Self:
        """Notes with what they are tied to, in the same query."""
        found = self.select_related("passage", "passage__resolved_by")
        return found.annotate(stood_in=F("passage__revision__number"))


class Comment(models.Model):
    """A remark on an article, or an answer to one; edited with history, removed with a reason."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="comments")
    #: The version that was read.
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="comments")
    #: The remark this answers; answers stand on one level.
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="answers"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    quote = models.TextField(_("passage you write about"), max_length=600, blank=True)
    body = models.TextField(_("your comment"), max_length=5000)
    html = models.TextField(blank=True)
    markup_version = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removal_reason = models.CharField(_("reason"), max_length=300, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)

    # Filled where a page shows threads (knowledge.threads).
    author_place: str | None
    #: Of a note: number of the newest version that has its passage.
    stood_in: int | None
    shown_answers: list["Comment"]
    may_edit: bool
    may_remove: bool
    may_resolve: bool
    note_number: int

    objects: ClassVar[models.Manager["Comment"]] = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(name="comment_not_empty", condition=~Q(body="")),
            models.CheckConstraint(
                name="comment_edited_at_with_by",
                condition=Q(edited_at__isnull=True, edited_by__isnull=True)
                | Q(edited_at__isnull=False, edited_by__isnull=False),
            ),
            models.CheckConstraint(
                name="comment_removed_with_reason",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removal_reason="")
                | Q(Q(removed_at__isnull=False, removed_by__isnull=False), ~Q(removal_reason="")),
            ),
            models.CheckConstraint(name="comment_answers_another", condition=~Q(parent=F("id"))),
        ]
        indexes = [models.Index(fields=["article", "created_at"], name="comment_of_article")]

    def __str__(self) -> str:
        return f"{self.author_id} on {self.article_id}"

    def get_absolute_url(self) -> str:
        return f"{self.article.get_absolute_url()}#comment-{self.pk}"

    @property
    def subject(self) -> str:
        return f"comment:{self.pk}"


class EarlierCommentQuerySet(models.QuerySet["EarlierComment"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(comment__in=Comment.objects.visible_to(user).filter(removed_at=None))


class EarlierComment(models.Model):
    """How a comment read before it was edited."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="earlier")
    body = models.TextField()
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["EarlierComment"]] = EarlierCommentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.comment_id} until {self.replaced_at}"
