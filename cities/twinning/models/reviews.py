"""Reviews: who reads which application, in whose case they must not, and what they think of it."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.enums import Role
from cities.models import City, Membership
from cities.twinning.enums import ConflictKind
from cities.twinning.models.applications import Application, Rank
from cities.twinning.models.calls import Call
from cities.twinning.models.schemes import Criterion
from hub import access

if TYPE_CHECKING:
    from hub.access import Reader


def _coordinated(user: "Reader", path: str) -> Q:
    if access.holds(user, access.ADMIN):
        return Q(pk__isnull=False)
    return Q(**{f"{path}programme_id__in": access.ids_of(user, "programme", "coordinator")})


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(Q(reviewer=user.pk) | _coordinated(user, "call__"))


class Declaration(models.Model):
    """A reviewer has said of which cities they must not judge; nothing is shown before."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="declarations")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="declarations"
    )
    #: Of what came in up to then; for later applications it is asked for again.
    declared_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Declaration"]] = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration of conflicts of interest")
        constraints = [
            models.UniqueConstraint(fields=["call", "reviewer"], name="declared_once_a_call")
        ]


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(Q(reviewer=user.pk) | _coordinated(user, "call__"))


class Conflict(models.Model):
    """A reviewer's conflict of interest with a city that applies; it is never taken away."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="conflicts")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="conflicts")
    city = models.ForeignKey(City, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=ConflictKind, default=ConflictKind.DECLARED)
    #: In the reviewer's words, of one that they declared.
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    declared_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Conflict"]] = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("conflict of interest")
        constraints = [
            models.UniqueConstraint(fields=["call", "reviewer", "city"], name="conflict_once"),
            models.CheckConstraint(
                name="conflict_kind_known", condition=Q(kind__in=ConflictKind.values)
            ),
        ]


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: "Reader") -> Self:
        """Their reviewer's, once conflicts are declared and none is there; the coordinator's."""
        return self.filter(
            Q(pk__in=Review.objects.readable_by(user).values("pk"))
            | _coordinated(user, "application__call__")
        )

    def readable_by(self, user: "Reader") -> Self:
        """What a reviewer may read and score: assigned, declared for, without a conflict."""
        mine = {"reviewer": user.pk, "call": OuterRef("application__call")}
        # A city that came in after the declaration was not among those that were asked about.
        declared = Declaration.objects.filter(
            **mine, declared_at__gte=OuterRef("application__submitted_at")
        )
        found = self.standing().impartial()
        return found.filter(
            Exists(declared),
            reviewer=user.pk,
            application__call__programme__in=access.ids_of(user, "programme", Role.REVIEWER),
        )

    def standing(self) -> Self:
        """Assigned and not taken off again; of applications that are still in the running."""
        running = Application.objects.in_the_running()
        return self.filter(removed_at=None, application__in=running)

    def impartial(self) -> Self:
        """By who has no conflict of interest: declared, or found by the hub as it is now.

        The same rule as `reviews.assigning.found_by_hub`.
        """
        declared = Conflict.objects.filter(
            call=OuterRef("application__call"),
            reviewer=OuterRef("reviewer"),
            city=OuterRef("application__city"),
        )
        held = Membership.objects.current().filter(user=OuterRef("reviewer"))
        ranked = Rank.objects.filter(
            application=OuterRef("application"),
            pilot__cities__city__memberships__user=OuterRef("reviewer"),
            pilot__cities__city__memberships__ended_at=None,
        )
        own = held.filter(city=OuterRef("application__city"))
        return self.filter(~Exists(declared), ~Exists(own), ~Exists(ranked))

    def counted(self) -> Self:
        """Reviews that were sent in and count."""
        return self.standing().impartial().exclude(submitted_at=None)


class Review(models.Model):
    """One reviewer's reading of one application: asked for, scored, or abstained from."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews")
    comment = models.TextField(_("comment for the programme"), max_length=5000, blank=True)
    assigned_at = models.DateTimeField(auto_now_add=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    abstained_at = models.DateTimeField(null=True, blank=True)
    abstained_because = models.CharField(_("reason"), max_length=500, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[models.Manager["Review"]] = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(fields=["application", "reviewer"], name="review_once"),
            models.CheckConstraint(
                name="review_removed_at_with_by",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="review_scored_or_abstained",
                condition=Q(submitted_at__isnull=True) | Q(abstained_at__isnull=True),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("application-review", args=[self.application.call.slug, self.pk])


class Score(models.Model):
    """Points of one criterion in one review."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="score_once"),
        ]
