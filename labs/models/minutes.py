from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub import access
from hub.editing import Standing
from labs.models.labs import Lab, conducted_by

if TYPE_CHECKING:
    from hub.access import Reader


class MinutesQuerySet(models.QuerySet["Minutes"]):
    def visible_to(self, user: "Reader") -> "MinutesQuerySet":
        """Published: whoever sees the Lab. Before: those who write them (`can_write_minutes`)."""
        teams = access.ids_of(user, "programme", "transition-team")
        written = conducted_by(user, "lab__") | Q(lab__programme__in=teams, lab__group=None)
        written |= Q(lab__group__in=access.ids_of(user, "group"))
        open_to_me = Q(published_at__isnull=False) | written
        return self.filter(open_to_me, lab__in=Lab.objects.visible_to(user))

    def published(self) -> "MinutesQuerySet":
        return self.filter(published_at__isnull=False)


class Minutes(models.Model):
    """What was said at a Lab, point by point; closing them publishes them."""

    lab = models.OneToOneField(Lab, models.CASCADE, related_name="minutes")
    begun_at = models.DateTimeField(default=timezone.now)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[models.Manager["Minutes"]] = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes")
        constraints = [
            models.CheckConstraint(
                name="minutes_published_at_with_by",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lab_id}: {self.begun_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("lab-minutes", args=[self.lab.slug])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class MinutesPointQuerySet(models.QuerySet["MinutesPoint"]):
    def visible_to(self, user: "Reader") -> "MinutesPointQuerySet":
        return self.filter(minutes__in=Minutes.objects.visible_to(user))


class MinutesPoint(models.Model):
    """One point as it was taken up.

    It is copied from the agenda when the minutes are begun, so that later changes of
    the agenda (or a presenter who leaves) do not take away what was written about it.
    """

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="points")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("point"), max_length=160)
    presenter = models.CharField(_("led by"), max_length=160, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    #: Rises with every save of the notes, so that two editors notice each other.
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[models.Manager["MinutesPoint"]] = MinutesPointQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "position"], name="minutes_point_one_per_position"
            ),
            models.CheckConstraint(name="minutes_point_has_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="minutes_point_changed_at_with_by",
                condition=Q(changed_at__isnull=True, changed_by__isnull=True)
                | Q(changed_at__isnull=False, changed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def standing(self) -> Standing:
        return Standing(str(self.pk), self.title, self.notes, self.version, self.changed_by)


class AdditionQuerySet(models.QuerySet["Addition"]):
    def visible_to(self, user: "Reader") -> "AdditionQuerySet":
        return self.filter(point__minutes__in=Minutes.objects.visible_to(user))


class Addition(models.Model):
    """What was added to a point after the minutes were published: never changed, always signed."""

    point = models.ForeignKey(MinutesPoint, models.CASCADE, related_name="additions")
    text = models.TextField(_("addition"))
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["Addition"]] = AdditionQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(name="addition_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text[:60]
