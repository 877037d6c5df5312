"""Date polls. Two rules hold between tables, and so by triggers.

A ballot is cast before its poll's deadline and while the poll is open; an answer is
about a date of the poll that its ballot belongs to.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

FORWARDS = """
CREATE FUNCTION labs_ballot_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked record;
BEGIN
    SELECT state, closes_at INTO asked FROM labs_poll WHERE id = NEW.poll_id;
    IF asked.state <> 'open' OR NEW.cast_at >= asked.closes_at THEN
        RAISE EXCEPTION 'A vote is cast while the poll is open, before its deadline.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_cast_in_time';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER labs_ballot_in_time
BEFORE INSERT OR UPDATE OF poll_id, cast_at ON labs_ballot
FOR EACH ROW EXECUTE FUNCTION labs_ballot_in_time();

CREATE FUNCTION labs_answer_of_its_poll() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM labs_ballot
        JOIN labs_polloption ON labs_polloption.poll_id = labs_ballot.poll_id
        WHERE labs_ballot.id = NEW.ballot_id AND labs_polloption.id = NEW.option_id
    ) THEN
        RAISE EXCEPTION 'An answer is about a date of its own poll.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'poll_answer_of_its_poll';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER labs_answer_of_its_poll
BEFORE INSERT OR UPDATE OF ballot_id, option_id ON labs_pollanswer
FOR EACH ROW EXECUTE FUNCTION labs_answer_of_its_poll();

CREATE FUNCTION labs_chosen_of_its_poll() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.chosen_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM labs_polloption WHERE id = NEW.chosen_id AND poll_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'A poll is decided for one of its own dates.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'poll_chosen_of_its_own';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER labs_chosen_of_its_poll
BEFORE INSERT OR UPDATE OF chosen_id ON labs_poll
FOR EACH ROW EXECUTE FUNCTION labs_chosen_of_its_poll();
"""

BACKWARDS = """
DROP TRIGGER labs_chosen_of_its_poll ON labs_poll;
DROP FUNCTION labs_chosen_of_its_poll();
DROP TRIGGER labs_answer_of_its_poll ON labs_pollanswer;
DROP FUNCTION labs_answer_of_its_poll();
DROP TRIGGER labs_ballot_in_time ON labs_ballot;
DROP FUNCTION labs_ballot_in_time();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0003_knowledge_areas_in_atlas"),
        ("labs", "0005_minutes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Poll",
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
                        verbose_name="language of the poll",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=160, verbose_name="place")),
                (
                    "is_online",
                    models.BooleanField(default=False, verbose_name="one can take part online"),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(default=180, verbose_name="length in minutes"),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="Europe/Stockholm", max_length=64, verbose_name="time zone"
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("transition-team", "The transition team"),
                            ("cities", "Everybody in the programme's cities"),
                            ("chosen-cities", "Everybody in the cities that I choose"),
                        ],
                        default="transition-team",
                        max_length=20,
                        verbose_name="who is asked",
                    ),
                ),
                ("closes_at", models.DateTimeField(verbose_name="deadline")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("decided", "decided"),
                            ("cancelled", "cancelled"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("reminder_round", models.PositiveIntegerField(default=0, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cancellation_reason",
                    models.CharField(blank=True, max_length=500, verbose_name="reason"),
                ),
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
                    "cities",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="cities.city", verbose_name="cities"
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
                    "knowledge_area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="polls",
                        to="cities.knowledgearea",
                        verbose_name="knowledge area",
                    ),
                ),
                (
                    "lab",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="poll",
                        to="labs.lab",
                        verbose_name="Lab",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="polls",
                        to="cities.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "reminded_by",
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
                "verbose_name": "date poll",
                "verbose_name_plural": "date polls",
                "indexes": [
                    models.Index(fields=["-closes_at", "-id"], name="poll_by_deadline"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("slug", ""), _negated=True),
                        ),
                        name="poll_has_title_and_slug",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("place", ""), _negated=True),
                            ("is_online", True),
                            _connector="OR",
                        ),
                        name="poll_says_where",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 15), ("minutes__lte", 1440)),
                        name="poll_has_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reminded_at__isnull", True), ("reminded_by__isnull", True)),
                            models.Q(
                                ("reminded_at__isnull", False), ("reminded_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="poll_reminded_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="poll_decided_at_with_by",
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
                        name="poll_cancelled_at_with_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("cast_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "via",
                    models.CharField(
                        choices=[("site", "on the site"), ("mail", "by the link in a mail")],
                        max_length=4,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ballots",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ballots",
                        to="labs.poll",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("poll", "user"), name="ballot_one_per_person"),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1), ("via__in", ["site", "mail"])),
                        name="ballot_counts_from_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PollOption",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="options",
                        to="labs.poll",
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("poll", "starts_at"), name="poll_option_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PollAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[("yes", "Yes"), ("if-need-be", "If need be"), ("no", "No")],
                        max_length=10,
                    ),
                ),
                (
                    "ballot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="labs.ballot",
                    ),
                ),
                (
                    "option",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="labs.polloption",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("ballot", "option"), name="poll_answer_once"),
                    models.CheckConstraint(
                        condition=models.Q(("choice__in", ["yes", "if-need-be", "no"])),
                        name="poll_answer_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="poll",
            name="chosen",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="labs.polloption",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cancelled_at__isnull", True),
                        ("chosen__isnull", True),
                        ("decided_at__isnull", True),
                        ("lab__isnull", True),
                        ("state", "open"),
                    ),
                    models.Q(
                        ("cancelled_at__isnull", True),
                        ("chosen__isnull", False),
                        ("decided_at__isnull", False),
                        ("state", "decided"),
                    ),
                    models.Q(
                        ("cancelled_at__isnull", False),
                        ("chosen__isnull", True),
                        ("decided_at__isnull", True),
                        ("lab__isnull", True),
                        ("state", "cancelled"),
                    ),
                    _connector="OR",
                ),
                name="poll_state_as_its_dates_say",
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
