"""A programme's twinning as data: how long it is, what happens in it, what is asked and judged."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import Programme
from cities.models.taxonomy import is_swedish

if TYPE_CHECKING:
    from hub.access import Reader


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def visible_to(self, user: "Reader") -> Self:
        """How a programme's twinning goes is a public fact once it is settled."""
        return self.settled()

    def settled(self) -> Self:
        return self.exclude(settled_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-number")


class Scheme(models.Model):
    """One numbered version of a programme's template; settled, it never changes.

    Calls and groups hold on to the version that they began with. That the rows of
    a settled one stay as they are is watched by triggers (0004_kept_by_the_database).
    """

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="schemes", verbose_name=_("programme")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    months = models.PositiveSmallIntegerField(_("length in months"), default=20)
    #: What a city is asked to give, of all its people together.
    hours_a_month = models.PositiveSmallIntegerField(_("hours a month for each city"), default=12)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Scheme"]] = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("template of a twinning")
        verbose_name_plural = _("templates of twinnings")
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="scheme_number_once"),
            models.UniqueConstraint(
                fields=["programme"],
                condition=Q(settled_at__isnull=True),
                name="scheme_one_draft_at_a_time",
            ),
            models.CheckConstraint(
                name="scheme_length_plausible", condition=Q(months__gte=1, months__lte=60)
            ),
            models.CheckConstraint(
                name="scheme_hours_plausible",
                condition=Q(hours_a_month__gte=1, hours_a_month__lte=200),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("scheme", args=[self.programme.slug])

    @property
    def is_settled(self) -> bool:
        return self.settled_at is not None


class Part(models.Model):
    """A row of a template, named and explained in both languages of the interface."""

    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name_en = models.CharField(_("name in English"), max_length=200)
    name_sv = models.CharField(_("name in Swedish"), max_length=200)
    text_en = models.TextField(_("explained in English"), max_length=1000, blank=True)
    text_sv = models.TextField(_("explained in Swedish"), max_length=1000, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_sv if is_swedish() else self.name_en

    @property
    def text(self) -> str:
        return self.text_sv if is_swedish() else self.text_en


class Module(Part):
    """A stretch of a twinning, such as "Getting started"."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="modules")
    #: Months since the twinning began; the first is 1.
    first_month = models.PositiveSmallIntegerField(_("first month"))
    last_month = models.PositiveSmallIntegerField(_("last month"))

    class Meta(Part.Meta):
        constraints = [
            models.CheckConstraint(
                name="module_months_in_order",
                condition=Q(first_month__gte=1, last_month__gte=models.F("first_month")),
            )
        ]


class Milestone(Part):
    """What a group is to have done by the end of a month."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="milestones")
    month = models.PositiveSmallIntegerField(_("by the end of month"))

    class Meta(Part.Meta):
        constraints = [
            models.CheckConstraint(name="milestone_month_plausible", condition=Q(month__gte=1))
        ]


class PlanSection(Part):
    """A heading of the replication plan."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="plan_sections")
    #: Names the section through all versions of a template.
    code = models.SlugField(_("code"), max_length=40)
    is_required = models.BooleanField(_("needed for signing"), default=True)

    class Meta(Part.Meta):
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="plan_section_code_once")
        ]


class Question(Part):
    """What an application asks; `name` is the question."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="questions")
    code = models.SlugField(_("code"), max_length=40)
    is_required = models.BooleanField(_("must be answered"), default=True)
    longest = models.PositiveSmallIntegerField(_("longest answer, in characters"), default=2000)

    class Meta(Part.Meta):
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="question_code_once"),
            models.CheckConstraint(
                name="question_length_plausible",
                condition=Q(longest__gte=50, longest__lte=10000),
            ),
        ]


class Criterion(Part):
    """What reviewers score from 0 to `most`; a mean weighs the criteria."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="criteria")
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    most = models.PositiveSmallIntegerField(_("highest score"), default=5)

    class Meta(Part.Meta):
        constraints = [
            models.CheckConstraint(
                name="criterion_weight_and_scale_plausible",
                condition=Q(weight__gte=1, weight__lte=100, most__gte=1, most__lte=100),
            )
        ]
