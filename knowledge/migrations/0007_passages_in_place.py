from django.db import migrations

PASSAGES = """
CREATE FUNCTION knowledge_passage_in_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM knowledge_comment c JOIN knowledge_revision r ON r.article_id = c.article_id
        WHERE c.id = NEW.comment_id AND r.id = NEW.revision_id
    ) THEN
        RAISE EXCEPTION 'A passage stands in a version of another article'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'passage_in_own_version';
    END IF;
    IF EXISTS (
        SELECT FROM knowledge_comment c WHERE c.id = NEW.comment_id AND c.parent_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'An answer has no passage of its own'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'passage_of_a_remark';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER passage_in_place BEFORE INSERT OR UPDATE OF comment_id, revision_id
    ON knowledge_passage FOR EACH ROW EXECUTE FUNCTION knowledge_passage_in_place();
"""

UNDO = """
DROP TRIGGER passage_in_place ON knowledge_passage;
DROP FUNCTION knowledge_passage_in_place;
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0006_passages")]

    operations = [migrations.RunSQL(PASSAGES, UNDO)]
