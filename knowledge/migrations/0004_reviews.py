import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# What stood open to readers until now stays open: every version up to the live one.
BACKFILL = """
UPDATE knowledge_revision r SET published_at = r.made_at, published_by_id = r.made_by_id
FROM knowledge_article a JOIN knowledge_revision live ON live.id = a.live_id
WHERE r.article_id = a.id AND r.number <= live.number;

UPDATE knowledge_article a SET insiders = (
    SELECT array_agg(DISTINCT held.key ORDER BY held.key) FROM (
        SELECT 'user:' || a.owner_id AS key
        UNION ALL SELECT 'user:' || s.author_id FROM knowledge_authorship s WHERE s.article_id = a.id
        UNION ALL SELECT 'city:' || a.city_id || role FROM unnest(ARRAY[':lead', ':staff']) role
            WHERE a.city_id IS NOT NULL AND a.visibility <> 'private'
        UNION ALL SELECT 'programme:' || a.programme_id || ':coordinator'
            WHERE a.programme_id IS NOT NULL AND a.visibility <> 'private'
    ) held
);
-- Their checks must not wait while the tables are changed below.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

REVISIONS = """
CREATE OR REPLACE FUNCTION knowledge_revision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    apart text[] := ARRAY['html', 'markup_version', 'published_at', 'published_by_id'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- The cached HTML may be made anew by a newer renderer; it is published once.
        IF to_jsonb(NEW) - apart = to_jsonb(OLD) - apart AND (
            OLD.published_at IS NULL
            OR (NEW.published_at, NEW.published_by_id) IS NOT DISTINCT FROM (OLD.published_at, OLD.published_by_id)
        ) THEN
            RETURN NEW;
        END IF;
    ELSIF knowledge_is_sample(OLD.article_id) THEN
        -- The sample hub goes away as a whole.
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'A revision is never changed or deleted (article %, number %)',
        OLD.article_id, OLD.number USING ERRCODE = 'check_violation', CONSTRAINT = 'revision_stays';
END $$;
"""

SAMPLE = """
CREATE FUNCTION knowledge_is_sample(wanted bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM knowledge_article a JOIN hub_user u ON u.id = a.created_by_id
        WHERE a.id = wanted AND (a.is_sample OR u.is_sample)
    )
$$;
"""

LIVE = """
CREATE FUNCTION knowledge_live_was_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM knowledge_revision r WHERE r.id = NEW.live_id AND r.published_at IS NULL) THEN
        RAISE EXCEPTION 'Article % shows a version that nobody has published', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'article_live_was_published';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER article_live_was_published AFTER INSERT OR UPDATE OF live_id
    ON knowledge_article DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.live_id IS NOT NULL) EXECUTE FUNCTION knowledge_live_was_published();
"""

REVIEWS = """
ALTER TABLE knowledge_review ADD CONSTRAINT review_of_own_version
    FOREIGN KEY (article_id, revision_id) REFERENCES knowledge_revision (article_id, id)
    DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION knowledge_review_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    apart text[] := ARRAY['state', 'decided_at', 'decided_by_id', 'reason'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF knowledge_is_sample(OLD.article_id) THEN
            RETURN OLD;
        END IF;
    ELSIF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'Review % has been decided', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_decided_once';
    ELSIF NEW.state = 'published' AND EXISTS (
        SELECT FROM knowledge_revision r WHERE r.id = NEW.revision_id AND r.published_at IS NULL
    ) THEN
        RAISE EXCEPTION 'Review % publishes a version that is not published', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_publishes_its_version';
    ELSIF to_jsonb(NEW) - apart = to_jsonb(OLD) - apart THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'What review % is about is never changed', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'review_stays';
END $$;
CREATE TRIGGER review_stays BEFORE UPDATE OR DELETE ON knowledge_review
    FOR EACH ROW EXECUTE FUNCTION knowledge_review_stays();

CREATE FUNCTION knowledge_remark_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM knowledge_review r WHERE r.id = NEW.review_id AND r.state = 'open') THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Review % takes no more remarks', NEW.review_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remark_while_open';
    ELSIF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM knowledge_review r WHERE r.id = OLD.review_id AND knowledge_is_sample(r.article_id)
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'A remark is never changed or deleted (%)', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'remark_stays';
END $$;
CREATE TRIGGER remark_stays BEFORE INSERT OR UPDATE OR DELETE ON knowledge_remark
    FOR EACH ROW EXECUTE FUNCTION knowledge_remark_stays();
"""

UNDO_REVISIONS = """
CREATE OR REPLACE FUNCTION knowledge_revision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'html' - 'markup_version' = to_jsonb(OLD) - 'html' - 'markup_version' THEN
            RETURN NEW;
        END IF;
    ELSIF EXISTS (
        SELECT FROM knowledge_article a JOIN hub_user u ON u.id = a.created_by_id
        WHERE a.id = OLD.article_id AND (a.is_sample OR u.is_sample)
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'A revision is never changed or deleted (article %, number %)',
        OLD.article_id, OLD.number USING ERRCODE = 'check_violation', CONSTRAINT = 'revision_stays';
END $$;
DROP FUNCTION knowledge_is_sample;
"""
UNDO_LIVE = """
DROP TRIGGER article_live_was_published ON knowledge_article;
DROP FUNCTION knowledge_live_was_published;
"""
UNDO_REVIEWS = """
DROP TRIGGER remark_stays ON knowledge_remark;
DROP FUNCTION knowledge_remark_stays;
DROP TRIGGER review_stays ON knowledge_review;
DROP FUNCTION knowledge_review_stays;
ALTER TABLE knowledge_review DROP CONSTRAINT review_of_own_version;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0003_reuse"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "revision", "published_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            "revision",
            "published_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "article",
            "insiders",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), default=list, size=None
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(SAMPLE + REVISIONS, UNDO_REVISIONS),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "article",
            models.CheckConstraint(
                condition=models.Q(("insiders", []), _negated=True),
                name="article_somebody_edits_it",
            ),
        ),
        migrations.AddConstraint(
            "revision",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                    models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                    _connector="OR",
                ),
                name="revision_published_at_with_by",
            ),
        ),
        migrations.RunSQL(LIVE, UNDO_LIVE),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reviewers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "In review"),
                            ("published", "Published"),
                            ("sent-back", "Sent back"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, max_length=2000, verbose_name="reason")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="knowledge.article",
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
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="review",
                        to="knowledge.revision",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["sent_at", "pk"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("state", "open")),
                        fields=["reviewers"],
                        name="review_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("article",),
                        name="review_one_open_per_article",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("state", "open"),
                            ),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="review_decided_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("state", "sent-back")),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "sent-back"), _negated=True), ("reason", "")
                            ),
                            _connector="OR",
                        ),
                        name="review_sent_back_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reviewers", []), _negated=True),
                        name="review_asks_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("body", models.TextField(max_length=5000, verbose_name="your remark")),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remarks",
                        to="knowledge.review",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("body", ""), _negated=True), name="remark_not_empty"
                    ),
                ],
            },
        ),
        migrations.RunSQL(REVIEWS, UNDO_REVIEWS),
    ]
