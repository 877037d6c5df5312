from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.utils import timezone

from labs.enums import Mode, RegistrationState, Step, Via
from labs.models.labs import Lab, conducted_by

if TYPE_CHECKING:
    from hub.access import Reader


#: Neither coming nor hoping to.
GONE = (RegistrationState.CANCELLED, RegistrationState.REFUSED)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def visible_to(self, user: "Reader") -> "RegistrationQuerySet":
        """One's own; all of a Lab for those who conduct it."""
        return self.filter(Q(user=user.pk) | conducted_by(user, "lab__"))

    def attended(self) -> "RegistrationQuerySet":
        return self.filter(attended_at__isnull=False)

    def seated(self) -> "RegistrationQuerySet":
        return self.filter(state=RegistrationState.SEATED)

    def waiting(self) -> "RegistrationQuerySet":
        """In the order in which they will move up."""
        return self.filter(state=RegistrationState.WAITING).order_by("waitlist_number")

    def pending(self) -> "RegistrationQuerySet":
        """Who waits for the coordinator's answer, in the order in which they asked."""
        return self.filter(state=RegistrationState.PENDING).order_by("changed_at", "pk")

    def answerable(self) -> "RegistrationQuerySet":
        """As `pending`, with those who were refused: the coordinator may think again."""
        asked = [RegistrationState.PENDING, RegistrationState.REFUSED]
        return self.filter(state__in=asked).order_by("changed_at", "pk")

    def offered(self) -> "RegistrationQuerySet":
        return self.filter(state=RegistrationState.OFFERED)

    def active(self) -> "RegistrationQuerySet":
        return self.exclude(state__in=GONE)


class Registration(models.Model):
    """A person at a Lab; there is one row for the two, whatever happens to it."""

    lab = models.ForeignKey(Lab, models.CASCADE, related_name="registrations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="registrations")
    mode = models.CharField(max_length=6, choices=Mode)
    state = models.CharField(max_length=9, choices=RegistrationState)
    #: Set while waiting; who waits longest has the lowest. Rising within the Lab, across modes.
    waitlist_number = models.PositiveBigIntegerField(null=True, blank=True)
    #: To the Lab's questions, by number; forgotten some time after the Lab (labs.questions).
    answers = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    #: Who was seen at the Lab, when and by whom (oneself by the code on the door), and how.
    attended_at = models.DateTimeField(null=True, blank=True)
    attended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    attended_mode = models.CharField(max_length=6, choices=Mode, blank=True, db_default="")
    #: Set while a seat is held for the person; by the database's clock.
    offered_until = models.DateTimeField(null=True, blank=True)
    #: Why the coordinator gave no place; forgotten with the answers.
    refusal_reason = models.CharField(max_length=500, blank=True, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["Registration"]] = RegistrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lab", "user"], name="registration_one_per_person"),
            models.UniqueConstraint(
                fields=["lab", "waitlist_number"], name="registration_waitlist_total"
            ),
            models.CheckConstraint(
                name="registration_waits_with_number",
                condition=Q(state="waiting", waitlist_number__isnull=False)
                | (~Q(state="waiting") & Q(waitlist_number__isnull=True)),
            ),
            models.CheckConstraint(
                name="registration_offered_until_a_moment",
                condition=Q(state="offered", offered_until__isnull=False)
                | (~Q(state="offered") & Q(offered_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="registration_attended_with_a_seat",
                condition=Q(attended_at__isnull=True, attended_by__isnull=True, attended_mode="")
                | Q(
                    attended_at__isnull=False,
                    attended_by__isnull=False,
                    attended_mode__in=Mode.values,
                    state="seated",
                ),
            ),
            models.CheckConstraint(
                name="registration_reason_where_refused",
                condition=Q(refusal_reason="") | Q(state="refused"),
            ),
            models.CheckConstraint(
                name="registration_known_mode_and_state",
                condition=Q(mode__in=Mode.values, state__in=RegistrationState.values),
            ),
        ]

        indexes = [
            # What runs out next is asked for at every tick.
            models.Index(
                fields=["offered_until"], name="registration_offers", condition=Q(state="offered")
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} – {self.lab_id}: {self.state}"

    @property
    def is_active(self) -> bool:
        return self.state not in GONE

    @property
    def is_seated(self) -> bool:
        return self.state == RegistrationState.SEATED

    @property
    def is_waiting(self) -> bool:
        return self.state == RegistrationState.WAITING

    @property
    def is_pending(self) -> bool:
        return self.state == RegistrationState.PENDING

    @property
    def is_offered(self) -> bool:
        return self.state == RegistrationState.OFFERED

    @property
    def holds_a_seat(self) -> bool:
        """Their own, or held for them."""
        return self.is_seated or self.is_offered

    @property
    def is_refused(self) -> bool:
        return self.state == RegistrationState.REFUSED

    @property
    def has_only_declined(self) -> bool:
        """Never registered: said at once that they do not come; costs a query."""
        return not self.steps.exclude(step=Step.DECLINED).exists()

    def place_in_line(self) -> int:
        """1 for whoever moves up next in this mode; costs a query."""
        ahead = Registration.objects.filter(
            lab=self.lab_id, mode=self.mode, waitlist_number__lt=self.waitlist_number
        )
        return ahead.count() + 1


class RegistrationStepQuerySet(models.QuerySet["RegistrationStep"]):
    def visible_to(self, user: "Reader") -> "RegistrationStepQuerySet":
        return self.filter(registration__in=Registration.objects.visible_to(user))


class RegistrationStep(models.Model):
    """The history of a registration: added to, never changed."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="steps")
    step = models.CharField(max_length=12, choices=Step)
    mode = models.CharField(max_length=6, choices=Mode)
    state = models.CharField(max_length=9, choices=RegistrationState)
    via = models.CharField(max_length=4, choices=Via)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["RegistrationStep"]] = RegistrationStepQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.step} ({self.registration_id})"
