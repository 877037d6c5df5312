import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("labs", "0019_removal"),
        ("twinning", "0012_workspace_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lab",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plan_sources",
                        to="labs.lab",
                    ),
                ),
                (
                    "outcome",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plan_sources",
                        to="labs.outcome",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sources",
                        to="twinning.planstep",
                    ),
                ),
            ],
            options={
                "verbose_name": "source of a step",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lab__isnull", True), ("outcome__isnull", False)),
                            models.Q(("lab__isnull", False), ("outcome__isnull", True)),
                            _connector="OR",
                        ),
                        name="plan_source_is_one_thing",
                    ),
                    models.UniqueConstraint(
                        fields=("step", "outcome", "lab"),
                        name="plan_source_once_a_step",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
    ]
