from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City, KnowledgeArea, Programme
from cities.twinning.models import TwinGroup
from hub import access
from labs.enums import (
    ASKED_FOR_LABS,
    EXCHANGES,
    Choice,
    LabKind,
    PollAudience,
    PollState,
    Via,
)
from labs.models.labs import Lab, conducted_by

if TYPE_CHECKING:
    from hub.access import Reader


class PollQuerySet(models.QuerySet["Poll"]):
    def visible_to(self, user: "Reader") -> "PollQuerySet":
        """The same rule as `labs.polls.permissions.audience_keys`, as a condition."""
        return self.filter(conducted_by(user) | self._asked(user))

    def asking(self, user: "Reader") -> "PollQuerySet":
        """Those in which the person has a vote."""
        return self.filter(self._asked(user))

    def _asked(self, user: "Reader") -> Q:
        teams = access.ids_of(user, "programme", "transition-team")
        chosen = Poll.cities.through.objects.filter(
            poll=OuterRef("pk"), city__in=access.ids_of(user, "city")
        )
        return (
            Q(audience=PollAudience.TRANSITION_TEAM, programme__in=teams)
            | Q(audience=PollAudience.CITIES, programme__in=access.ids_of(user, "programme"))
            | Q(Exists(chosen), audience=PollAudience.CHOSEN)
            | Q(audience=PollAudience.GROUP, group__in=access.ids_of(user, "group"))
        )

    def running(self) -> "PollQuerySet":
        """Open before their deadline, the first to close first."""
        found = self.filter(state=PollState.OPEN, closes_at__gt=timezone.now())
        return found.order_by("closes_at", "pk")

    def with_frame(self) -> "PollQuerySet":
        return self.select_related("programme", "group", "knowledge_area", "chosen", "lab")

    def with_ballot_count(self) -> "PollQuerySet":
        return self.annotate(ballot_count=Count("ballots"))

    def locked(self) -> "PollQuerySet":
        """Under the one lock that every save of a poll or of a vote in it takes first.

        Without it a vote slips in after the deadline was read, and two saves of
        one person interleave.
        """
        return self.select_for_update(of=("self",), no_key=True)


class Poll(models.Model):
    """The question when a Lab or an exchange can be held, put to an audience until a deadline."""

    programme = models.ForeignKey(
        Programme, models.PROTECT, verbose_name=_("programme"), related_name="polls"
    )
    #: Of the exchange that gets the date, and of a Learning Lab where there is no group.
    kind = models.CharField(
        _("kind"),
        max_length=14,
        choices=LabKind,
        default=LabKind.LEARNING_LAB,
        db_default=LabKind.LEARNING_LAB,
    )
    #: Whose people are asked; that it is of the programme is watched by triggers (0019).
    group = models.ForeignKey(
        TwinGroup,
        models.PROTECT,
        verbose_name=_("twin group"),
        null=True,
        blank=True,
        related_name="polls",
    )
    title = models.CharField(_("theme"), max_length=160)
    slug = models.SlugField(max_length=180, unique=True)
    knowledge_area = models.ForeignKey(
        KnowledgeArea,
        models.PROTECT,
        verbose_name=_("knowledge area"),
        null=True,
        blank=True,
        related_name="polls",
    )
    summary = models.TextField(_("what it is about"), max_length=3000, blank=True)
    language = models.CharField(
        _("language of the poll"), max_length=8, default="sv", choices=settings.LANGUAGES
    )
    place = models.CharField(_("place"), max_length=160, blank=True)
    is_online = models.BooleanField(_("one can take part online"), default=False)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=180)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Stockholm")
    audience = models.CharField(
        _("who is asked"), max_length=20, choices=PollAudience, default=PollAudience.TRANSITION_TEAM
    )
    #: Only for an audience of chosen cities.
    cities = models.ManyToManyField(City, verbose_name=_("cities"), blank=True, related_name="+")
    closes_at = models.DateTimeField(_("deadline"))
    state = models.CharField(max_length=10, choices=PollState, default=PollState.OPEN)
    #: Rises with every save of the form, so that two editors notice each other.
    version = models.PositiveIntegerField(default=1, editable=False)
    #: Rises with every round of reminders.
    reminder_round = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    #: When a coordinator last reminded those who had not voted.
    reminded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reminded_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    chosen = models.ForeignKey(
        "PollOption", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    #: What the date became; empty again where the draft was thrown away.
    lab = models.OneToOneField(
        Lab, models.SET_NULL, null=True, blank=True, related_name="poll", verbose_name=_("Lab")
    )
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancellation_reason = models.CharField(_("reason"), max_length=500, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)

    objects: ClassVar[models.Manager["Poll"]] = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("date poll")
        verbose_name_plural = _("date polls")
        constraints = [
            models.CheckConstraint(
                name="poll_has_title_and_slug", condition=~Q(title="") & ~Q(slug="")
            ),
            models.CheckConstraint(
                name="poll_of_exchange_has_group",
                condition=Q(
                    kind="learning-lab",
                    group__isnull=True,
                    audience__in=[*map(str, ASKED_FOR_LABS)],
                )
                | Q(kind__in=[*map(str, EXCHANGES)], group__isnull=False, audience="group"),
            ),
            models.CheckConstraint(
                name="poll_says_where", condition=~Q(place="") | Q(is_online=True)
            ),
            models.CheckConstraint(
                name="poll_has_length", condition=Q(minutes__gte=15, minutes__lte=1440)
            ),
            models.CheckConstraint(
                name="poll_reminded_at_with_by",
                condition=Q(reminded_at__isnull=True, reminded_by__isnull=True)
                | Q(reminded_at__isnull=False, reminded_by__isnull=False),
            ),
            models.CheckConstraint(
                name="poll_decided_at_with_by",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="poll_cancelled_at_with_by",
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="poll_state_as_its_dates_say",
                condition=Q(
                    state="open",
                    decided_at__isnull=True,
                    chosen__isnull=True,
                    lab__isnull=True,
                    cancelled_at__isnull=True,
                )
                | Q(
                    state="decided",
                    decided_at__isnull=False,
                    chosen__isnull=False,
                    cancelled_at__isnull=True,
                )
                | Q(
                    state="cancelled",
                    decided_at__isnull=True,
                    chosen__isnull=True,
                    lab__isnull=True,
                    cancelled_at__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["-closes_at", "-id"], name="poll_by_deadline"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("poll", args=[self.slug])

    @property
    def subject(self) -> str:
        return f"poll:{self.pk}"

    @property
    def is_exchange(self) -> bool:
        return self.kind != LabKind.LEARNING_LAB

    @property
    def the(self) -> str:
        """ "the workshop", for the middle of a sentence."""
        return str(LabKind(self.kind).definite)

    @property
    def one(self) -> str:
        """ "a workshop"."""
        return str(LabKind(self.kind).indefinite)

    @property
    def asker(self) -> str:
        """Who looks for the date: the twin group, or the programme."""
        return self.group.title if self.group else self.programme.name

    @property
    def is_open(self) -> bool:
        """Neither decided nor cancelled; votes are taken until the deadline only."""
        return self.state == PollState.OPEN

    @property
    def is_closed(self) -> bool:
        """The deadline has passed, and nobody has decided yet."""
        return self.is_open and self.closes_at <= timezone.now()

    @property
    def takes_votes(self) -> bool:
        return self.is_open and self.closes_at > timezone.now()


class PollOptionQuerySet(models.QuerySet["PollOption"]):
    def visible_to(self, user: "Reader") -> "PollOptionQuerySet":
        return self.filter(poll__in=Poll.objects.visible_to(user))


class PollOption(models.Model):
    """One date that voters say yes or no to; it lasts as long as its poll says."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="options")
    starts_at = models.DateTimeField(_("starts"))

    objects: ClassVar[models.Manager["PollOption"]] = PollOptionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "starts_at"], name="poll_option_once")
        ]

    def __str__(self) -> str:
        return self.starts_at.astimezone(UTC).isoformat()

    def ends_at(self, minutes: int) -> datetime:
        return self.starts_at + timedelta(minutes=minutes)


class BallotQuerySet(models.QuerySet["Ballot"]):
    def visible_to(self, user: "Reader") -> "BallotQuerySet":
        """One's own; all of a poll for those who coordinate it."""
        coordinated = access.ids_of(user, "programme", "coordinator")
        return self.filter(Q(user=user.pk) | Q(poll__programme__in=coordinated))


class Ballot(models.Model):
    """What one person has answered; there is one for each person and poll, the last save."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="ballots")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="ballots")
    #: Rises with every save; the receipt of an earlier one is withdrawn.
    version = models.PositiveIntegerField(default=1)
    cast_at = models.DateTimeField(default=timezone.now)
    via = models.CharField(max_length=4, choices=Via)

    objects: ClassVar[models.Manager["Ballot"]] = BallotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "user"], name="ballot_one_per_person"),
            models.CheckConstraint(
                name="ballot_counts_from_one",
                condition=Q(version__gte=1, via__in=[Via.SITE.value, Via.MAIL.value]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} – {self.poll_id}: {self.version}"


class PollAnswerQuerySet(models.QuerySet["PollAnswer"]):
    def visible_to(self, user: "Reader") -> "PollAnswerQuerySet":
        return self.filter(ballot__in=Ballot.objects.visible_to(user))


class PollAnswer(models.Model):
    """What a ballot says to one date."""

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="answers")
    option = models.ForeignKey(PollOption, models.CASCADE, related_name="answers")
    choice = models.CharField(max_length=10, choices=Choice)

    objects: ClassVar[models.Manager["PollAnswer"]] = PollAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "option"], name="poll_answer_once"),
            models.CheckConstraint(name="poll_answer_known", condition=Q(choice__in=Choice.values)),
        ]

    def __str__(self) -> str:
        return f"{self.option_id}: {self.choice}"
