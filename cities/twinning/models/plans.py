"""A twin city's replication plan: written together, kept in versions, signed, asked about later."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City
from cities.twinning.enums import StepState
from cities.twinning.models.groups import TwinGroup
from cities.twinning.models.schemes import PlanSection
from hub import access
from hub.editing import Standing

if TYPE_CHECKING:
    from hub.access import Reader

_USER = settings.AUTH_USER_MODEL


def insiders(user: "Reader", path: str = "") -> Q:
    """Who sees a plan before it is published; the same rule as `plans.permissions.insider_keys`.

    `path` leads from a row of another model to its plan, as "plan__".
    """
    found = Q(**{f"{path}group__in": access.ids_of(user, "group")})
    found |= Q(**{f"{path}city__in": access.ids_of(user, "city")})
    coordinated = access.ids_of(user, "programme", "coordinator")
    return found | Q(**{f"{path}group__programme__in": coordinated})


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: "Reader") -> Self:
        """Its group, its city and the coordinators; once it is published, everybody."""
        return self.filter(insiders(user) | Q(published_version__isnull=False))

    def with_frame(self) -> Self:
        return self.select_related(
            "group__programme", "group__scheme", "city", "owner", "signed_version__made_by"
        )

    def with_progress(self, user: "Reader") -> Self:
        """With `written` of `sections`, and `waiting`: the follow-ups without an answer."""
        waiting = PlanFollowUp.objects.visible_to(user).filter(answered_at=None)
        found = self.prefetch_related(
            models.Prefetch("follow_ups", waiting.order_by("due_on"), to_attr="waiting")
        )
        written = models.Count("texts", filter=~Q(texts__text=""))
        return found.annotate(written=written, sections=models.Count("texts"))

    def locked(self) -> Self:
        """Under the one lock that every change of a plan takes first: else two sign at once."""
        return self.select_for_update(of=("self",), no_key=True)


class Plan(models.Model):
    """What a twin city will carry over, and how.

    That the city is a twin of the group, that a signed plan stays as it is, and that only what
    was signed is published, is watched by the database (0009_plans_kept).
    """

    group = models.ForeignKey(TwinGroup, models.CASCADE, related_name="plans")
    city = models.ForeignKey(City, models.PROTECT, related_name="plans", verbose_name=_("city"))
    language = models.CharField(_("language of the texts"), max_length=10)
    #: Who answers for it: asked at the follow-ups.
    owner = models.ForeignKey(
        _USER, models.PROTECT, related_name="plans", verbose_name=_("who answers for the plan")
    )
    begun_at = models.DateTimeField(default=timezone.now)
    begun_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    #: False from the signature until somebody begins the next version.
    is_open = models.BooleanField(default=True, editable=False)
    newest_number = models.PositiveIntegerField(default=0, editable=False)
    signed_version = models.ForeignKey(
        "PlanVersion", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_version = models.ForeignKey(
        "PlanVersion", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_sample = models.BooleanField(default=False, editable=False)

    objects: ClassVar[models.Manager["Plan"]] = PlanQuerySet.as_manager()

    # Filled by with_progress().
    written: int
    sections: int
    waiting: list["PlanFollowUp"]

    class Meta:
        verbose_name = _("replication plan")
        verbose_name_plural = _("replication plans")
        constraints = [
            models.UniqueConstraint(fields=["group", "city"], name="plan_once_per_city"),
            models.CheckConstraint(
                name="plan_closed_by_signature",
                condition=Q(is_open=True) | Q(signed_version__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city_id}: {self.group_id}"

    def get_absolute_url(self) -> str:
        return reverse("plan", args=[self.group.slug, self.city.slug])

    @property
    def subject(self) -> str:
        return f"plan:{self.pk}"


class PlanTextQuerySet(models.QuerySet["PlanText"]):
    def visible_to(self, user: "Reader") -> Self:
        """Those who work with the plan; others see versions."""
        return self.filter(insiders(user, "plan__"))


class PlanText(models.Model):
    """What a plan says under one heading of its group's template."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="texts")
    #: The heading as the template names it; of an older version where a newer one dropped it.
    section = models.ForeignKey(PlanSection, models.PROTECT, related_name="+")
    #: The section's, through all versions of the template.
    code = models.SlugField(max_length=40)
    text = models.TextField(blank=True)
    #: Rises with every save, so that two editors notice each other.
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(_USER, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager["PlanText"]] = PlanTextQuerySet.as_manager()

    class Meta:
        ordering = ["section__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="plan_text_once_per_section"),
            models.CheckConstraint(
                name="plan_text_changed_at_with_by",
                condition=Q(changed_at__isnull=True, changed_by__isnull=True)
                | Q(changed_at__isnull=False, changed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def standing(self) -> Standing:
        return Standing(self.code, self.section.name, self.text, self.version, self.changed_by)


class PlanStepQuerySet(models.QuerySet["PlanStep"]):
    def visible_to(self, user: "Reader") -> Self:
        """Those who work with the plan; others see versions."""
        return self.filter(insiders(user, "plan__"))


class PlanStep(models.Model):
    """One thing that the city will do: who, until when, with what money, on whose word."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("what is done"), max_length=500)
    owner = models.ForeignKey(
        _USER, models.PROTECT, null=True, blank=True, related_name="plan_steps"
    )
    #: A department, a company, a person without an account.
    owner_name = models.CharField(_("who else does it"), max_length=160, blank=True)
    due_on = models.DateField(_("until when"), null=True, blank=True)
    budget = models.CharField(_("budget"), max_length=200, blank=True)
    mandate = models.CharField(_("mandate"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=StepState, default=StepState.PLANNED)
    #: What came of it, or why it was dropped.
    state_note = models.CharField(_("in one line"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["PlanStep"]] = PlanStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a replication plan")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "position"],
                name="plan_step_one_per_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(name="plan_step_says_what", condition=~Q(text="")),
            models.CheckConstraint(
                name="plan_step_state_known", condition=Q(state__in=StepState.values)
            ),
            models.CheckConstraint(
                name="plan_step_one_owner", condition=Q(owner__isnull=True) | Q(owner_name="")
            ),
            models.CheckConstraint(
                name="plan_step_dropped_says_why",
                condition=~Q(state=StepState.DROPPED) | ~Q(state_note=""),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return f"{self.plan.get_absolute_url()}#step-{self.pk}"

    @property
    def is_late(self) -> bool:
        over = self.due_on is not None and self.due_on < timezone.localdate()
        return over and self.state in (StepState.PLANNED, StepState.UNDER_WAY)


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    def visible_to(self, user: "Reader") -> Self:
        """Those who work with the plan see them all, others the one that was published."""
        return self.filter(insiders(user, "plan__") | Q(plan__published_version=F("pk")))


class PlanVersion(models.Model):
    """A plan as it stood; numbered, never changed."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    #: Headings, texts and steps (plans.content).
    content = models.JSONField()
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    #: Of a version that the city's lead signed: in the same moment as it was made.
    is_signed = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["PlanVersion"]] = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a replication plan")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_number_once"),
            models.CheckConstraint(name="plan_version_counts_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.number}"


class PlanCommentQuerySet(models.QuerySet["PlanComment"]):
    def visible_to(self, user: "Reader") -> Self:
        """Those who work with the plan, and who wrote it."""
        mine = Q(author=user.pk) if user.pk else Q(pk__in=[])
        return self.filter(insiders(user, "plan__") | mine)


class PlanComment(models.Model):
    """A remark on a plan: on a heading, on a step, or on the whole of it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="comments")
    #: A section's code; empty: on the whole plan, or on the step.
    code = models.SlugField(max_length=40, blank=True)
    step = models.ForeignKey(
        PlanStep, models.CASCADE, null=True, blank=True, related_name="comments"
    )
    text = models.TextField(_("comment"), max_length=4000)
    author = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(_USER, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager["PlanComment"]] = PlanCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on a replication plan")
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(name="plan_comment_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="plan_comment_on_one_thing", condition=Q(code="") | Q(step__isnull=True)
            ),
            models.CheckConstraint(
                name="plan_comment_resolved_at_with_by",
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class PlanFollowUpQuerySet(models.QuerySet["PlanFollowUp"]):
    def visible_to(self, user: "Reader") -> Self:
        """Those who work with the plan; others see versions."""
        return self.filter(insiders(user, "plan__"))


class PlanFollowUp(models.Model):
    """The question half a year and a year after the signature: how far has each step come?"""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="follow_ups")
    months = models.PositiveSmallIntegerField(_("months after the signature"))
    due_on = models.DateField(_("due"))
    #: How often its owner was asked, and when last.
    asks = models.PositiveSmallIntegerField(default=0, editable=False)
    asked_at = models.DateTimeField(null=True, blank=True)
    summary = models.TextField(_("what you have learnt since"), max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(_USER, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager["PlanFollowUp"]] = PlanFollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up of a replication plan")
        ordering = ["months"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "months"], name="plan_follow_up_once"),
            models.CheckConstraint(
                name="plan_follow_up_half_or_whole_year", condition=Q(months__in=[6, 12])
            ),
            models.CheckConstraint(
                name="plan_follow_up_asked_with_time",
                condition=Q(asks=0, asked_at__isnull=True) | Q(asks__gt=0, asked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_follow_up_answered_at_with_by",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], name="plan_follow_up_due", condition=Q(answered_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.months}"

    def get_absolute_url(self) -> str:
        args = [self.plan.group.slug, self.plan.city.slug, self.months]
        return reverse("plan-follow-up", args=args)

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None


class PlanAnswerQuerySet(models.QuerySet["PlanAnswer"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(insiders(user, "follow_up__plan__"))


class PlanAnswer(models.Model):
    """How far one step had come at a follow-up."""

    follow_up = models.ForeignKey(PlanFollowUp, models.CASCADE, related_name="answers")
    #: A step that has an answer is dropped with a reason, not deleted.
    step = models.ForeignKey(PlanStep, models.RESTRICT, related_name="answers")
    state = models.CharField(max_length=9, choices=StepState)
    text = models.CharField(max_length=500, blank=True)

    objects: ClassVar[models.Manager["PlanAnswer"]] = PlanAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["step__position"]
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "step"], name="plan_answer_once"),
            models.CheckConstraint(
                name="plan_answer_state_known", condition=Q(state__in=StepState.values)
            ),
            models.CheckConstraint(
                name="plan_answer_dropped_says_why",
                condition=~Q(state=StepState.DROPPED) | ~Q(text=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.state}"
