"""Match runs: one try at matching the cities of a call with its pilots, kept with its reasons."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import City
from cities.twinning.enums import RulingKind, RunState, Standing
from cities.twinning.models.applications import Application
from cities.twinning.models.calls import Call, CallPilot, CallPilotCity
from cities.twinning.models.groups import TwinGroup
from hub import access

if TYPE_CHECKING:
    from hub.access import Reader


class MatchRunQuerySet(models.QuerySet["MatchRun"]):
    def visible_to(self, user: "Reader") -> Self:
        """Drafts of a decision: for who coordinates the programme, and nobody else."""
        if access.holds(user, access.ADMIN):
            return self.all()
        mine = access.ids_of(user, "programme", "coordinator")
        return self.filter(call__programme_id__in=mine)

    def under_way(self) -> Self:
        return self.filter(state__in=[RunState.WAITING, RunState.RUNNING])

    def standing(self) -> Self:
        """Published and neither taken back nor replaced: what cities are asked about."""
        return self.filter(published_at__isnull=False, ended_at__isnull=True)

    def with_people(self) -> Self:
        return self.select_related("made_by", "started_by", "published_by", "derived_from")


class MatchRun(models.Model):
    """Weights, places, pins and vetoes, and what they lead to.

    It is set up by hand, computed by a worker and never changed afterwards: another try is another
    run, derived from this one.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="runs", verbose_name=_("call"))
    #: Counts the runs of a call.
    number = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=80, blank=True)
    derived_from = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="variants"
    )
    #: Keeps as many pairs of the run it is derived from as it can.
    is_repair = models.BooleanField(default=False)
    state = models.CharField(
        _("state"), max_length=9, choices=RunState, default=RunState.DRAFT, db_index=True
    )
    #: Criterion → whole number from 0 to 10.
    weights = models.JSONField(default=dict)
    #: Key of a pilot → places, where they differ from what the pilot offers.
    places = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    #: When cities were asked about it; ended when it was taken back, or replaced by a repair.
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: A worker holds it until then; one that comes later raises the fence.
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=10, blank=True)
    #: Hundredths of the work.
    progress = models.PositiveSmallIntegerField(default=0)
    #: Why it is not possible: a kind, and what belongs to it.
    problem = models.JSONField(default=dict, blank=True)
    twins = models.PositiveIntegerField(null=True, blank=True)
    matched = models.PositiveIntegerField(null=True, blank=True)
    #: The lowest score that was not pinned, and all scores together.
    worst = models.PositiveIntegerField(null=True, blank=True)
    total = models.PositiveBigIntegerField(null=True, blank=True)

    objects: ClassVar[models.Manager["MatchRun"]] = MatchRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("match run")
        verbose_name_plural = _("match runs")
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="run_number_once"),
            models.CheckConstraint(name="run_state_known", condition=Q(state__in=RunState.values)),
            models.CheckConstraint(
                name="run_started_at_with_by",
                condition=Q(started_at__isnull=True, started_by__isnull=True, state="draft")
                | Q(started_at__isnull=False, started_by__isnull=False) & ~Q(state="draft"),
            ),
            models.CheckConstraint(
                name="run_leased_while_it_computes",
                condition=Q(state="running", lease_until__isnull=False)
                | ~Q(state="running") & Q(lease_until__isnull=True),
            ),
            models.CheckConstraint(
                name="run_has_a_result_once_done",
                condition=~Q(state="done")
                | Q(
                    finished_at__isnull=False,
                    twins__isnull=False,
                    matched__isnull=False,
                    total__isnull=False,
                    matched__lte=models.F("twins"),
                ),
            ),
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(published_at__isnull=False, ended_at__isnull=True),
                name="run_one_stands_a_call",
            ),
            models.CheckConstraint(
                name="run_published_at_with_by",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False, state="done"),
            ),
            models.CheckConstraint(
                name="run_ended_at_with_by",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="run_repairs_another",
                condition=Q(is_repair=False) | Q(derived_from__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("match-run", args=[self.call.slug, self.number])

    @property
    def mean(self) -> int | None:
        """The score of a match on average."""
        return (self.total or 0) // self.matched if self.matched else None

    @property
    def is_draft(self) -> bool:
        return self.state == RunState.DRAFT

    @property
    def is_under_way(self) -> bool:
        return self.state in (RunState.WAITING, RunState.RUNNING)

    @property
    def is_done(self) -> bool:
        return self.state == RunState.DONE

    @property
    def stands(self) -> bool:
        return self.published_at is not None and self.ended_at is None


class Ruling(models.Model):
    """A pin or a veto, by whom and why."""

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="rulings")
    kind = models.CharField(_("kind"), max_length=4, choices=RulingKind)
    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    pilot = models.ForeignKey(CallPilot, models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("pin or veto")
        verbose_name_plural = _("pins and vetoes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "application", "pilot"], name="ruling_pair_once"
            ),
            models.UniqueConstraint(
                fields=["run", "application"],
                condition=Q(kind="pin"),
                name="ruling_one_pin_a_city",
            ),
            models.CheckConstraint(
                name="ruling_kind_known", condition=Q(kind__in=RulingKind.values)
            ),
            models.CheckConstraint(name="ruling_has_a_reason", condition=~Q(reason="")),
        ]


class MatchPairQuerySet(models.QuerySet["MatchPair"]):
    def visible_to(self, user: "Reader") -> Self:
        """Who coordinates the programme; of a run that stands, the people of both sides."""
        if access.holds(user, access.ADMIN):
            return self.all()
        own = access.ids_of(user, "city")
        pilots = CallPilotCity.objects.filter(city__in=own).values("pilot")
        asked = Q(application__city__in=own) | Q(pilot__in=pilots)
        stands = Q(run__published_at__isnull=False, run__ended_at__isnull=True)
        mine = access.ids_of(user, "programme", "coordinator")
        return self.filter(Q(run__call__programme_id__in=mine) | stands & asked)

    def with_answers(self) -> Self:
        answers = MatchAnswer.objects.select_related("city", "answered_by")
        cities = CallPilotCity.objects.select_related("city").order_by("city__name")
        return self.select_related("application__city", "pilot").prefetch_related(
            Prefetch("answers", answers.order_by("answered_at"), to_attr="loaded_answers"),
            Prefetch("pilot__cities", cities, to_attr="loaded_cities"),
        )


class MatchPair(models.Model):
    """What a run says of one applying city: its pilot or none, and why.

    That city and pilot belong to the run's call is watched by triggers (0010_runs).
    """

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="pairs")
    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    pilot = models.ForeignKey(CallPilot, models.CASCADE, null=True, blank=True, related_name="+")
    score = models.PositiveIntegerField(null=True, blank=True)
    is_pinned = models.BooleanField(default=False)
    #: The criteria of the match, the heaviest first (cities.twinning.runs.stored).
    values = models.JSONField(default=list, blank=True)
    #: Key of each other pilot → score, and why it is not that one.
    others = models.JSONField(default=dict, blank=True)
    #: Of a city without a pilot: the obstacle, and what would take it away.
    plight = models.JSONField(default=dict, blank=True)
    #: The twin group that came of it, once both sides had accepted.
    group = models.ForeignKey(
        TwinGroup, models.SET_NULL, null=True, blank=True, related_name="matches"
    )

    objects: ClassVar[models.Manager["MatchPair"]] = MatchPairQuerySet.as_manager()

    # Filled by with_answers().
    loaded_answers: list["MatchAnswer"]

    class Meta:
        verbose_name = _("result of a match run")
        verbose_name_plural = _("results of match runs")
        constraints = [
            models.UniqueConstraint(fields=["run", "application"], name="pair_city_once"),
            models.CheckConstraint(
                name="pair_scored_if_matched",
                condition=Q(pilot__isnull=True, score__isnull=True, is_pinned=False)
                | Q(pilot__isnull=False, score__isnull=False),
            ),
        ]

    @property
    def asked(self) -> list[City]:
        """The cities that answer: the twin, and every city of the pilot."""
        if self.pilot is None:
            return []
        return [self.application.city, *(row.city for row in self.pilot.loaded_cities)]

    @property
    def standing(self) -> Standing:
        """Of one loaded with its answers."""
        if any(not answer.is_yes for answer in self.loaded_answers):
            return Standing.DECLINED
        said = {answer.city_id for answer in self.loaded_answers}
        is_whole = all(city.pk in said for city in self.asked)
        return Standing.ACCEPTED if is_whole else Standing.ASKED


class MatchAnswer(models.Model):
    """What one of the cities of a match says to it.

    That the city is one of those asked, and the run stands, is watched by triggers (0010_runs).
    """

    pair = models.ForeignKey(MatchPair, models.CASCADE, related_name="answers")
    city = models.ForeignKey(City, models.PROTECT, related_name="+")
    is_yes = models.BooleanField()
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("answer to a match")
        verbose_name_plural = _("answers to matches")
        constraints = [
            models.UniqueConstraint(fields=["pair", "city"], name="match_answered_once_a_city"),
            models.CheckConstraint(
                name="match_declined_with_a_reason", condition=Q(is_yes=True) | ~Q(reason="")
            ),
        ]
