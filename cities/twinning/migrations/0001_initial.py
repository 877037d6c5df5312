import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cities", "0001_initial"),
        ("hub", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="TwinGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=250, verbose_name="title")),
                ("slug", models.SlugField(max_length=120, unique=True)),
                (
                    "cohort",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="cohort"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "running"),
                            ("closed", "completed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="active",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period"),
                ),
                (
                    "source_kind",
                    models.CharField(
                        choices=[
                            ("seed", "stated when this hub was set up"),
                            ("programme", "published by the programme"),
                            ("press", "announced by the cities or in the press"),
                            ("own", "formed in this hub"),
                        ],
                        default="own",
                        max_length=9,
                        verbose_name="where the pairing is stated",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="cities.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "twin group",
                "verbose_name_plural": "twin groups",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("period__isempty", False), ("period__startswith__isnull", False)
                        ),
                        name="group_period_has_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "closed", "withdrawn"])),
                        name="group_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="twinning.twingroup",
                        verbose_name="twin group",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership of a twin group",
                "verbose_name_plural": "memberships of twin groups",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="group_membership_ended_at_with_by",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("group", "user"),
                        name="group_membership_once_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TwinGroupCity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("pilot", "pilot city"), ("twin", "twin city")],
                        max_length=5,
                        verbose_name="role",
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_roles",
                        to="cities.city",
                        verbose_name="city",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="twinning.twingroup",
                        verbose_name="twin group",
                    ),
                ),
            ],
            options={
                "verbose_name": "city in a twin group",
                "verbose_name_plural": "cities in twin groups",
                "constraints": [
                    models.UniqueConstraint(fields=("group", "city"), name="group_city_once"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["pilot", "twin"])),
                        name="group_city_role_known",
                    ),
                ],
            },
        ),
    ]
