import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0013_removal_of_answers"),
        ("twinning", "0012_workspace_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanCitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=160)),
                ("cited_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="plan_citations",
                        to="knowledge.article",
                    ),
                ),
                (
                    "cited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="plan_citations",
                        to="knowledge.revision",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="citations",
                        to="twinning.planstep",
                    ),
                ),
            ],
            options={
                "verbose_name": "citation in a plan",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("step", "article"), name="plan_citation_once_a_step"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="plan_citation_has_title",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanAlarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("changed", "There is a newer version of it"),
                            ("outdated", "It may be out of date"),
                            ("stopped", "A city that used it has stopped"),
                            ("gone", "It is no longer there"),
                        ],
                        max_length=8,
                    ),
                ),
                ("evidence", models.CharField(blank=True, max_length=60)),
                ("raised_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "citation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alarms",
                        to="knowledge.plancitation",
                    ),
                ),
            ],
            options={
                "verbose_name": "alarm of a plan",
                "ordering": ["raised_at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=["citation"],
                        name="plan_alarm_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("citation", "kind", "evidence"),
                        name="plan_alarm_once_for_its_evidence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["changed", "outdated", "stopped", "gone"])
                        ),
                        name="plan_alarm_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("settled_by__isnull", True)),
                            models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="plan_alarm_settled_at_with_by",
                    ),
                ],
            },
        ),
    ]
