"""Calls: a window in which cities apply, and the pilots that they choose among."""

import datetime as dt
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Min, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City, Domain, Lever, Programme
from cities.models.places import by_swedish_order
from cities.twinning.enums import RuleKind, Stage
from cities.twinning.models.schemes import Scheme
from hub import access

if TYPE_CHECKING:
    from hub.access import Reader


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: "Reader") -> Self:
        """Published calls are there for everybody; drafts for who coordinates the programme."""
        if access.holds(user, access.ADMIN):
            return self.all()
        mine = access.ids_of(user, "programme", "coordinator")
        return self.filter(Q(published_at__isnull=False) | Q(programme_id__in=mine))

    def open(self) -> Self:
        now = timezone.now()
        return self.filter(published_at__isnull=False, opens_at__lte=now, closes_at__gt=now)

    def with_catalogue(self) -> Self:
        """With `loaded_pilots`, each with `loaded_cities`."""
        pilots = CallPilot.objects.with_cities().prefetch_related("domains", "levers")
        return self.prefetch_related(Prefetch("pilots", pilots, to_attr="loaded_pilots"))


class Call(models.Model):
    """A window in which cities apply; one round of one cohort."""

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="calls", verbose_name=_("programme")
    )
    scheme = models.ForeignKey(
        Scheme, models.PROTECT, related_name="calls", verbose_name=_("template")
    )
    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(max_length=160, unique=True)
    cohort = models.PositiveSmallIntegerField(_("cohort"), null=True, blank=True)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    guidelines = models.TextField(_("guidelines"), max_length=20000, blank=True)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    #: The next date after the window, as applicants are told it.
    answers_on = models.DateField(_("cities get an answer by"), null=True, blank=True)
    starts_on = models.DateField(_("the twinning starts"))
    most_ranks = models.PositiveSmallIntegerField(_("pilots a city may rank"), default=5)
    most_domains = models.PositiveSmallIntegerField(
        _("emission domains a city may name"), default=3
    )
    is_blind = models.BooleanField(_("reviewers do not see which city applies"), default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: Counted up by each change, so that two editors do not overwrite each other.
    version = models.PositiveIntegerField(default=1)
    is_sample = models.BooleanField(default=False, editable=False)

    objects: ClassVar[models.Manager["Call"]] = CallQuerySet.as_manager()

    # Filled by with_catalogue().
    loaded_pilots: list["CallPilot"]

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [
            models.CheckConstraint(
                name="call_opens_before_it_closes", condition=Q(opens_at__lt=F("closes_at"))
            ),
            models.CheckConstraint(
                name="call_published_at_with_by",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="call_asks_for_a_choice",
                condition=Q(most_ranks__gte=1, most_domains__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("call", args=[self.slug])

    @property
    def subject(self) -> str:
        return f"call:{self.pk}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def stage(self) -> Stage:
        return self.stage_at(timezone.now())

    def stage_at(self, now: dt.datetime) -> Stage:
        if not self.is_published:
            return Stage.DRAFT
        if now < self.opens_at:
            return Stage.COMING
        return Stage.OPEN if now < self.closes_at else Stage.CLOSED


class CallPilotQuerySet(models.QuerySet["CallPilot"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(call__in=Call.objects.visible_to(user))

    def by_name(self) -> Self:
        """As lists show them: by their cities."""
        named = self.annotate(first_city=Min("cities__city__name"))
        return named.order_by(by_swedish_order("first_city"), "title", "pk")

    def with_cities(self) -> Self:
        cities = CallPilotCity.objects.select_related("city").order_by("city__name")
        return self.prefetch_related(Prefetch("cities", cities, to_attr="loaded_cities"))


class CallPilot(models.Model):
    """One entry of a call's catalogue: a pilot city, or several that share one activity."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="pilots", verbose_name=_("call"))
    title = models.CharField(_("pilot activity"), max_length=200)
    offers = models.TextField(_("what twins can learn here"), max_length=2000, blank=True)
    #: Learning goes both ways.
    seeks = models.TextField(_("what the pilot wants to learn"), max_length=2000, blank=True)
    #: 0: listed, and takes nobody this time.
    places = models.PositiveSmallIntegerField(_("twins it can take"), default=1)
    domains = models.ManyToManyField(
        Domain, verbose_name=_("emission domains"), blank=True, related_name="+"
    )
    levers = models.ManyToManyField(
        Lever, verbose_name=_("levers of change"), blank=True, related_name="+"
    )
    #: Codes as in hub.languages: what people there can work in.
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)

    objects: ClassVar[models.Manager["CallPilot"]] = CallPilotQuerySet.as_manager()

    # Filled by with_cities().
    loaded_cities: list["CallPilotCity"]

    class Meta:
        verbose_name = _("pilot of a call")
        verbose_name_plural = _("pilots of a call")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(name="call_pilot_places_plausible", condition=Q(places__lte=100))
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def name(self) -> str:
        """ "Klagenfurt, Vilnius": the cities, of one loaded with them."""
        return ", ".join(row.city.name for row in self.loaded_cities)


class CallPilotCity(models.Model):
    """A city of a catalogue's entry."""

    pilot = models.ForeignKey(CallPilot, models.CASCADE, related_name="cities")
    city = models.ForeignKey(City, models.PROTECT, related_name="+", verbose_name=_("city"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pilot", "city"], name="call_pilot_city_once")
        ]


class Rule(models.Model):
    """What a city must be like; `number`, `countries` and `words` as the kind asks."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="rules")
    kind = models.CharField(_("kind"), max_length=16, choices=RuleKind)
    number = models.PositiveIntegerField(_("inhabitants"), null=True, blank=True)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    words = models.CharField(_("in words"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("rule of a call")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="rule_says_what_its_kind_asks",
                condition=Q(kind__in=["population-least", "population-most"], number__isnull=False)
                | (Q(kind="countries") & ~Q(countries=[]))
                | (Q(kind="person") & ~Q(words=""))
                | Q(kind__in=["mission", "not-mission", "not-pilot"]),
            ),
        ]


class Extension(models.Model):
    """A call that was kept open longer, and why; everyone concerned was told."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="extensions")
    before = models.DateTimeField()
    after = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=300)
    extended_at = models.DateTimeField(auto_now_add=True)
    extended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("extension of a call")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="extension_is_later", condition=Q(after__gt=F("before")) & ~Q(reason="")
            )
        ]
