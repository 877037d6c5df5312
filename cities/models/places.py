from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, Collate, Lower, NullIf
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.countries import country_name
from cities.enums import Condition, MissionStatus
from cities.models.taxonomy import Domain, Lever, is_swedish

if TYPE_CHECKING:
    from hub.access import Reader


def by_swedish_order(field: str = "name") -> Collate:
    """… z å ä ö, on servers without ICU too."""
    folded = Func(Lower(F(field)), Value("åäö"), Value("{|}"), function="translate")
    return Collate(folded, "C")


class CityQuerySet(models.QuerySet["City"]):
    def visible_to(self, user: "Reader") -> "CityQuerySet":
        """Cities are public facts."""
        return self.all()

    def in_order(self) -> "CityQuerySet":
        return self.order_by(by_swedish_order(), "pk")


class City(models.Model):
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166 code"))
    latitude = models.DecimalField(_("latitude"), max_digits=7, decimal_places=4)
    longitude = models.DecimalField(_("longitude"), max_digits=7, decimal_places=4)
    population = models.PositiveIntegerField(
        _("inhabitants of the urban area"), null=True, blank=True
    )
    population_source = models.CharField(_("source of the figure"), max_length=120, blank=True)
    population_year = models.PositiveSmallIntegerField(
        _("year of the figure"), null=True, blank=True
    )
    geonames_id = models.PositiveIntegerField(null=True, blank=True, unique=True)
    mission_status = models.CharField(
        _("EU Mission"), max_length=8, choices=MissionStatus, default=MissionStatus.UNKNOWN
    )
    neutral_by = models.PositiveSmallIntegerField(_("climate-neutral by"), null=True, blank=True)
    neutral_by_source = models.CharField(_("source of the target"), max_length=120, blank=True)
    #: When somebody last compared the figures with their sources.
    facts_checked_on = models.DateField(_("figures last checked"), null=True, blank=True)
    about = models.TextField(_("about the city's climate work"), max_length=5000, blank=True)
    website = models.URLField(_("website"), blank=True)
    domains = models.ManyToManyField(
        Domain, verbose_name=_("emission domains"), blank=True, related_name="cities"
    )
    levers = models.ManyToManyField(
        Lever, verbose_name=_("levers of change"), blank=True, related_name="cities"
    )
    #: Codes of Condition: what it says that it has, and that it does not; others are unknown.
    has = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    lacks = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["City"]] = CityQuerySet.as_manager()

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        indexes = [models.Index(by_swedish_order(), "id", name="city_swedish_order")]
        constraints = [
            models.CheckConstraint(
                name="city_on_earth",
                condition=Q(
                    latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180
                ),
            ),
            models.CheckConstraint(
                name="city_neutral_by_plausible",
                condition=Q(neutral_by__isnull=True)
                | Q(neutral_by__gte=2020, neutral_by__lte=2100),
            ),
            models.CheckConstraint(name="city_has_or_lacks", condition=~Q(has__overlap=F("lacks"))),
            models.CheckConstraint(
                name="city_changed_at_with_by",
                condition=Q(changed_at__isnull=True, changed_by__isnull=True)
                | Q(changed_at__isnull=False, changed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("city", args=[self.slug])

    @property
    def subject(self) -> str:
        return f"city:{self.pk}"

    @property
    def country_name(self) -> str:
        return country_name(self.country)

    @property
    def has_names(self) -> list[Any]:
        return [label for code, label in Condition.choices if code in self.has]

    @property
    def lacks_names(self) -> list[Any]:
        return [label for code, label in Condition.choices if code in self.lacks]


class CityFact(models.Model):
    """One figure that a city states about itself, with its source and year."""

    city = models.ForeignKey(City, models.CASCADE, related_name="facts", verbose_name=_("city"))
    label = models.CharField(_("what the figure tells"), max_length=80)
    value = models.CharField(_("figure with its unit"), max_length=60)
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=160)
    source_url = models.URLField(_("address of the source"), blank=True)
    checked_on = models.DateField(_("last checked"), null=True, blank=True)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["label", "-year"]
        constraints = [
            models.CheckConstraint(
                name="city_fact_year_plausible", condition=Q(year__gte=1900, year__lte=2100)
            ),
            models.UniqueConstraint(fields=["city", "label", "year"], name="city_fact_once_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: "Reader") -> "OrganisationQuerySet":
        """Organisations are public facts."""
        return self.all()


class Organisation(models.Model):
    name = models.CharField(_("name"), max_length=160)
    name_sv = models.CharField(_("name in Swedish"), max_length=160, blank=True)
    slug = models.SlugField(max_length=160, unique=True)
    country = models.CharField(_("country"), max_length=2, default="SE")
    website = models.URLField(_("website"), blank=True)
    about = models.TextField(_("about"), max_length=5000, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
    )

    objects: ClassVar[models.Manager["Organisation"]] = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.slug])

    @property
    def subject(self) -> str:
        return f"organisation:{self.pk}"

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return (self.name_sv if is_swedish() else "") or self.name

    @staticmethod
    def local_name(path: str = "") -> F | Coalesce:
        """The same in SQL; `path` leads to the organisation, such as "organisation__"."""
        name = F(f"{path}name")
        return Coalesce(NullIf(f"{path}name_sv", Value("")), name) if is_swedish() else name

    @property
    def country_name(self) -> str:
        return country_name(self.country)
