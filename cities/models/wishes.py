from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.enums import WishKind
from cities.models.places import City
from cities.models.taxonomy import Domain
from hub import access
from hub.models import Removable, removed_with_reason

if TYPE_CHECKING:
    from hub.access import Reader
    from hub.models import User


class WishQuerySet(models.QuerySet["Wish"]):
    def visible_to(self, user: "Reader") -> Self:
        """What a city seeks and offers is public: that is its purpose.

        What was taken down is seen by the city's own people and the admins.
        """
        if access.ADMIN in access.keys_of(user):
            return self.all()
        return self.filter(Q(removed_at=None) | Q(city__in=access.ids_of(user, "city")))

    def standing(self) -> Self:
        """Not taken down after a report."""
        return self.filter(removed_at=None)

    def open(self) -> Self:
        return self.standing().filter(closed_at=None)

    def unanswered(self) -> Self:
        """Learning needs that nobody has helped with where everybody can read it."""
        return self.open().filter(kind=WishKind.SEEKS, answered_at=None)

    def with_places(self) -> Self:
        return self.select_related("city", "asked")

    def close(self, *, by: "User") -> int:
        """Close those still open; the count tells whether this call did it."""
        return self.open().update(closed_at=timezone.now(), closed_by=by)

    def reopen(self) -> int:
        return self.standing().exclude(closed_at=None).update(closed_at=None, closed_by=None)


class Wish(Removable):
    """What a city seeks (a learning need) or offers to others."""

    city = models.ForeignKey(City, models.CASCADE, related_name="wishes", verbose_name=_("city"))
    kind = models.CharField(_("kind"), max_length=8, choices=WishKind)
    text = models.CharField(_("in one sentence"), max_length=200)
    language = models.CharField(_("language"), max_length=8, default="en")
    domains = models.ManyToManyField(
        Domain, verbose_name=_("emission domains"), blank=True, related_name="wishes"
    )
    #: A question to one city; others may answer it too.
    asked = models.ForeignKey(
        City,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("asked city"),
    )
    #: Since when something that everybody may read answers it; pushed by the room of answers.
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stated_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)

    objects: ClassVar[models.Manager["Wish"]] = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        ordering = ["-stated_at", "-pk"]
        constraints = [
            removed_with_reason("wish_removed_with_reason"),
            models.CheckConstraint(
                name="wish_closed_at_with_by",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="wish_asks_another_city",
                condition=Q(asked__isnull=True) | Q(Q(kind="seeks") & ~Q(asked=F("city"))),
            ),
            models.CheckConstraint(
                name="wish_only_needs_are_answered",
                condition=Q(answered_at__isnull=True) | Q(kind="seeks"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "-stated_at", "-id"],
                name="wish_newest_open",
                condition=Q(closed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Of one loaded with its city."""
        return reverse("wish", args=[self.city.slug, self.pk])

    @property
    def subject(self) -> str:
        return f"wish:{self.pk}"

    @property
    def is_need(self) -> bool:
        return self.kind == WishKind.SEEKS

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.removed_at is None
