import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hub", "0003_search_in_many_languages"),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=250)),
                ("text", models.TextField(blank=True, max_length=1000)),
                ("url", models.CharField(max_length=500)),
                (
                    "authors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "moderators",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None
                    ),
                ),
                (
                    "readers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("private", "It tells of a person who did not agree"),
                            ("hurtful", "It insults or threatens"),
                            ("false", "It is false or misleads"),
                            ("rights", "It uses somebody's work without leave"),
                            ("advert", "It is advertising"),
                            ("other", "Something else"),
                        ],
                        max_length=12,
                        verbose_name="what is wrong",
                    ),
                ),
                ("why", models.TextField(max_length=1000, verbose_name="say it in your words")),
                ("reported_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for a decision"),
                            ("dismissed", "Stays"),
                            ("upheld", "Taken down"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=1000, verbose_name="reason")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appeal_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("open", "Appealed"),
                            ("kept", "Stays taken down"),
                            ("reversed", "Brought back after an appeal"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "appeal",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="why it should stand here"
                    ),
                ),
                ("appealed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appeal_reason",
                    models.TextField(blank=True, max_length=1000, verbose_name="reason"),
                ),
                ("appeal_decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appeal_decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "appealed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
                "ordering": ["reported_at", "pk"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["readers"], name="report_readers"
                    ),
                    models.Index(fields=["subject"], name="report_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("subject", "reported_by"),
                        name="report_once_while_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("reason", ""),
                                ("state", "open"),
                            ),
                            models.Q(
                                models.Q(("reason", ""), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["dismissed", "upheld"]),
                            ),
                            _connector="OR",
                        ),
                        name="report_decided_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("appeal", ""),
                                ("appeal_state", ""),
                                ("appealed_at__isnull", True),
                                ("appealed_by__isnull", True),
                            ),
                            models.Q(
                                models.Q(("appeal", ""), _negated=True),
                                models.Q(("appeal_state", ""), _negated=True),
                                ("appealed_at__isnull", False),
                                ("appealed_by__isnull", False),
                                ("state", "upheld"),
                            ),
                            _connector="OR",
                        ),
                        name="report_appealed_when_upheld",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("appeal_decided_at__isnull", True),
                                ("appeal_decided_by__isnull", True),
                                ("appeal_reason", ""),
                                ("appeal_state__in", ["", "open"]),
                            ),
                            models.Q(
                                models.Q(("appeal_reason", ""), _negated=True),
                                ("appeal_decided_at__isnull", False),
                                ("appeal_decided_by__isnull", False),
                                ("appeal_state__in", ["kept", "reversed"]),
                            ),
                            _connector="OR",
                        ),
                        name="report_appeal_decided_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("moderators", []), _negated=True),
                            ("readers__contains", models.F("moderators")),
                        ),
                        name="report_is_somebodys_to_decide",
                    ),
                ],
            },
        ),
    ]
