import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import labs.models.labs


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cities", "0001_initial"),
        ("hub", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lab",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="theme")),
                ("slug", models.SlugField(max_length=180, unique=True)),
                (
                    "summary",
                    models.TextField(blank=True, max_length=3000, verbose_name="what it is about"),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("sv", "Swedish"), ("en", "English")],
                        default="sv",
                        max_length=8,
                        verbose_name="language of the Lab",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=160, verbose_name="place")),
                ("address", models.CharField(blank=True, max_length=250, verbose_name="address")),
                (
                    "join_link",
                    models.URLField(blank=True, max_length=500, verbose_name="link to join online"),
                ),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "time_zone",
                    models.CharField(
                        default="Europe/Stockholm", max_length=64, verbose_name="time zone"
                    ),
                ),
                (
                    "seats_onsite",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="seats on site",
                    ),
                ),
                (
                    "seats_online",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="seats online",
                    ),
                ),
                ("seated_onsite", models.PositiveIntegerField(default=0, editable=False)),
                ("seated_online", models.PositiveIntegerField(default=0, editable=False)),
                ("waiting", models.PositiveIntegerField(default=0, editable=False)),
                ("last_waitlist_number", models.PositiveBigIntegerField(default=0, editable=False)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("transition-team", "The transition team"),
                            ("cities", "Everybody in the programme's cities"),
                            ("open", "Open to everybody"),
                        ],
                        default="transition-team",
                        max_length=20,
                        verbose_name="audience",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("published", "published"),
                            ("cancelled", "cancelled"),
                            ("held", "held"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("schedule_version", models.PositiveIntegerField(default=1, editable=False)),
                ("sequence", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "uid",
                    models.CharField(
                        default=labs.models.labs.new_uid, editable=False, max_length=64, unique=True
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cancellation_reason",
                    models.CharField(blank=True, max_length=500, verbose_name="reason"),
                ),
                ("held_at", models.DateTimeField(blank=True, null=True)),
                ("is_sample", models.BooleanField(default=False, editable=False)),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "knowledge_area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labs",
                        to="cities.knowledgearea",
                        verbose_name="knowledge area",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labs",
                        to="cities.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "published_by",
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
                "verbose_name": "Learning Lab",
                "verbose_name_plural": "Learning Labs",
                "indexes": [
                    models.Index(fields=["starts_at", "id"], name="lab_by_time"),
                    models.Index(fields=["programme", "starts_at"], name="lab_of_programme"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))),
                        name="lab_starts_before_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("slug", ""), _negated=True),
                        ),
                        name="lab_has_title_and_slug",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seats_onsite__isnull", False),
                            ("seats_online__isnull", False),
                            _connector="OR",
                        ),
                        name="lab_offers_a_mode",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("seats_onsite__isnull", True),
                                ("seats_onsite__gt", 0),
                                _connector="OR",
                            ),
                            models.Q(
                                ("seats_online__isnull", True),
                                ("seats_online__gt", 0),
                                _connector="OR",
                            ),
                        ),
                        name="lab_seats_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "seated_onsite__lte",
                                django.db.models.functions.comparison.Coalesce(
                                    models.F("seats_onsite"), 0
                                ),
                            ),
                            (
                                "seated_online__lte",
                                django.db.models.functions.comparison.Coalesce(
                                    models.F("seats_online"), 0
                                ),
                            ),
                        ),
                        name="lab_seated_within_seats",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_at__isnull", True), ("published_by__isnull", True)
                            ),
                            models.Q(
                                ("published_at__isnull", False), ("published_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="lab_published_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cancelled_at__isnull", True), ("cancelled_by__isnull", True)
                            ),
                            models.Q(
                                ("cancelled_at__isnull", False), ("cancelled_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="lab_cancelled_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_at__isnull", True), ("held_by__isnull", True)),
                            models.Q(("held_at__isnull", False), ("held_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="lab_held_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cancelled_at__isnull", True),
                                ("held_at__isnull", True),
                                ("published_at__isnull", True),
                                ("state", "draft"),
                            ),
                            models.Q(
                                ("cancelled_at__isnull", True),
                                ("held_at__isnull", True),
                                ("published_at__isnull", False),
                                ("state", "published"),
                            ),
                            models.Q(
                                ("cancelled_at__isnull", False),
                                ("held_at__isnull", True),
                                ("published_at__isnull", False),
                                ("state", "cancelled"),
                            ),
                            models.Q(
                                ("cancelled_at__isnull", True),
                                ("held_at__isnull", False),
                                ("published_at__isnull", False),
                                ("state", "held"),
                            ),
                            _connector="OR",
                        ),
                        name="lab_state_as_its_dates_say",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=160, verbose_name="point")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes")),
                ("presenter", models.CharField(blank=True, max_length=160, verbose_name="led by")),
                ("notes", models.TextField(blank=True, max_length=1000, verbose_name="notes")),
                (
                    "lab",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agenda",
                        to="labs.lab",
                    ),
                ),
            ],
            options={
                "verbose_name": "agenda",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lab", "position"), name="agenda_item_one_per_position"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 1), ("minutes__lte", 1440)),
                        name="agenda_item_has_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="agenda_item_has_title",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("onsite", "on site"), ("online", "online")], max_length=6
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("seated", "registered"),
                            ("waiting", "on the waitlist"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=9,
                    ),
                ),
                ("waitlist_number", models.PositiveBigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "lab",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registrations",
                        to="labs.lab",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registrations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lab", "user"), name="registration_one_per_person"
                    ),
                    models.UniqueConstraint(
                        fields=("lab", "waitlist_number"), name="registration_waitlist_total"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "waiting"), ("waitlist_number__isnull", False)),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True),
                                ("waitlist_number__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="registration_waits_with_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mode__in", ["onsite", "online"]),
                            ("state__in", ["seated", "waiting", "cancelled"]),
                        ),
                        name="registration_known_mode_and_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistrationStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("registered", "registered"),
                            ("changed-mode", "changed how to take part"),
                            ("cancelled", "cancelled"),
                            ("promoted", "moved up from the waitlist"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("onsite", "on site"), ("online", "online")], max_length=6
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("seated", "registered"),
                            ("waiting", "on the waitlist"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "via",
                    models.CharField(
                        choices=[("site", "on the site"), ("mail", "by the link in a mail")],
                        max_length=4,
                    ),
                ),
                ("taken_at", models.DateTimeField(auto_now_add=True)),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="labs.registration",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ReminderRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("days_before", models.PositiveSmallIntegerField(verbose_name="days before")),
                (
                    "lab",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminder_rules",
                        to="labs.lab",
                    ),
                ),
            ],
            options={
                "ordering": ["-days_before"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lab", "days_before"), name="reminder_rule_once_per_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days_before__gte", 1), ("days_before__lte", 365)),
                        name="reminder_rule_within_a_year",
                    ),
                ],
            },
        ),
    ]
