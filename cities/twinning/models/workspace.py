"""What the people of a twin group keep together: milestones, goals, files, notes, fit checks."""

from typing import TYPE_CHECKING, ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City
from cities.twinning.enums import Fit, GoalState
from cities.twinning.models.groups import TwinGroup
from cities.twinning.models.schemes import Milestone
from hub import access
from hub.models import StoredFile

if TYPE_CHECKING:
    from hub.access import Reader

_USER = settings.AUTH_USER_MODEL


def of_group(user: "Reader", path: str = "group") -> Q:
    """Those of the group and the coordinators; as `workspace.permissions.insider_keys`."""
    coordinated = access.ids_of(user, "programme", "coordinator")
    mine = Q(**{f"{path}__in": access.ids_of(user, "group")})
    return mine | Q(**{f"{path}__programme__in": coordinated})


class MarkQuerySet(models.QuerySet["MilestoneMark"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(of_group(user))


class MilestoneMark(models.Model):
    """That a group has done what its template asks for; taken away where it was a mistake."""

    group = models.ForeignKey(TwinGroup, models.CASCADE, related_name="marks")
    #: Of the template that the group follows, or followed when it was done.
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="+")
    done_on = models.DateField(_("done on"))
    note = models.CharField(_("in one line"), max_length=300, blank=True)
    marked_at = models.DateTimeField(default=timezone.now)
    marked_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["MilestoneMark"]] = MarkQuerySet.as_manager()

    class Meta:
        ordering = ["done_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "milestone"], name="milestone_done_once")
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.milestone_id}"


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(of_group(user))


class Goal(models.Model):
    """What one of the cities wants to get out of it; the pilot has goals as the twin has.

    That the city is of the group is watched by a trigger (0012_workspace_kept).
    """

    group = models.ForeignKey(TwinGroup, models.CASCADE, related_name="goals")
    city = models.ForeignKey(City, models.PROTECT, related_name="+", verbose_name=_("city"))
    text = models.CharField(_("goal"), max_length=300)
    state = models.CharField(_("state"), max_length=7, choices=GoalState, default=GoalState.OPEN)
    #: What came of it, or why it was dropped.
    note = models.CharField(_("in one line"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["Goal"]] = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="goal_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="goal_state_known", condition=Q(state__in=GoalState.values)
            ),
            models.CheckConstraint(
                name="goal_dropped_says_why", condition=~Q(state="dropped") | ~Q(note="")
            ),
        ]

    def __str__(self) -> str:
        return self.text


class GroupFileQuerySet(models.QuerySet["GroupFile"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(of_group(user))


class GroupFile(models.Model):
    """A link or a file of a group."""

    group = models.ForeignKey(TwinGroup, models.CASCADE, related_name="files")
    title = models.CharField(_("title"), max_length=160)
    link = models.URLField(_("link"), max_length=500, blank=True)
    #: Its own audience is empty: only `workspace.views` sends it, by `visible_to`.
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["GroupFile"]] = GroupFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a twin group")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="group_file_has_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="group_file_is_link_or_file",
                condition=Q(file__isnull=False, link="") | (Q(file__isnull=True) & ~Q(link="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.link or reverse("group-file", args=[self.group.slug, self.pk])

    @property
    def kind(self) -> str:
        """As "PDF", or the site that a link leads to."""
        if self.file is None:
            return urlsplit(self.link).hostname or ""
        return self.file.name.rpartition(".")[2].upper()


class GroupNoteQuerySet(models.QuerySet["GroupNote"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(of_group(user))


class GroupNote(models.Model):
    """What somebody wrote into the log of a group."""

    group = models.ForeignKey(TwinGroup, models.CASCADE, related_name="notes")
    text = models.TextField(_("what happened"), max_length=2000)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["GroupNote"]] = GroupNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [models.CheckConstraint(name="group_note_says_so", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text[:60]


class NextActionQuerySet(models.QuerySet["NextAction"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(of_group(user))


class NextAction(models.Model):
    """The one thing that a group does next; a new one takes its place."""

    group = models.ForeignKey(TwinGroup, models.CASCADE, related_name="actions")
    text = models.CharField(_("what is done next"), max_length=300)
    city = models.ForeignKey(
        City, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("city")
    )
    due_on = models.DateField(_("until when"), null=True, blank=True)
    stated_at = models.DateTimeField(default=timezone.now)
    stated_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(_USER, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager["NextAction"]] = NextActionQuerySet.as_manager()

    class Meta:
        ordering = ["-stated_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="next_action_says_what", condition=~Q(text="")),
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(done_at__isnull=True),
                name="next_action_one_at_a_time",
            ),
            models.CheckConstraint(
                name="next_action_done_at_with_by",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < timezone.localdate()


class GroupPartQuerySet(models.QuerySet["GroupPart"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(of_group(user))

    def current(self) -> Self:
        return self.filter(ended_at=None)


class GroupPart(models.Model):
    """Who speaks for a city in a group, from when until when; ended, never deleted."""

    group = models.ForeignKey(TwinGroup, models.CASCADE, related_name="parts")
    city = models.ForeignKey(City, models.PROTECT, related_name="+", verbose_name=_("city"))
    holder = models.ForeignKey(
        _USER, models.PROTECT, related_name="group_parts", verbose_name=_("who speaks for the city")
    )
    #: What the one before left behind.
    note = models.TextField(_("what they should know"), max_length=2000, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(_USER, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager["GroupPart"]] = GroupPartQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "city"],
                condition=Q(ended_at__isnull=True),
                name="group_part_one_at_a_time",
            ),
            models.CheckConstraint(
                name="group_part_ended_at_with_by",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.city_id}, {self.holder_id}"


class FitCheckQuerySet(models.QuerySet["FitCheck"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(of_group(user))


class FitCheck(models.Model):
    """That the cities of a group were asked how it goes, at a set time."""

    group = models.ForeignKey(TwinGroup, models.CASCADE, related_name="fit_checks")
    month = models.PositiveSmallIntegerField(_("month of the twinning"))
    asks = models.PositiveSmallIntegerField(default=1, editable=False)
    asked_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["FitCheck"]] = FitCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("fit check")
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(fields=["group", "month"], name="fit_check_once_a_month"),
            models.CheckConstraint(name="fit_check_is_asked", condition=Q(asks__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.month}"


class FitAnswerQuerySet(models.QuerySet["FitAnswer"]):
    def visible_to(self, user: "Reader") -> Self:
        """The city's own, and the coordinators: to the other side nobody would be frank."""
        own = Q(city__in=access.ids_of(user, "city"))
        coordinated = access.ids_of(user, "programme", "coordinator")
        return self.filter(own | Q(check_of__group__programme__in=coordinated))


class FitAnswer(models.Model):
    """What a city says; the newest word of its people holds."""

    check_of = models.ForeignKey(FitCheck, models.CASCADE, related_name="answers")
    city = models.ForeignKey(City, models.PROTECT, related_name="+", verbose_name=_("city"))
    answer = models.CharField(_("how does it go?"), max_length=9, choices=Fit)
    note = models.CharField(_("what the coordinator should know"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["FitAnswer"]] = FitAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_of", "city"], name="fit_answer_once_a_city"),
            models.CheckConstraint(name="fit_answer_known", condition=Q(answer__in=Fit.values)),
        ]

    def __str__(self) -> str:
        return f"{self.city_id}: {self.answer}"
