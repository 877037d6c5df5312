import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TRANSLATIONS = """
ALTER TABLE knowledge_article ADD CONSTRAINT article_in_language UNIQUE (id, language);
ALTER TABLE knowledge_translation ADD CONSTRAINT translation_language_is_its_articles
    FOREIGN KEY (article_id, language) REFERENCES knowledge_article (id, language)
    DEFERRABLE INITIALLY DEFERRED;
-- An original that is said to be in another language takes its translations' rows with it, to
-- where the check of two languages meets them.
ALTER TABLE knowledge_translation ADD CONSTRAINT translation_original_language_is_its_articles
    FOREIGN KEY (original_id, original_language) REFERENCES knowledge_article (id, language)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION knowledge_translation_in_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.article_id, OLD.original_id) <> (NEW.article_id, NEW.original_id) THEN
        RAISE EXCEPTION 'A translation stays that of its original'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'translation_stays';
    END IF;
    IF NEW.article_id = NEW.original_id OR EXISTS (
        SELECT FROM knowledge_translation t
        WHERE t.article_id = NEW.original_id OR t.original_id = NEW.article_id
    ) THEN
        RAISE EXCEPTION 'A translation is made of an original, not of a translation'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'translation_of_an_original';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER translation_in_place BEFORE INSERT OR UPDATE ON knowledge_translation
    FOR EACH ROW EXECUTE FUNCTION knowledge_translation_in_place();
"""

RENDERINGS = """
ALTER TABLE knowledge_rendering ADD CONSTRAINT rendering_of_own_version
    FOREIGN KEY (translation_id, revision_id) REFERENCES knowledge_revision (article_id, id)
    DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION knowledge_rendering_in_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    apart text[] := ARRAY['based_on_id', 'confirmed_at', 'confirmed_by_id'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - apart <> to_jsonb(OLD) - apart OR (
            SELECT n.number < o.number FROM knowledge_revision n, knowledge_revision o
            WHERE n.id = NEW.based_on_id AND o.id = OLD.based_on_id
        ) THEN
            RAISE EXCEPTION 'What version % was made from is not changed back', OLD.revision_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'rendering_stays';
        END IF;
    END IF;
    IF NOT EXISTS (
        SELECT FROM knowledge_revision r JOIN knowledge_translation t ON t.original_id = r.article_id
        WHERE r.id = NEW.based_on_id AND t.article_id = NEW.translation_id
        AND r.published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'A translation is made from a published version of its original'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rendering_of_published_original';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.made = 'machine' THEN
        -- A person who saves at this moment is waited for, and then stands in the way.
        PERFORM FROM knowledge_article WHERE id = NEW.translation_id FOR NO KEY UPDATE;
        IF EXISTS (
            SELECT FROM knowledge_rendering r WHERE r.translation_id = NEW.translation_id
            AND (r.made = 'human' OR r.confirmed_at IS NOT NULL)
        ) THEN
            RAISE EXCEPTION 'No machine writes over what a person has translated or read'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'rendering_machine_never_over_human';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rendering_in_place BEFORE INSERT OR UPDATE ON knowledge_rendering
    FOR EACH ROW EXECUTE FUNCTION knowledge_rendering_in_place();

CREATE FUNCTION knowledge_version_has_rendering() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM knowledge_translation t JOIN knowledge_revision r ON r.article_id = t.article_id
        WHERE t.article_id = NEW.article_id
        AND NOT EXISTS (SELECT FROM knowledge_rendering d WHERE d.revision_id = r.id)
    ) THEN
        RAISE EXCEPTION 'A version of translation % does not say what it was made from', NEW.article_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'translation_versions_have_renderings';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER revision_has_rendering AFTER INSERT ON knowledge_revision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION knowledge_version_has_rendering();
CREATE CONSTRAINT TRIGGER translation_has_renderings AFTER INSERT ON knowledge_translation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION knowledge_version_has_rendering();
"""

AUDIENCE = """
CREATE FUNCTION knowledge_key_is_within(wanted text, audience text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT wanted = ANY(audience) OR 'public' = ANY(audience)
        OR ('signed-in' = ANY(audience) AND wanted <> 'public')
        -- The lead of a city is of the city.
        OR split_part(wanted, ':', 1) || ':' || split_part(wanted, ':', 2) = ANY(audience)
$$;

-- A draft is also for who writes it, and for those who were asked to review it; what was taken
-- down (a later migration) for who writes it, and for the platform admin.
CREATE FUNCTION knowledge_translation_no_wider() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
BEGIN
    IF EXISTS (
        SELECT FROM knowledge_translation x
        JOIN knowledge_article t ON t.id = x.article_id
        JOIN knowledge_article o ON o.id = x.original_id
        CROSS JOIN LATERAL (
            SELECT unnest(t.audience) AS key,
                t.state <> 'draft' AND to_jsonb(t) ->> 'removed_at' IS NULL AS is_open
            UNION ALL SELECT unnest(t.insiders), FALSE
        ) held
        WHERE (x.article_id = named OR x.original_id = named)
        AND NOT knowledge_key_is_within(held.key, o.audience)
        AND (held.is_open OR NOT (
            held.key = 'admin'
            OR EXISTS (
                SELECT FROM knowledge_authorship a
                WHERE a.article_id = t.id AND held.key = 'user:' || a.author_id
            )
            OR EXISTS (
                SELECT FROM knowledge_review r
                WHERE r.article_id = t.id AND r.state = 'open' AND held.key = ANY(r.reviewers)
            )
        ))
    ) THEN
        RAISE EXCEPTION 'A translation is seen by somebody who does not see its original (article %)', named
            USING ERRCODE = 'check_violation', CONSTRAINT = 'translation_no_wider_than_original';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER translation_no_wider AFTER INSERT ON knowledge_translation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION knowledge_translation_no_wider('article_id');
CREATE CONSTRAINT TRIGGER article_translations_no_wider AFTER UPDATE ON knowledge_article
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.audience, OLD.insiders, OLD.state) IS DISTINCT FROM (NEW.audience, NEW.insiders, NEW.state))
    EXECUTE FUNCTION knowledge_translation_no_wider('id');
"""

UNDO = """
DROP TRIGGER article_translations_no_wider ON knowledge_article;
DROP TRIGGER translation_no_wider ON knowledge_translation;
DROP FUNCTION knowledge_translation_no_wider;
DROP FUNCTION knowledge_key_is_within;
DROP TRIGGER translation_has_renderings ON knowledge_translation;
DROP TRIGGER revision_has_rendering ON knowledge_revision;
DROP FUNCTION knowledge_version_has_rendering;
DROP TRIGGER rendering_in_place ON knowledge_rendering;
DROP FUNCTION knowledge_rendering_in_place;
ALTER TABLE knowledge_rendering DROP CONSTRAINT rendering_of_own_version;
DROP TRIGGER translation_in_place ON knowledge_translation;
DROP FUNCTION knowledge_translation_in_place;
ALTER TABLE knowledge_translation DROP CONSTRAINT translation_original_language_is_its_articles;
ALTER TABLE knowledge_translation DROP CONSTRAINT translation_language_is_its_articles;
ALTER TABLE knowledge_article DROP CONSTRAINT article_in_language;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0007_passages_in_place"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Translation",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="translation",
                        serialize=False,
                        to="knowledge.article",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("sv", "svenska"),
                            ("en", "English"),
                            ("bg", "български"),
                            ("cs", "čeština"),
                            ("da", "dansk"),
                            ("de", "Deutsch"),
                            ("el", "Ελληνικά"),
                            ("es", "español"),
                            ("fi", "suomi"),
                            ("fr", "français"),
                            ("hr", "hrvatski"),
                            ("hu", "magyar"),
                            ("it", "italiano"),
                            ("lt", "lietuvių"),
                            ("lv", "latviešu"),
                            ("nl", "Nederlands"),
                            ("no", "norsk"),
                            ("pl", "polski"),
                            ("pt", "português"),
                            ("ro", "română"),
                            ("sk", "slovenčina"),
                            ("sl", "slovenščina"),
                            ("tr", "Türkçe"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "original_language",
                    models.CharField(
                        choices=[
                            ("sv", "svenska"),
                            ("en", "English"),
                            ("bg", "български"),
                            ("cs", "čeština"),
                            ("da", "dansk"),
                            ("de", "Deutsch"),
                            ("el", "Ελληνικά"),
                            ("es", "español"),
                            ("fi", "suomi"),
                            ("fr", "français"),
                            ("hr", "hrvatski"),
                            ("hu", "magyar"),
                            ("it", "italiano"),
                            ("lt", "lietuvių"),
                            ("lv", "latviešu"),
                            ("nl", "Nederlands"),
                            ("no", "norsk"),
                            ("pl", "polski"),
                            ("pt", "português"),
                            ("ro", "română"),
                            ("sk", "slovenčina"),
                            ("sl", "slovenščina"),
                            ("tr", "Türkçe"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "original",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="knowledge.article",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("original", "language"), name="translation_once_per_language"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("language", models.F("original_language")), _negated=True
                        ),
                        name="translation_into_another_language",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rendering",
            fields=[
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="rendering",
                        serialize=False,
                        to="knowledge.revision",
                    ),
                ),
                (
                    "made",
                    models.CharField(
                        choices=[("human", "By a person"), ("machine", "By machine")], max_length=8
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "based_on",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="knowledge.revision",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "translation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="renderings",
                        to="knowledge.translation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("made__in", ["human", "machine"])),
                        name="rendering_made_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_at__isnull", True), ("confirmed_by__isnull", True)
                            ),
                            models.Q(
                                ("confirmed_at__isnull", False), ("confirmed_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="rendering_confirmed_at_with_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TranslationJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("sv", "svenska"),
                            ("en", "English"),
                            ("bg", "български"),
                            ("cs", "čeština"),
                            ("da", "dansk"),
                            ("de", "Deutsch"),
                            ("el", "Ελληνικά"),
                            ("es", "español"),
                            ("fi", "suomi"),
                            ("fr", "français"),
                            ("hr", "hrvatski"),
                            ("hu", "magyar"),
                            ("it", "italiano"),
                            ("lt", "lietuvių"),
                            ("lv", "latviešu"),
                            ("nl", "Nederlands"),
                            ("no", "norsk"),
                            ("pl", "polski"),
                            ("pt", "português"),
                            ("ro", "română"),
                            ("sk", "slovenčina"),
                            ("sl", "slovenščina"),
                            ("tr", "Türkçe"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Being translated"),
                            ("done", "Translated"),
                            ("failed", "Could not be translated"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "original",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translation_jobs",
                        to="knowledge.article",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["due_at"],
                        name="translation_job_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("original", "language"),
                        name="translation_job_one_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("state", "waiting")),
                            models.Q(
                                ("settled_at__isnull", False), ("state__in", ["done", "failed"])
                            ),
                            _connector="OR",
                        ),
                        name="translation_job_settled_once",
                    ),
                ],
            },
        ),
        migrations.RunSQL(TRANSLATIONS + RENDERINGS + AUDIENCE, UNDO),
    ]
