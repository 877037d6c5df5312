from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City
from hub import access
from labs.enums import FollowUpState, OutcomeKind
from labs.models.labs import Lab
from labs.models.minutes import Minutes, MinutesPoint

if TYPE_CHECKING:
    from hub.access import Reader


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def visible_to(self, user: "Reader") -> "OutcomeQuerySet":
        """With its minutes; what is one's own to do, also where the Lab was for others."""
        seen = Q(minutes__in=Minutes.objects.visible_to(user))
        if user.is_authenticated:
            mine = Q(owner=user.pk) | Q(city__in=access.ids_of(user, "city"))
            seen |= mine & Q(minutes__published_at__isnull=False)
        return self.filter(seen)

    def follow_ups(self) -> "OutcomeQuerySet":
        """Those that have been published: before, nobody owes anything."""
        return self.filter(kind=OutcomeKind.FOLLOW_UP, minutes__published_at__isnull=False)

    def open(self) -> "OutcomeQuerySet":
        return self.filter(state=FollowUpState.OPEN)

    def late(self) -> "OutcomeQuerySet":
        return self.open().filter(due_on__lt=timezone.localdate())

    def owed_by(self, user: "Reader") -> "OutcomeQuerySet":
        """One's own, and those of one's city that nobody has taken on."""
        unnamed = Q(owner=None, city__in=access.ids_of(user, "city"))
        return self.filter(Q(owner=user.pk) | unnamed) if user.pk else self.none()

    def with_frame(self) -> "OutcomeQuerySet":
        chosen = Lab.cities.through.objects.filter(lab=OuterRef("minutes__lab"))
        return self.select_related(
            "minutes__lab__programme", "minutes__lab__group", "owner", "city"
        ).annotate(lab_city_ids=ArraySubquery(chosen.order_by("city").values("city")))


class Outcome(models.Model):
    """What a Lab came to. A follow-up also has an owner, a due date and a state."""

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="outcomes")
    #: None: of the Lab as a whole.
    point = models.ForeignKey(
        MinutesPoint, models.CASCADE, null=True, blank=True, related_name="outcomes"
    )
    kind = models.CharField(_("kind"), max_length=11, choices=OutcomeKind)
    text = models.CharField(_("outcome"), max_length=1000)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: Rises with every change: two editors notice each other, old reminders are withdrawn.
    version = models.PositiveIntegerField(default=1, editable=False)

    # Of follow-ups only. A city alone: nobody in it has been named yet.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    city = models.ForeignKey(City, models.PROTECT, null=True, blank=True, related_name="follow_ups")
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(max_length=7, choices=FollowUpState, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: What came of it, or why it was dropped.
    settled_note = models.CharField(max_length=500, blank=True)

    objects: ClassVar[models.Manager["Outcome"]] = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="outcome_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="outcome_follow_up_has_owner_and_date",
                condition=Q(
                    Q(owner__isnull=False) | Q(city__isnull=False),
                    kind="follow-up",
                    due_on__isnull=False,
                    state__in=FollowUpState.values,
                )
                | Q(
                    kind__in=["information", "decision"],
                    owner__isnull=True,
                    city__isnull=True,
                    due_on__isnull=True,
                    state="",
                ),
            ),
            models.CheckConstraint(
                name="outcome_settled_at_with_by",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="outcome_settled_as_its_state_says",
                condition=Q(state__in=["", "open"], settled_at__isnull=True, settled_note="")
                | Q(state__in=["done", "dropped"], settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="outcome_dropped_with_reason",
                condition=~Q(state="dropped") | ~Q(settled_note=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"], name="outcome_open_by_date", condition=Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("follow-up", args=[self.pk])

    @property
    def subject(self) -> str:
        return f"follow-up:{self.pk}"

    @property
    def lab(self) -> Lab:
        """Its chosen cities come with the row (`with_frame`): a list asks for them once."""
        lab = self.minutes.lab
        if (known := self.__dict__.get("lab_city_ids")) is not None:
            lab.__dict__.setdefault("city_ids", known)
        return lab

    @property
    def is_follow_up(self) -> bool:
        return self.kind == OutcomeKind.FOLLOW_UP

    @property
    def is_open(self) -> bool:
        return self.state == FollowUpState.OPEN

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def was_added_later(self) -> bool:
        closed = self.minutes.published_at
        return closed is not None and self.created_at > closed
