from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.enums import Visibility
from cities.models import City, Domain, Lever, Programme
from cities.twinning.models import TwinGroup
from hub import access
from hub.languages import LANGUAGES
from knowledge.enums import Kind, Stage, State
from labs.models import Lab

if TYPE_CHECKING:
    from hub.access import Reader


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(audience__overlap=list(access.keys_of(user)))

    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def about(self, domains: Any) -> Self:
        """In one of the domains, given as ids or as a query for them."""
        tagged = Article.domains.through.objects.filter(domain__in=domains)
        return self.filter(pk__in=tagged.values("article_id"))

    def standing(self) -> Self:
        """Published, and not taken down after a report."""
        return self.published().filter(removed_at=None)

    def kept_true(self) -> Self:
        """Those whose truth is somebody's to watch: a translation is as true as its original."""
        return self.standing().filter(translation=None)

    def newest(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def with_place(self) -> Self:
        return self.select_related("city", "live")

    def for_list(self) -> Self:
        """What an entry of a list shows, in one query; `shown_domains` have code and name."""
        tag = JSONObject(code="code", name=Domain.name_field())
        domains = Domain.objects.filter(articles=OuterRef("pk")).values(tag=tag)
        return self.select_related("city").annotate(
            shown_domains=ArraySubquery(domains),
            translated_from=F("translation__original_language"),
            translated_by=F("live__rendering__made"),
            translation_read_at=F("live__rendering__confirmed_at"),
        )

    def for_page(self) -> Self:
        """What the page of one shows."""
        return self.select_related(
            "city", "programme", "lab", "group", "live", "owner"
        ).prefetch_related(
            "domains",
            "levers",
            models.Prefetch("authorships", Authorship.objects.select_related("author")),
        )

    def translations_of(self, original: "Article") -> Self:
        return self.filter(translation__original=original)

    def once_each(self, language: str) -> Self:
        """A text and its translations are one: in the language if it is there, else as written.

        Asked as what is left out, so that the planner sees that it is little and reads no further
        than the page needs.
        """
        said = Article.objects.standing().filter(
            translation__original=OuterRef("pk"), translation__language=language
        )
        elsewhere = Article.objects.filter(pk=OuterRef("pk"), translation__isnull=False)
        foreign = elsewhere.exclude(translation__language=language)
        return self.filter(~Exists(said), ~Exists(foreign))

    def written_by(self, user: "Reader") -> Self:
        return self.filter(authorships__author_id=user.pk)


class Article(models.Model):
    """An experience or a case note; its words are in revisions, of which one may be live."""

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    slug = models.SlugField(max_length=120, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    visibility = models.CharField(
        _("who may read it"), max_length=10, choices=Visibility, default=Visibility.PUBLIC
    )
    #: Access keys that open it now, as also pushed to events, search and files.
    audience = ArrayField(models.CharField(max_length=60))
    #: Access keys of those who prepare it: they see versions that are not published.
    insiders = ArrayField(models.CharField(max_length=60))
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES)
    city = models.ForeignKey(
        City, models.PROTECT, null=True, blank=True, verbose_name=_("city"), related_name="articles"
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("programme"),
        related_name="articles",
    )
    lab = models.ForeignKey(
        Lab,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("Learning Lab"),
        related_name="articles",
    )
    group = models.ForeignKey(
        TwinGroup,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("twin group"),
        related_name="articles",
    )
    domains = models.ManyToManyField(
        Domain, verbose_name=_("emission domains"), blank=True, related_name="articles"
    )
    levers = models.ManyToManyField(
        Lever, verbose_name=_("levers of change"), blank=True, related_name="articles"
    )
    authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="Authorship",
        related_name="articles",
        verbose_name=_("authors"),
    )
    #: Answers for it from now on; usually the first author.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned_articles"
    )

    # Of the live revision (of the newest one in a draft): lists read no revision.
    title = models.CharField(_("title"), max_length=160)
    teaser = models.CharField(max_length=300, blank=True)
    setback = models.CharField(max_length=300, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, blank=True)
    #: Number of the newest revision; the form of an editor carries the one it began from.
    newest_number = models.PositiveIntegerField(default=0, editable=False)
    live = models.OneToOneField(
        "Revision", models.RESTRICT, null=True, blank=True, related_name="lives_in", editable=False
    )

    #: Key of the form it was first written in: published from two windows it is one article.
    written_as = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    archive_reason = models.CharField(_("reason"), max_length=300, blank=True)
    #: When somebody is to look again whether it is still true; set when it is published.
    review_by = models.DateField(_("to be checked by"), null=True, blank=True)
    #: How often its owner was asked since that day, and when last; once more: it is flagged.
    asks = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: Number of the live version whose links are listed (knowledge.upkeep.links).
    links_of = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    #: Taken down after a report: seen by those who work on it alone.
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removal_reason = models.TextField(max_length=1000, blank=True, editable=False)
    is_sample = models.BooleanField(default=False, editable=False)

    objects: ClassVar[models.Manager["Article"]] = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [
            models.CheckConstraint(
                name="article_live_unless_draft",
                condition=Q(state="draft", live__isnull=True, published_at__isnull=True)
                | Q(~Q(state="draft"), live__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="article_experience_has_city",
                condition=~Q(kind="experience") | Q(city__isnull=False),
            ),
            models.CheckConstraint(
                name="article_programme_named",
                condition=~Q(visibility="programme") | Q(programme__isnull=False),
            ),
            models.CheckConstraint(
                name="article_group_named",
                condition=~Q(visibility="group") | Q(group__isnull=False),
            ),
            models.CheckConstraint(
                name="article_published_at_with_by",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="article_archived_at_with_by",
                condition=Q(
                    ~Q(state="archived"), archived_at__isnull=True, archived_by__isnull=True
                )
                | Q(state="archived", archived_at__isnull=False, archived_by__isnull=False),
            ),
            models.CheckConstraint(
                name="article_removed_with_reason",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removal_reason="")
                | Q(~Q(removal_reason=""), removed_at__isnull=False, removed_by__isnull=False),
            ),
            models.CheckConstraint(name="article_has_title", condition=~Q(title="") & ~Q(slug="")),
            models.CheckConstraint(name="article_somebody_sees_it", condition=~Q(audience=[])),
            models.CheckConstraint(name="article_somebody_edits_it", condition=~Q(insiders=[])),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                name="article_newest",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["city", "-published_at"],
                name="article_newest_of_city",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["review_by"],
                name="article_to_be_checked",
                condition=Q(state="published", asks__lt=3),
            ),
            # The planner must not walk all articles for the few that a narrow key opens.
            GinIndex(fields=["audience"], name="article_audience"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])

    @property
    def subject(self) -> str:
        return f"article:{self.pk}"

    @property
    def upkeep_subject(self) -> str:
        """Of what those hear who look after it, and no reader."""
        return f"upkeep:{self.pk}"

    @property
    def subjects(self) -> list[str]:
        """What followers of it, its city, programme, Lab or group hear of."""
        places = ("city", "programme", "lab", "group")
        ids = {place: getattr(self, f"{place}_id") for place in places}
        return [self.subject, *(f"{place}:{pk}" for place, pk in ids.items() if pk)]

    @property
    def is_standing(self) -> bool:
        return self.state == State.PUBLISHED and self.removed_at is None

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT


class AuthorshipQuerySet(models.QuerySet["Authorship"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(article__in=Article.objects.visible_to(user))


class Authorship(models.Model):
    article = models.ForeignKey(Article, models.CASCADE, related_name="authorships")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="authorships")
    position = models.PositiveSmallIntegerField()

    objects: ClassVar[models.Manager["Authorship"]] = AuthorshipQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "author"], name="authorship_once_per_article"
            ),
            models.UniqueConstraint(
                fields=["article", "position"],
                name="authorship_order_is_total",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author_id}: {self.article_id}"
