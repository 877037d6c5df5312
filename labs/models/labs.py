import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, Max, Min, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cities.models import City, KnowledgeArea, Programme
from cities.twinning.models import TwinGroup
from hub import access
from hub.following import followed_by
from hub.models import Removable
from hub.wallclock import days_before
from labs.enums import Audience, LabKind, LabState, Mode
from labs.models import constraints as rules
from labs.questions import Question
from labs.questions import read as read_questions

if TYPE_CHECKING:
    from hub.access import Reader


def new_uid() -> str:
    return str(uuid.uuid4())


def conducted_by(user: "Reader", path: str = "") -> Q:
    """Labs that the person conducts; the same rule as `labs.permissions.can_coordinate`.

    `path` leads from a row of another model to its Lab, as "lab__".
    """
    programmes = access.ids_of(user, "programme", "coordinator")
    groups = access.ids_of(user, "group", "lead")
    return Q(**{f"{path}programme__in": programmes}) | Q(**{f"{path}group__in": groups})


def hosted_by(user: "Reader") -> Q:
    """Labs that are the person's own meetings; the same rule as `labs.permissions.host_keys`."""
    led = Q(programme__in=access.ids_of(user, "programme", "coordinator"))
    return led | Q(group__isnull=False, created_by=user.pk)


class LabQuerySet(models.QuerySet["Lab"]):
    def visible_to(self, user: "Reader") -> "LabQuerySet":
        """The same rule as `labs.permissions.audience_keys`, as a condition."""
        known = Q(audience=Audience.OPEN)
        known |= Q(audience=Audience.CITIES, programme__in=access.ids_of(user, "programme"))
        known |= self._invited_more_closely(user)
        known &= ~Q(state=LabState.DRAFT)
        known &= Q(removed_at=None) | self._placed(user)
        found = conducted_by(user) | known
        # Taken down after a report, the admins decide on it.
        if access.ADMIN in access.keys_of(user):
            found |= Q(removed_at__isnull=False)
        return self.filter(found)

    def _placed(self, user: "Reader") -> Q:
        """Whoever has a place at one that was taken down must still find the way."""
        if not user.is_authenticated:
            return Q(pk__in=[])
        from labs.models.registrations import Registration

        mine = Registration.objects.active().filter(lab=OuterRef("pk"), user=user.pk)
        return Q(Exists(mine))

    def inviting(self, user: "Reader") -> "LabQuerySet":
        """Whose audience the person belongs to; the same rule as `labs.permissions.invited_keys`.

        A Lab open to everybody invites its programme only, an exchange its twin group only.
        """
        wide = Q(audience__in=[Audience.CITIES, Audience.OPEN], group=None)
        wide &= Q(programme__in=access.ids_of(user, "programme"))
        return self.filter(self._invited_more_closely(user) | wide)

    def _invited_more_closely(self, user: "Reader") -> Q:
        """Than as one of the programme: of its team, of a chosen city, of the twin group."""
        teams = access.ids_of(user, "programme", "transition-team")
        found = Q(audience=Audience.TRANSITION_TEAM, programme__in=teams)
        if cities := access.ids_of(user, "city"):
            chosen = Lab.cities.through.objects.filter(lab=OuterRef("pk"), city__in=cities)
            found |= Q(Exists(chosen), audience=Audience.CHOSEN)
        if groups := access.ids_of(user, "group"):
            found |= Q(group__in=groups)
        return found

    def learning_labs(self) -> "LabQuerySet":
        """Without the exchanges of twin groups."""
        return self.filter(kind=LabKind.LEARNING_LAB)

    def of_kinds(self, kinds: Iterable[str]) -> "LabQuerySet":
        """All of them where none is named."""
        wanted = list(kinds)
        return self.filter(kind__in=wanted) if wanted else self

    def announced(self) -> "LabQuerySet":
        """Published or held: what calendars and other pages count as Labs."""
        return self.filter(state__in=[LabState.PUBLISHED, LabState.HELD])

    def upcoming(self) -> "LabQuerySet":
        """Not over yet, the next first."""
        return self.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")

    def past(self) -> "LabQuerySet":
        return self.filter(ends_at__lte=timezone.now()).order_by("-starts_at", "-pk")

    def years(self) -> range:
        """From the latest Lab's year to the first one's; one query."""
        ends = self.aggregate(first=Min("starts_at"), last=Max("starts_at"))
        if not ends["first"]:
            return range(0)
        first, last = (timezone.localtime(ends[name]).year for name in ("first", "last"))
        return range(last, first - 1, -1)

    def with_frame(self) -> "LabQuerySet":
        return self.select_related("programme", "knowledge_area", "group")

    def with_following_of(self, user: "Reader") -> "LabQuerySet":
        """`is_followed`: whether the person hears of what happens to the Lab."""
        return self.annotate(is_followed=followed_by(user, "lab"))

    def locked(self) -> "LabQuerySet":
        """Under the one lock that every change of a Lab or of its seats takes first.

        Without it two people see the same last seat free. NO KEY: rows that
        only refer to the Lab (an agenda item) need not wait.
        """
        return self.select_for_update(of=("self",), no_key=True)


class Lab(Removable):
    """One meeting with a theme, seats by mode, and an audience.

    A Learning Lab of a programme, or an exchange (workshop, site visit, online meeting)
    of one of its twin groups. That the group is of the Lab's programme is watched by
    triggers (0015_exchanges).
    """

    kind = models.CharField(
        _("kind"),
        max_length=14,
        choices=LabKind,
        default=LabKind.LEARNING_LAB,
        db_default=LabKind.LEARNING_LAB,
    )

    programme = models.ForeignKey(
        Programme, models.PROTECT, verbose_name=_("programme"), related_name="labs"
    )
    #: Whose exchange it is; null for a Learning Lab.
    group = models.ForeignKey(
        TwinGroup,
        models.PROTECT,
        verbose_name=_("twin group"),
        null=True,
        blank=True,
        related_name="exchanges",
    )
    title = models.CharField(_("theme"), max_length=160)
    slug = models.SlugField(max_length=180, unique=True)
    knowledge_area = models.ForeignKey(
        KnowledgeArea,
        models.PROTECT,
        verbose_name=_("knowledge area"),
        null=True,
        blank=True,
        related_name="labs",
    )
    summary = models.TextField(_("what it is about"), max_length=3000, blank=True)
    #: Of title, summary and agenda: what a person wrote is not translated by us.
    language = models.CharField(
        _("language of the Lab"), max_length=8, default="sv", choices=settings.LANGUAGES
    )
    place = models.CharField(_("place"), max_length=160, blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    join_link = models.URLField(_("link to join online"), max_length=500, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    #: From midnight to midnight on the clocks of its zone: a site visit of one or several days.
    is_all_day = models.BooleanField(_("whole days, no hours"), default=False, db_default=False)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Stockholm")
    #: Null: that way of taking part is not offered.
    seats_onsite = models.PositiveIntegerField(
        _("seats on site"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    seats_online = models.PositiveIntegerField(
        _("seats online"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    # Seats in use or held by an offer, kept by a trigger (0002, 0013): the checks bind raw SQL too.
    seated_onsite = models.PositiveIntegerField(default=0, editable=False)
    seated_online = models.PositiveIntegerField(default=0, editable=False)
    waiting = models.PositiveIntegerField(default=0, editable=False)
    #: The last number given on the waitlist; it only rises, so that the order is total.
    last_waitlist_number = models.PositiveBigIntegerField(default=0, editable=False)
    #: Until then one registers; null: until it begins. Seats are given back until it ends.
    registers_until = models.DateTimeField(_("registration closes"), null=True, blank=True)
    #: What those who register are asked (labs.questions).
    questions = models.JSONField(
        _("questions"), default=list, db_default=Value([], models.JSONField()), blank=True
    )
    #: Who registers waits until the coordinator gives a place.
    needs_approval = models.BooleanField(
        _("places are given by the coordinator"), default=False, db_default=False
    )
    #: So long a free seat is held for the next on the waitlist; null: it is theirs at once.
    offer_hours = models.PositiveSmallIntegerField(
        _("how long a free seat is offered"), null=True, blank=True
    )
    audience = models.CharField(
        _("audience"), max_length=20, choices=Audience, default=Audience.TRANSITION_TEAM
    )
    #: Only for an audience of chosen cities.
    cities = models.ManyToManyField(City, verbose_name=_("cities"), blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=LabState, default=LabState.DRAFT)
    #: Rises when the Lab moves in time: what is still to be sent about the old time is withdrawn.
    schedule_version = models.PositiveIntegerField(default=1, editable=False)
    #: SEQUENCE in calendars: rises with every change that people are told of.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    uid = models.CharField(max_length=64, unique=True, default=new_uid, editable=False)
    #: Rises with every save of the form, so that two editors notice each other.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancellation_reason = models.CharField(_("reason"), max_length=500, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    held_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)

    objects: ClassVar[models.Manager["Lab"]] = LabQuerySet.as_manager()

    #: Set by the Lab's page: whether its reader has a seat.
    own_is_seated: bool
    #: And whether they came.
    own_attended: bool

    class Meta:
        verbose_name = _("Learning Lab")
        verbose_name_plural = _("Learning Labs")
        constraints = rules.OF_LAB
        indexes = [
            models.Index(fields=["starts_at", "id"], name="lab_by_time"),
            models.Index(fields=["programme", "starts_at"], name="lab_of_programme"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("lab", args=[self.slug])

    @property
    def subject(self) -> str:
        return f"lab:{self.pk}"

    @property
    def subjects(self) -> list[str]:
        """What one follows to hear of it, itself first."""
        found = [self.subject, f"programme:{self.programme_id}"]
        return found if self.group_id is None else [*found, f"group:{self.group_id}"]

    def verb(self, verb: str) -> str:
        """Of an event about it: "lab.moved" is told of an exchange as "exchange.moved"."""
        return verb.replace("lab.", "exchange.", 1) if self.is_exchange else verb

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

    @cached_property
    def city_ids(self) -> list[int]:
        """The chosen cities; costs a query where that is the audience, and none elsewhere."""
        if self.audience != Audience.CHOSEN:
            return []
        return list(self.cities.order_by("pk").values_list("pk", flat=True))

    @property
    def is_draft(self) -> bool:
        return self.state == LabState.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == LabState.PUBLISHED

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_closed_early(self) -> bool:
        """The last day to register has passed, and the Lab has not begun."""
        until = self.registers_until
        return until is not None and until <= timezone.now() and not self.has_begun

    @property
    def takes_registrations(self) -> bool:
        return self.is_published and not self.has_begun and not self.is_closed_early

    @property
    def asked(self) -> tuple[Question, ...]:
        return read_questions(self.questions)

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def is_past(self) -> bool:
        """Over, or marked as held before its end."""
        return self.is_over or self.state == LabState.HELD

    @property
    def join_opens_at(self) -> datetime:
        """The same hour the day before: then the link to join is shown to who has a seat online."""
        return days_before(self.starts_at, self.time_zone, 1)

    @property
    def is_joinable(self) -> bool:
        if not self.join_link or self.is_past:
            return False
        return self.join_opens_at <= timezone.now()

    @property
    def local_start(self) -> datetime:
        return self.starts_at.astimezone(ZoneInfo(self.time_zone))

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(ZoneInfo(self.time_zone))

    @property
    def local_deadline(self) -> datetime | None:
        until = self.registers_until
        return until.astimezone(ZoneInfo(self.time_zone)) if until else None

    @property
    def modes(self) -> list[Mode]:
        return [mode for mode in Mode if self.seats(mode) is not None]

    def seats(self, mode: str) -> int | None:
        return self.seats_onsite if mode == Mode.ONSITE else self.seats_online

    def seated(self, mode: str) -> int:
        return self.seated_onsite if mode == Mode.ONSITE else self.seated_online

    def free(self, mode: str) -> int:
        """Seats that can be taken now; none where the mode is not offered."""
        return max(0, (self.seats(mode) or 0) - self.seated(mode))

    @property
    def seated_in_all(self) -> int:
        return self.seated_onsite + self.seated_online

    @property
    def seats_in_all(self) -> int:
        return (self.seats_onsite or 0) + (self.seats_online or 0)

    @property
    def is_full(self) -> bool:
        return not any(self.free(mode) for mode in self.modes)
