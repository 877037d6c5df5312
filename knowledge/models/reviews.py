from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub import access
from knowledge.enums import ReviewState
from knowledge.models.articles import Article, Authorship
from knowledge.models.revisions import Revision

if TYPE_CHECKING:
    from hub.access import Reader


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: "Reader") -> Self:
        """Its editors and reviewers; who reads its words says `Revision.visible_to`."""
        keys = list(access.keys_of(user))
        return self.filter(Q(reviewers__overlap=keys) | Q(article__insiders__overlap=keys))

    def asking(self, user: "Reader") -> Self:
        """Open ones on which the person may be the one to decide."""
        return self.open().filter(reviewers__overlap=list(access.keys_of(user)))

    def open(self) -> Self:
        return self.filter(state=ReviewState.OPEN)

    def with_text(self) -> Self:
        """What the page of one shows."""
        people = ("revision__made_by", "sent_by", "decided_by")
        return self.select_related("article__live", "article__city", *people)

    def for_list(self, user: "Reader") -> Self:
        """What an entry of the desk shows, in one query; `is_own` where the reader wrote it."""
        written = Authorship.objects.filter(article=OuterRef("article"), author=user.pk)
        return (
            self.select_related("article__city", "revision", "sent_by")
            .defer("revision__fields", "revision__html", "revision__facts")
            .annotate(is_own=Exists(written), remark_count=Count("remarks"))
        )


class Review(models.Model):
    """One version sent in for review, beside whatever is live; decided once (migration 0004)."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="reviews")
    revision = models.OneToOneField(Revision, models.CASCADE, related_name="review")
    #: Access keys of those who may decide, as the text was when it was sent in.
    reviewers = ArrayField(models.CharField(max_length=60))
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.OPEN)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(_("reason"), max_length=2000, blank=True)

    objects: ClassVar[models.Manager["Review"]] = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article"], name="review_one_open_per_article", condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="review_decided_at_with_by",
                condition=Q(state="open", decided_at__isnull=True, decided_by__isnull=True)
                | Q(~Q(state="open"), decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="review_sent_back_with_reason",
                condition=Q(Q(state="sent-back"), ~Q(reason=""))
                | Q(~Q(state="sent-back"), reason=""),
            ),
            models.CheckConstraint(name="review_asks_somebody", condition=~Q(reviewers=[])),
        ]
        indexes = [
            # Of the few that are open only: the desk of everybody who reviews asks for them.
            GinIndex(fields=["reviewers"], name="review_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("review", args=[self.article.slug, self.pk])

    @property
    def subject(self) -> str:
        return f"review:{self.pk}"

    @property
    def was_taken_back(self) -> bool:
        return self.state == ReviewState.WITHDRAWN

    @property
    def is_open(self) -> bool:
        return self.state == ReviewState.OPEN


class RemarkQuerySet(models.QuerySet["Remark"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(review__in=Review.objects.visible_to(user))


class Remark(models.Model):
    """What was said about a version while it was in review; never changed."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    body = models.TextField(_("your remark"), max_length=5000)
    written_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["Remark"]] = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="remark_not_empty", condition=~Q(body=""))]

    def __str__(self) -> str:
        return f"{self.author_id} on review {self.review_id}"
