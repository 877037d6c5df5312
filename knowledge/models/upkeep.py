"""What keeps a text true: who checked it, who answers for it, and what speaks against it."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub import access
from knowledge.enums import (
    RAISED_BY_PEOPLE,
    FlagKind,
    HandoverState,
    LinkState,
    Settled,
    State,
    Way,
)
from knowledge.models.articles import Article
from knowledge.models.reuse import Reuse
from knowledge.models.revisions import Revision

if TYPE_CHECKING:
    from hub.access import Reader

LONGEST_ADDRESS = 1000


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def visible_to(self, user: "Reader") -> Self:
        """Whoever reads the article sees when it was checked."""
        return self.filter(article__in=Article.objects.visible_to(user))


class Confirmation(models.Model):
    """That somebody looked at a version and found it still true; never changed (0009)."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="confirmations")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="confirmations")
    confirmed_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    way = models.CharField(max_length=4, choices=Way)
    #: The day that was set by it for the next look.
    review_by = models.DateField()

    objects: ClassVar[models.Manager["Confirmation"]] = ConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["-confirmed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="confirmation_way_is_known", condition=Q(way__in=Way.values)
            ),
        ]
        indexes = [
            models.Index(fields=["article", "-confirmed_at"], name="confirmation_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.confirmed_at:%Y-%m-%d}"


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: "Reader") -> Self:
        """Those who edit the text, and who is asked."""
        keys = list(access.keys_of(user))
        return self.filter(Q(article__insiders__overlap=keys) | Q(receiver_id=user.pk))

    def open(self) -> Self:
        return self.filter(state=HandoverState.OPEN)


class Handover(models.Model):
    """That somebody is asked to answer for a text from now on; until they accept, nothing moves."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="handovers")
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("who should answer for it"),
    )
    note = models.CharField(_("a word to them"), max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=HandoverState, default=HandoverState.OPEN)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[models.Manager["Handover"]] = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article"],
                name="handover_one_open_per_article",
                condition=Q(state=HandoverState.OPEN),
            ),
            models.CheckConstraint(
                name="handover_state_is_known", condition=Q(state__in=HandoverState.values)
            ),
            models.CheckConstraint(
                name="handover_answered_at_with_by",
                condition=Q(state="open", answered_at__isnull=True, answered_by__isnull=True)
                | Q(~Q(state="open"), answered_at__isnull=False, answered_by__isnull=False),
            ),
            # Nobody answers for a text because somebody else says so.
            models.CheckConstraint(
                name="handover_accepted_by_its_receiver",
                condition=~Q(state="accepted") | Q(answered_by=F("receiver")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["receiver"], name="handover_open", condition=Q(state=HandoverState.OPEN)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.receiver_id}, {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("article-handover", args=[self.article.slug, self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == HandoverState.OPEN


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, user: "Reader") -> Self:
        """Those who edit the text, and so those who look after it; readers see the notice only."""
        return self.filter(article__insiders__overlap=list(access.keys_of(user)))

    def open(self) -> Self:
        return self.filter(settled_at=None)


class Flag(models.Model):
    """A reason to doubt a text: since when, on what evidence, and how it came down."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="flags")
    kind = models.CharField(max_length=14, choices=FlagKind)
    #: What it stands on: the day it was due, an address, the step of a reuse. Told apart by it.
    evidence = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    #: What people wrote: the figure, or why the text is doubted. What the checker met at a link.
    text = models.CharField(max_length=500, blank=True)
    #: It goes with the reuse that is taken away as declared by mistake.
    reuse = models.ForeignKey(
        Reuse, models.CASCADE, null=True, blank=True, related_name="flags", editable=False
    )
    raised_at = models.DateTimeField(default=timezone.now)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    how = models.CharField(max_length=12, choices=Settled, blank=True)
    #: Why a figure was declined.
    reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar[models.Manager["Flag"]] = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "kind", "evidence"],
                name="flag_once_while_open",
                condition=Q(settled_at__isnull=True),
            ),
            models.CheckConstraint(
                name="flag_kind_is_known", condition=Q(kind__in=FlagKind.values)
            ),
            models.CheckConstraint(
                name="flag_raised_by_who_may",
                condition=Q(~Q(text=""), kind__in=RAISED_BY_PEOPLE, raised_by__isnull=False)
                | Q(~Q(kind__in=RAISED_BY_PEOPLE), raised_by__isnull=True),
            ),
            models.CheckConstraint(
                name="flag_settled_at_with_how",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, how="")
                | Q(
                    settled_at__isnull=False,
                    settled_by__isnull=True,
                    how=Settled.BY_ITSELF,
                )
                | Q(
                    ~Q(how=Settled.BY_ITSELF),
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                    how__in=Settled.values,
                ),
            ),
            models.CheckConstraint(
                name="flag_declined_says_why",
                condition=Q(~Q(reason=""), how=Settled.DECLINED)
                | Q(~Q(how=Settled.DECLINED), reason=""),
            ),
            models.CheckConstraint(
                name="flag_reuse_only_of_stopped",
                condition=Q(kind=FlagKind.REUSE_STOPPED, reuse__isnull=False)
                | Q(~Q(kind=FlagKind.REUSE_STOPPED), reuse__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["article", "kind"], name="flag_open", condition=Q(settled_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.kind}"

    @property
    def is_open(self) -> bool:
        return self.settled_at is None


class LinkQuerySet(models.QuerySet["Link"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(article__insiders__overlap=list(access.keys_of(user)))

    def of_published(self) -> Self:
        return self.filter(article__state=State.PUBLISHED, article__removed_at=None)


class Link(models.Model):
    """An address that the live version of a published text leads to, and what was found there."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="links")
    address = models.CharField(max_length=LONGEST_ADDRESS)
    #: Called on one at a time, with a pause.
    host = models.CharField(max_length=255)
    state = models.CharField(max_length=8, choices=LinkState, default=LinkState.NEW)
    #: What was met, in a word: a status, or why there was none.
    met = models.CharField(max_length=40, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    visited_at = models.DateTimeField(null=True, blank=True)
    #: On how many days in a row it failed, and the last of them.
    failures = models.PositiveSmallIntegerField(default=0)
    failed_on = models.DateField(null=True, blank=True)

    objects: ClassVar[models.Manager["Link"]] = LinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "address"], name="link_once_per_article"),
            models.CheckConstraint(
                name="link_state_is_known", condition=Q(state__in=LinkState.values)
            ),
            models.CheckConstraint(
                name="link_is_on_the_web",
                condition=Q(address__startswith="http://") | Q(address__startswith="https://"),
            ),
            # A host that is down for an evening is no dead link.
            models.CheckConstraint(
                name="link_dead_after_three_days",
                condition=~Q(state="dead") | Q(failures__gte=3),
            ),
            models.CheckConstraint(
                name="link_failures_with_day",
                condition=Q(failures=0, failed_on__isnull=True)
                | Q(failures__gt=0, failed_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="link_due"),
            models.Index(
                fields=["leased_until"],
                name="link_leased",
                condition=Q(leased_until__isnull=False),
            ),
            # What was found at an address is written to every text that has it.
            models.Index(fields=["address"], name="link_address"),
        ]

    def __str__(self) -> str:
        return self.address
