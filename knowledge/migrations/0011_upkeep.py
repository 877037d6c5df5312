import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

KEPT = """
CREATE FUNCTION knowledge_confirmation_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'A confirmation is never changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'confirmation_kept';
    END IF;
    IF NOT EXISTS (
        SELECT FROM knowledge_revision r
        WHERE r.id = NEW.revision_id AND r.article_id = NEW.article_id AND r.published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'What is confirmed is a published version of the article'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'confirmation_of_own_version';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER confirmation_in_place BEFORE INSERT ON knowledge_confirmation
    FOR EACH ROW EXECUTE FUNCTION knowledge_confirmation_kept();
-- Who confirmed may become another where a person is erased.
CREATE TRIGGER confirmation_kept BEFORE UPDATE ON knowledge_confirmation
    FOR EACH ROW WHEN (
        to_jsonb(OLD) - 'confirmed_by_id' <> to_jsonb(NEW) - 'confirmed_by_id'
        OR OLD.confirmed_by_id = NEW.confirmed_by_id
    )
    EXECUTE FUNCTION knowledge_confirmation_kept();
"""

# Texts from before: a year after they were published, and nobody is asked before a month has gone.
DATES = """
UPDATE knowledge_article
SET review_by = greatest((published_at + interval '1 year')::date, current_date + 30)
WHERE published_at IS NOT NULL;
"""

UNDO = """
DROP TRIGGER confirmation_kept ON knowledge_confirmation;
DROP TRIGGER confirmation_in_place ON knowledge_confirmation;
DROP FUNCTION knowledge_confirmation_kept;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0003_knowledge_areas_in_atlas"),
        ("knowledge", "0010_removal"),
        ("labs", "0018_polls_of_groups"),
        ("twinning", "0002_group_is_whole"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("confirmed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "way",
                    models.CharField(
                        choices=[("page", "On the page"), ("mail", "From the mail")], max_length=4
                    ),
                ),
                ("review_by", models.DateField()),
            ],
            options={
                "ordering": ["-confirmed_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["page", "mail"])),
                        name="confirmation_way_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Flag",
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
                            ("overdue", "Not checked in time"),
                            ("owner-gone", "Nobody answers for it"),
                            ("dead-link", "Link that leads nowhere"),
                            ("reuse-stopped", "A city has stopped using it"),
                            ("newer-figure", "Newer figure reported"),
                            ("doubted", "Marked as possibly out of date"),
                        ],
                        max_length=14,
                    ),
                ),
                ("evidence", models.CharField(blank=True, max_length=1000)),
                ("text", models.CharField(blank=True, max_length=500)),
                ("raised_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("still-true", "Still true"),
                            ("new-date", "Given a new date"),
                            ("seen", "Looked at"),
                            ("lifted", "The mark was taken away"),
                            ("taken", "The figure was taken over"),
                            ("declined", "The figure was declined"),
                            ("handed-over", "Somebody else answers for it"),
                            ("by-itself", "No longer so"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "ordering": ["raised_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "overdue",
                                    "owner-gone",
                                    "dead-link",
                                    "reuse-stopped",
                                    "newer-figure",
                                    "doubted",
                                ],
                            )
                        ),
                        name="flag_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(models.Q(("reason", ""), _negated=True), ("how", "declined")),
                            models.Q(models.Q(("how", "declined"), _negated=True), ("reason", "")),
                            _connector="OR",
                        ),
                        name="flag_declined_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=500, verbose_name="a word to them"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for an answer"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-asked_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "accepted", "declined", "withdrawn"])
                        ),
                        name="handover_state_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=1000)),
                ("host", models.CharField(max_length=255)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("answers", "Answers"),
                            ("unclear", "Unclear"),
                            ("failing", "Failing"),
                            ("dead", "Dead"),
                        ],
                        default="new",
                        max_length=8,
                    ),
                ),
                ("met", models.CharField(blank=True, max_length=40)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("visited_at", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("failed_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["due_at"], name="link_due"),
                    models.Index(
                        condition=models.Q(("leased_until__isnull", False)),
                        fields=["leased_until"],
                        name="link_leased",
                    ),
                    models.Index(fields=["address"], name="link_address"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["new", "answers", "unclear", "failing", "dead"])
                        ),
                        name="link_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("address__startswith", "http://"),
                            ("address__startswith", "https://"),
                            _connector="OR",
                        ),
                        name="link_is_on_the_web",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dead"), _negated=True),
                            ("failures__gte", 3),
                            _connector="OR",
                        ),
                        name="link_dead_after_three_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("failed_on__isnull", True), ("failures", 0)),
                            models.Q(("failed_on__isnull", False), ("failures__gt", 0)),
                            _connector="OR",
                        ),
                        name="link_failures_with_day",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="asked_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="article",
            name="asks",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="article",
            name="links_of",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="article",
            name="review_by",
            field=models.DateField(blank=True, null=True, verbose_name="to be checked by"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("asks__lt", 3), ("state", "published")),
                fields=["review_by"],
                name="article_to_be_checked",
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="article",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="confirmations",
                to="knowledge.article",
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="confirmed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="revision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="confirmations",
                to="knowledge.revision",
            ),
        ),
        migrations.AddField(
            model_name="flag",
            name="article",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="flags",
                to="knowledge.article",
            ),
        ),
        migrations.AddField(
            model_name="flag",
            name="raised_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="flag",
            name="reuse",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="flags",
                to="knowledge.reuse",
            ),
        ),
        migrations.AddField(
            model_name="flag",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="article",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="handovers",
                to="knowledge.article",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="receiver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who should answer for it",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="article",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="knowledge.article",
            ),
        ),
        migrations.AddIndex(
            model_name="confirmation",
            index=models.Index(fields=["article", "-confirmed_at"], name="confirmation_newest"),
        ),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True)),
                fields=["article", "kind"],
                name="flag_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settled_at__isnull", True)),
                fields=("article", "kind", "evidence"),
                name="flag_once_while_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("text", ""), _negated=True),
                        ("kind__in", ("doubted", "newer-figure")),
                        ("raised_by__isnull", False),
                    ),
                    models.Q(
                        models.Q(("kind__in", ("doubted", "newer-figure")), _negated=True),
                        ("raised_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="flag_raised_by_who_may",
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("how", ""), ("settled_at__isnull", True), ("settled_by__isnull", True)
                    ),
                    models.Q(
                        ("how", "by-itself"),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", True),
                    ),
                    models.Q(
                        models.Q(("how", "by-itself"), _negated=True),
                        (
                            "how__in",
                            [
                                "still-true",
                                "new-date",
                                "seen",
                                "lifted",
                                "taken",
                                "declined",
                                "handed-over",
                                "by-itself",
                            ],
                        ),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="flag_settled_at_with_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "reuse-stopped"), ("reuse__isnull", False)),
                    models.Q(
                        models.Q(("kind", "reuse-stopped"), _negated=True), ("reuse__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="flag_reuse_only_of_stopped",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["receiver"], name="handover_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("article",),
                name="handover_one_open_per_article",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                        ("state", "open"),
                    ),
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="handover_answered_at_with_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True),
                    ("answered_by", models.F("receiver")),
                    _connector="OR",
                ),
                name="handover_accepted_by_its_receiver",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                fields=("article", "address"), name="link_once_per_article"
            ),
        ),
        migrations.RunSQL(KEPT, UNDO),
        migrations.RunSQL(DATES, migrations.RunSQL.noop),
    ]
