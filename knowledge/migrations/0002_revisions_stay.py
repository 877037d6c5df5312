from django.db import migrations

REVISIONS = """
CREATE FUNCTION knowledge_revision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- The cached HTML may be made anew by a newer renderer; nothing else may change.
        IF to_jsonb(NEW) - 'html' - 'markup_version' = to_jsonb(OLD) - 'html' - 'markup_version' THEN
            RETURN NEW;
        END IF;
    ELSIF EXISTS (
        SELECT FROM knowledge_article a JOIN hub_user u ON u.id = a.created_by_id
        WHERE a.id = OLD.article_id AND (a.is_sample OR u.is_sample)
    ) THEN
        -- The sample hub goes away as a whole.
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'A revision is never changed or deleted (article %, number %)',
        OLD.article_id, OLD.number USING ERRCODE = 'check_violation', CONSTRAINT = 'revision_stays';
END $$;
CREATE TRIGGER revision_stays BEFORE UPDATE OR DELETE ON knowledge_revision
    FOR EACH ROW EXECUTE FUNCTION knowledge_revision_stays();

-- The live version is one of the article's own.
ALTER TABLE knowledge_revision ADD CONSTRAINT revision_of_article UNIQUE (article_id, id);
ALTER TABLE knowledge_article ADD CONSTRAINT article_live_is_its_own
    FOREIGN KEY (id, live_id) REFERENCES knowledge_revision (article_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""

COMMENTS = """
CREATE FUNCTION knowledge_comment_in_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM knowledge_revision r WHERE r.id = NEW.revision_id AND r.article_id = NEW.article_id
    ) THEN
        RAISE EXCEPTION 'A comment names a version of another article'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_on_own_version';
    END IF;
    IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM knowledge_comment c
        WHERE c.id = NEW.parent_id AND c.article_id = NEW.article_id AND c.parent_id IS NULL
    ) THEN
        RAISE EXCEPTION 'An answer belongs to a remark on the same article'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_answers_a_remark';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER comment_in_place BEFORE INSERT OR UPDATE OF parent_id, article_id, revision_id
    ON knowledge_comment FOR EACH ROW EXECUTE FUNCTION knowledge_comment_in_place();
"""

UNDO = """
DROP TRIGGER comment_in_place ON knowledge_comment;
DROP FUNCTION knowledge_comment_in_place;
ALTER TABLE knowledge_article DROP CONSTRAINT article_live_is_its_own;
ALTER TABLE knowledge_revision DROP CONSTRAINT revision_of_article;
DROP TRIGGER revision_stays ON knowledge_revision;
DROP FUNCTION knowledge_revision_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]

    operations = [migrations.RunSQL(REVISIONS + COMMENTS, UNDO)]
