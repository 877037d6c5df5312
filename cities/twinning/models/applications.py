"""Applications: what a city wants to learn, from whom, and who answers for it."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City, Domain, Lever
from cities.twinning.enums import ApplicationState, Outcome, Screening
from cities.twinning.models.calls import Call, CallPilot
from cities.twinning.models.schemes import Question
from hub import access
from hub.models import StoredFile

if TYPE_CHECKING:
    from hub.access import Reader


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: "Reader") -> Self:
        """The city's own people; once it was sent in, who coordinates the programme.

        Reviewers read through what is assigned to them (cities.twinning.models.reviews).
        """
        own = Q(city_id__in=access.ids_of(user, "city"))
        sent = Q(submitted_at__isnull=False)
        if not access.holds(user, access.ADMIN):
            sent &= Q(call__programme_id__in=access.ids_of(user, "programme", "coordinator"))
        return self.filter(own | sent)

    def in_the_running(self) -> Self:
        """Sent in, not withdrawn, and not found ineligible."""
        return self.filter(state=ApplicationState.SUBMITTED).exclude(screening=Screening.FAIL)

    def to_match(self, *, with_reserve: bool = True) -> Self:
        """In the running, and not decided otherwise; with the reserve list or without."""
        out = [Outcome.DECLINED] if with_reserve else [Outcome.DECLINED, Outcome.RESERVE]
        return self.in_the_running().exclude(decision__outcome__in=out)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",))


class Application(models.Model):
    """A city's application to a call, written by several of its people together."""

    call = models.ForeignKey(
        Call, models.PROTECT, related_name="applications", verbose_name=_("call")
    )
    city = models.ForeignKey(
        City, models.PROTECT, related_name="applications", verbose_name=_("city")
    )
    state = models.CharField(
        _("state"), max_length=9, choices=ApplicationState, default=ApplicationState.DRAFT
    )
    domains = models.ManyToManyField(
        Domain, verbose_name=_("emission domains"), blank=True, related_name="+"
    )
    levers = models.ManyToManyField(
        Lever, verbose_name=_("levers of change"), blank=True, related_name="+"
    )
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    #: Learning goes both ways.
    offers = models.TextField(_("what the city can share in return"), max_length=2000, blank=True)
    #: Counted up by each change of all but the answers, which count for themselves.
    version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(auto_now_add=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: When it was first sent in; within the call's window, or never.
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_because = models.CharField(_("reason"), max_length=500, blank=True)
    screening = models.CharField(max_length=4, choices=Screening, blank=True)
    screening_reason = models.CharField(_("reason"), max_length=2000, blank=True)
    screened_at = models.DateTimeField(null=True, blank=True)
    screened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: Names of what may be written again though it was sent in.
    reopened = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    reopened_until = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)

    objects: ClassVar[models.Manager["Application"]] = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(fields=["call", "city"], name="application_once_a_city"),
            models.CheckConstraint(
                name="application_submitted_at_with_by",
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="application_state_as_sent",
                condition=Q(state="draft", submitted_at__isnull=True)
                | Q(state="submitted", submitted_at__isnull=False)
                | Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="application_withdrawn_at_with_by",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                & ~Q(state="withdrawn")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, state="withdrawn"),
            ),
            models.CheckConstraint(
                name="application_screened_at_with_by",
                condition=Q(screened_at__isnull=True, screened_by__isnull=True, screening="")
                | (Q(screened_at__isnull=False, screened_by__isnull=False) & ~Q(screening="")),
            ),
            models.CheckConstraint(
                name="application_screened_once_sent",
                condition=Q(screening="") | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_reopened_by_a_question",
                condition=Q(reopened=[], reopened_until__isnull=True)
                | (Q(screening="more", reopened_until__isnull=False) & ~Q(reopened=[])),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city} – {self.call}"

    def get_absolute_url(self) -> str:
        return reverse("application", args=[self.call.slug, self.city.slug])

    @property
    def subject(self) -> str:
        return f"application:{self.pk}"


class ScreeningVerdictQuerySet(models.QuerySet["ScreeningVerdict"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(application__in=Application.objects.visible_to(user))


class ScreeningVerdict(models.Model):
    """What a screening said; the last one counts, and those before it stay.

    That none is changed, nor deleted but with its application, is watched by triggers
    (0016_verdicts_stay).
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="verdicts")
    verdict = models.CharField(max_length=4, choices=Screening)
    reason = models.CharField(_("reason"), max_length=2000, blank=True)
    #: Names of the parts that were opened again, and until when.
    reopened = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    reopened_until = models.DateTimeField(null=True, blank=True)
    given_at = models.DateTimeField(default=timezone.now)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["ScreeningVerdict"]] = ScreeningVerdictQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict of a screening")
        verbose_name_plural = _("verdicts of screenings")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="verdict_known", condition=Q(verdict__in=Screening.values)),
            models.CheckConstraint(
                name="verdict_reopens_with_a_day",
                condition=Q(reopened=[], reopened_until__isnull=True)
                | (Q(verdict="more", reopened_until__isnull=False) & ~Q(reopened=[])),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.verdict}"


class Rank(models.Model):
    """A pilot that the city would like to learn from; 1 is its first choice."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="ranks")
    pilot = models.ForeignKey(CallPilot, models.CASCADE, related_name="ranks")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "pilot"], name="rank_pilot_once"),
            models.UniqueConstraint(fields=["application", "position"], name="rank_position_once"),
            models.CheckConstraint(name="rank_starts_at_one", condition=Q(position__gte=1)),
        ]


class ApplicationNeed(models.Model):
    """What the city wants to learn, in one sentence."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="needs")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("what the city wants to learn"), max_length=300)
    domain = models.ForeignKey(
        Domain, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("domain")
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "position"], name="need_position_once"),
            models.CheckConstraint(name="need_has_words", condition=~Q(text="")),
        ]


class ApplicationContact(models.Model):
    """Whom the programme reaches in the city; they need no account."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="contacts")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    duty = models.CharField(_("what they do"), max_length=120, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "position"], name="contact_position_once"
            ),
        ]


class ApplicationAnswer(models.Model):
    """What the city answers to one question; each counts its own versions."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["question__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "question"], name="answer_once"),
        ]


class ApplicationFile(models.Model):
    """A paper that belongs to the application, such as a letter of the mayor."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="files")
    title = models.CharField(_("title"), max_length=160)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    @property
    def kind(self) -> str:
        """As "PDF", of one loaded with its file."""
        return self.file.name.rpartition(".")[2].upper()
