from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub import access
from hub.enums import AppealState, ReportKind, ReportState

if TYPE_CHECKING:
    from hub.access import Reader


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: "Reader") -> Self:
        """Those who decide, who reported it, and whose thing was taken down."""
        return self.filter(readers__overlap=list(access.keys_of(user)))

    def decided_by_keys_of(self, user: "Reader") -> Self:
        return self.filter(moderators__overlap=list(access.keys_of(user)))

    def waiting(self) -> Self:
        """For a decision, or for one on an appeal."""
        return self.filter(Q(state=ReportState.OPEN) | Q(appeal_state=AppealState.OPEN))


class Report(models.Model):
    """That somebody thinks something should not stand here, and what was decided of it."""

    #: The key of the thing, such as "comment:7", with what it said then.
    subject = models.CharField(max_length=40)
    title = models.CharField(max_length=250)
    text = models.TextField(max_length=1000, blank=True)
    url = models.CharField(max_length=500)
    authors = ArrayField(models.BigIntegerField())
    #: Access keys of those who decide, and of all who may read the report.
    moderators = ArrayField(models.CharField(max_length=60))
    readers = ArrayField(models.CharField(max_length=60))

    kind = models.CharField(_("what is wrong"), max_length=12, choices=ReportKind)
    why = models.TextField(_("say it in your words"), max_length=1000)
    #: Nobody where a visitor reported it.
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reported_at = models.DateTimeField(default=timezone.now)

    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.OPEN)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    appeal_state = models.CharField(max_length=10, choices=AppealState, blank=True)
    appeal = models.TextField(_("why it should stand here"), max_length=2000, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    appealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    appeal_reason = models.TextField(_("reason"), max_length=1000, blank=True)
    appeal_decided_at = models.DateTimeField(null=True, blank=True)
    appeal_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[models.Manager["Report"]] = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["reported_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="report_once_while_open",
                fields=["subject", "reported_by"],
                condition=Q(state="open"),
            ),
            models.CheckConstraint(
                name="report_decided_with_reason",
                condition=Q(
                    state="open", decided_at__isnull=True, decided_by__isnull=True, reason=""
                )
                | Q(
                    ~Q(reason=""),
                    state__in=["dismissed", "upheld"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="report_appealed_when_upheld",
                condition=Q(
                    appeal_state="", appeal="", appealed_at__isnull=True, appealed_by__isnull=True
                )
                | Q(
                    ~Q(appeal=""),
                    ~Q(appeal_state=""),
                    state="upheld",
                    appealed_at__isnull=False,
                    appealed_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="report_appeal_decided_with_reason",
                condition=Q(
                    appeal_state__in=["", "open"],
                    appeal_decided_at__isnull=True,
                    appeal_decided_by__isnull=True,
                    appeal_reason="",
                )
                | Q(
                    ~Q(appeal_reason=""),
                    appeal_state__in=["kept", "reversed"],
                    appeal_decided_at__isnull=False,
                    appeal_decided_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="report_is_somebodys_to_decide",
                condition=~Q(moderators=[]) & Q(readers__contains=F("moderators")),
            ),
        ]
        indexes = [
            GinIndex(fields=["readers"], name="report_readers"),
            models.Index(fields=["subject"], name="report_subject"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.pk])

    @property
    def key(self) -> str:
        return f"report:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == ReportState.OPEN

    @property
    def is_appealed(self) -> bool:
        return self.appeal_state == AppealState.OPEN

    @property
    def is_taken_down(self) -> bool:
        return self.state == ReportState.UPHELD and self.appeal_state != AppealState.REVERSED
