import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

IN_PLACE = """
CREATE FUNCTION knowledge_reuse_in_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM knowledge_article a WHERE a.id = NEW.article_id AND a.city_id = NEW.city_id
    ) THEN
        RAISE EXCEPTION 'A city does not take over its own text'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reuse_by_another_city';
    END IF;
    IF NOT EXISTS (
        SELECT FROM knowledge_revision r WHERE r.id = NEW.revision_id AND r.article_id = NEW.article_id
    ) THEN
        RAISE EXCEPTION 'A reuse names a version of another article'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reuse_of_own_version';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reuse_in_place BEFORE INSERT OR UPDATE OF article_id, city_id, revision_id
    ON knowledge_reuse FOR EACH ROW EXECUTE FUNCTION knowledge_reuse_in_place();

CREATE FUNCTION knowledge_reuse_step_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A step of a reuse is never changed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'reuse_step_kept';
END $$;
-- Who took it may become another where a person is erased.
CREATE TRIGGER reuse_step_kept BEFORE UPDATE ON knowledge_reusestep
    FOR EACH ROW WHEN (OLD.taken_by_id = NEW.taken_by_id)
    EXECUTE FUNCTION knowledge_reuse_step_kept();
"""

UNDO = """
DROP TRIGGER reuse_step_kept ON knowledge_reusestep;
DROP FUNCTION knowledge_reuse_step_kept;
DROP TRIGGER reuse_in_place ON knowledge_reuse;
DROP FUNCTION knowledge_reuse_in_place;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0003_knowledge_areas_in_atlas"),
        ("knowledge", "0002_revisions_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reuse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("understand", "Wants to understand it"),
                            ("adapt", "Adapts it"),
                            ("reuse", "Uses it"),
                            ("stopped", "Has stopped"),
                        ],
                        max_length=10,
                        verbose_name="how far you have come",
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="what you do with it")),
                (
                    "outcome",
                    models.TextField(blank=True, max_length=2000, verbose_name="what came of it"),
                ),
                (
                    "reason",
                    models.TextField(blank=True, max_length=2000, verbose_name="why you stopped"),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("declared_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "Confirmed by the city it comes from"),
                            ("unknown", "Not known to the city it comes from"),
                        ],
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("is_sample", models.BooleanField(default=False, editable=False)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reuses",
                        to="knowledge.article",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reuses",
                        to="cities.city",
                        verbose_name="city",
                    ),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reuses",
                        to="knowledge.revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "reuse",
                "verbose_name_plural": "reuses",
                "indexes": [
                    models.Index(fields=["-changed_at", "-id"], name="reuse_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "city"), name="reuse_once_per_city"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stage__in", ["understand", "adapt", "reuse", "stopped"])
                        ),
                        name="reuse_stage_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(models.Q(("reason", ""), _negated=True), ("stage", "stopped")),
                            models.Q(models.Q(("stage", "stopped"), _negated=True), ("reason", "")),
                            _connector="OR",
                        ),
                        name="reuse_stopped_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="reuse_says_what"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                            ),
                            models.Q(
                                ("answer__in", ["confirmed", "unknown"]),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="reuse_answered_at_with_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReuseStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("understand", "Wants to understand it"),
                            ("adapt", "Adapts it"),
                            ("reuse", "Uses it"),
                            ("stopped", "Has stopped"),
                        ],
                        max_length=10,
                    ),
                ),
                ("taken_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "reuse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="knowledge.reuse",
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
        migrations.RunSQL(IN_PLACE, UNDO),
    ]
