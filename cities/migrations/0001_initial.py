import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("hub", "0001_initial"),
        ("hub", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="AtlasVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.UUIDField(default=uuid.uuid4)),
            ],
        ),
        migrations.CreateModel(
            name="Domain",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_en", models.CharField(max_length=80, verbose_name="name in English")),
                ("name_sv", models.CharField(max_length=80, verbose_name="name in Swedish")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "emission domain",
                "verbose_name_plural": "emission domains",
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="KnowledgeArea",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_en", models.CharField(max_length=80, verbose_name="name in English")),
                ("name_sv", models.CharField(max_length=80, verbose_name="name in Swedish")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "knowledge area",
                "verbose_name_plural": "knowledge areas",
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Lever",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_en", models.CharField(max_length=80, verbose_name="name in English")),
                ("name_sv", models.CharField(max_length=80, verbose_name="name in Swedish")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "lever of change",
                "verbose_name_plural": "levers of change",
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="City",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("slug", models.SlugField(max_length=120, unique=True)),
                (
                    "country",
                    models.CharField(
                        help_text="ISO 3166 code", max_length=2, verbose_name="country"
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(decimal_places=4, max_digits=7, verbose_name="latitude"),
                ),
                (
                    "longitude",
                    models.DecimalField(decimal_places=4, max_digits=7, verbose_name="longitude"),
                ),
                (
                    "population",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="inhabitants of the urban area"
                    ),
                ),
                (
                    "population_source",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="source of the figure"
                    ),
                ),
                (
                    "population_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year of the figure"
                    ),
                ),
                ("geonames_id", models.PositiveIntegerField(blank=True, null=True, unique=True)),
                (
                    "mission_status",
                    models.CharField(
                        choices=[
                            ("yes", "EU Mission city"),
                            ("no", "not an EU Mission city"),
                            ("unknown", "not known"),
                        ],
                        default="unknown",
                        max_length=8,
                        verbose_name="EU Mission",
                    ),
                ),
                (
                    "neutral_by",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="climate-neutral by"
                    ),
                ),
                (
                    "neutral_by_source",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="source of the target"
                    ),
                ),
                (
                    "facts_checked_on",
                    models.DateField(blank=True, null=True, verbose_name="figures last checked"),
                ),
                (
                    "about",
                    models.TextField(
                        blank=True, max_length=5000, verbose_name="about the city's climate work"
                    ),
                ),
                ("website", models.URLField(blank=True, verbose_name="website")),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "domains",
                    models.ManyToManyField(
                        blank=True,
                        related_name="cities",
                        to="cities.domain",
                        verbose_name="emission domains",
                    ),
                ),
                (
                    "levers",
                    models.ManyToManyField(
                        blank=True,
                        related_name="cities",
                        to="cities.lever",
                        verbose_name="levers of change",
                    ),
                ),
            ],
            options={
                "verbose_name": "city",
                "verbose_name_plural": "cities",
                "indexes": [
                    models.Index(
                        django.db.models.functions.comparison.Collate(
                            models.Func(
                                django.db.models.functions.text.Lower(models.F("name")),
                                models.Value("åäö"),
                                models.Value("{|}"),
                                function="translate",
                            ),
                            "C",
                        ),
                        models.F("id"),
                        name="city_swedish_order",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("latitude__gte", -90),
                            ("latitude__lte", 90),
                            ("longitude__gte", -180),
                            ("longitude__lte", 180),
                        ),
                        name="city_on_earth",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("neutral_by__isnull", True),
                            models.Q(("neutral_by__gte", 2020), ("neutral_by__lte", 2100)),
                            _connector="OR",
                        ),
                        name="city_neutral_by_plausible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("changed_at__isnull", True), ("changed_by__isnull", True)),
                            models.Q(("changed_at__isnull", False), ("changed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="city_changed_at_with_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "name_sv",
                    models.CharField(blank=True, max_length=160, verbose_name="name in Swedish"),
                ),
                ("slug", models.SlugField(max_length=160, unique=True)),
                ("country", models.CharField(default="SE", max_length=2, verbose_name="country")),
                ("website", models.URLField(blank=True, verbose_name="website")),
                ("about", models.TextField(blank=True, max_length=5000, verbose_name="about")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="cities.organisation",
                        verbose_name="part of",
                    ),
                ),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("slug", models.SlugField(max_length=160, unique=True)),
                ("short_name", models.CharField(max_length=40, verbose_name="short name")),
                (
                    "summary_en",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="summary in English"
                    ),
                ),
                (
                    "summary_sv",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="summary in Swedish"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="starts")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends")),
                ("website", models.URLField(blank=True, verbose_name="website")),
                (
                    "labs_a_year_least",
                    models.PositiveSmallIntegerField(
                        default=2, verbose_name="Labs a year, at least"
                    ),
                ),
                (
                    "labs_a_year_most",
                    models.PositiveSmallIntegerField(
                        default=4, verbose_name="Labs a year, at most"
                    ),
                ),
                (
                    "coordinator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes",
                        to="cities.organisation",
                        verbose_name="coordinator",
                    ),
                ),
            ],
            options={
                "verbose_name": "programme",
                "verbose_name_plural": "programmes",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("starts_on__lt", models.F("ends_on")),
                            _connector="OR",
                        ),
                        name="programme_starts_before_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("labs_a_year_least__lte", models.F("labs_a_year_most"))
                        ),
                        name="programme_rhythm_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Participation",
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
                        choices=[
                            ("core", "core city"),
                            ("twin", "twin city"),
                            ("pilot", "pilot city"),
                        ],
                        max_length=8,
                        verbose_name="role",
                    ),
                ),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period"),
                ),
                (
                    "cohort",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="cohort"),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                ("added_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participations",
                        to="cities.city",
                        verbose_name="city",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participations",
                        to="cities.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "participation",
                "verbose_name_plural": "participations",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("programme", "="), ("city", "="), ("period", "&&")],
                        name="participation_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period__startswith__isnull", False)),
                        name="participation_has_a_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("added_at__isnull", True), ("added_by__isnull", True)),
                            models.Q(("added_at__isnull", False), ("added_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="participation_added_at_with_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfferedMembership",
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
                        choices=[
                            ("lead", "city lead"),
                            ("staff", "city staff"),
                            ("researcher", "researcher"),
                            ("member", "member"),
                            ("coordinator", "coordinator"),
                            ("transition-team", "transition team"),
                            ("reviewer", "reviewer"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="cities.city",
                        verbose_name="city",
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="hub.invitation",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="cities.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="cities.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("city__isnull", False),
                                ("organisation__isnull", True),
                                ("programme__isnull", True),
                                ("role__in", ["lead", "staff"]),
                            ),
                            models.Q(
                                ("city__isnull", True),
                                ("organisation__isnull", False),
                                ("programme__isnull", True),
                                ("role__in", ["researcher", "member"]),
                            ),
                            models.Q(
                                ("city__isnull", True),
                                ("organisation__isnull", True),
                                ("programme__isnull", False),
                                ("role__in", ["coordinator", "transition-team", "reviewer"]),
                            ),
                            _connector="OR",
                        ),
                        name="offered_membership_one_place",
                    ),
                    models.UniqueConstraint(
                        fields=("invitation", "role", "city", "organisation", "programme"),
                        name="offered_membership_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
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
                        choices=[
                            ("lead", "city lead"),
                            ("staff", "city staff"),
                            ("researcher", "researcher"),
                            ("member", "member"),
                            ("coordinator", "coordinator"),
                            ("transition-team", "transition team"),
                            ("reviewer", "reviewer"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "city",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="cities.city",
                        verbose_name="city",
                    ),
                ),
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
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="cities.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="cities.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("city__isnull", False),
                                ("organisation__isnull", True),
                                ("programme__isnull", True),
                                ("role__in", ["lead", "staff"]),
                            ),
                            models.Q(
                                ("city__isnull", True),
                                ("organisation__isnull", False),
                                ("programme__isnull", True),
                                ("role__in", ["researcher", "member"]),
                            ),
                            models.Q(
                                ("city__isnull", True),
                                ("organisation__isnull", True),
                                ("programme__isnull", False),
                                ("role__in", ["coordinator", "transition-team", "reviewer"]),
                            ),
                            _connector="OR",
                        ),
                        name="membership_one_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="membership_ended_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("started_at__lte", models.F("ended_at")),
                            _connector="OR",
                        ),
                        name="membership_starts_before_end",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("user", "role", "city", "organisation", "programme"),
                        name="membership_once_at_a_time",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wish",
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
                        choices=[("seeks", "seeks"), ("offers", "offers")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("language", models.CharField(default="en", max_length=8, verbose_name="language")),
                ("text", models.CharField(max_length=200, verbose_name="in one sentence")),
                ("stated_at", models.DateTimeField(auto_now_add=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("is_sample", models.BooleanField(default=False, editable=False)),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wishes",
                        to="cities.city",
                        verbose_name="city",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "domains",
                    models.ManyToManyField(
                        blank=True,
                        related_name="wishes",
                        to="cities.domain",
                        verbose_name="emission domains",
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "wish",
                "verbose_name_plural": "wishes",
                "ordering": ["-stated_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="wish_closed_at_with_by",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CityFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=80, verbose_name="what the figure tells")),
                ("value", models.CharField(max_length=60, verbose_name="figure with its unit")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("source", models.CharField(max_length=160, verbose_name="source")),
                ("source_url", models.URLField(blank=True, verbose_name="address of the source")),
                (
                    "checked_on",
                    models.DateField(blank=True, null=True, verbose_name="last checked"),
                ),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="facts",
                        to="cities.city",
                        verbose_name="city",
                    ),
                ),
            ],
            options={
                "verbose_name": "figure",
                "verbose_name_plural": "figures",
                "ordering": ["label", "-year"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 1900), ("year__lte", 2100)),
                        name="city_fact_year_plausible",
                    ),
                    models.UniqueConstraint(
                        fields=("city", "label", "year"), name="city_fact_once_a_year"
                    ),
                ],
            },
        ),
    ]
