"""A thing in several languages (a city with its wishes) is found by words of each of them."""

import django.contrib.postgres.fields
from django.db import migrations, models

FILL = """
CREATE OR REPLACE FUNCTION hub_search_fill() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    code text;
    config regconfig;
    seen regconfig[] := '{}';
BEGIN
    NEW.vector := ''::tsvector;
    FOREACH code IN ARRAY NEW.language::text || NEW.also_in::text[] LOOP
        config := hub_search_config(code);
        CONTINUE WHEN config = ANY (seen);
        seen := seen || config;
        -- A tsvector ends at 1 MB: the first 100,000 characters are found by their words.
        NEW.vector := NEW.vector
            || setweight(to_tsvector(config, NEW.title), 'A')
            || setweight(to_tsvector(config, left(NEW.text, 100000)), 'B');
    END LOOP;
    RETURN NEW;
END $$;
DROP TRIGGER hub_search_fill ON hub_searchdocument;
CREATE TRIGGER hub_search_fill BEFORE INSERT OR UPDATE OF title, text, language, also_in
    ON hub_searchdocument FOR EACH ROW EXECUTE FUNCTION hub_search_fill();
UPDATE hub_searchdocument SET language = '', also_in = '{en,sv}'
    WHERE kind IN ('city', 'organisation', 'programme');
"""

BEFORE = """
CREATE OR REPLACE FUNCTION hub_search_fill() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    config regconfig := hub_search_config(NEW.language);
BEGIN
    NEW.vector := setweight(to_tsvector(config, NEW.title), 'A')
        || setweight(to_tsvector(config, left(NEW.text, 100000)), 'B');
    RETURN NEW;
END $$;
DROP TRIGGER hub_search_fill ON hub_searchdocument;
CREATE TRIGGER hub_search_fill BEFORE INSERT OR UPDATE OF title, text, language
    ON hub_searchdocument FOR EACH ROW EXECUTE FUNCTION hub_search_fill();
"""


class Migration(migrations.Migration):
    dependencies = [("hub", "0002_search")]

    operations = [
        migrations.AlterField(
            "searchdocument", "language", models.CharField(blank=True, max_length=8)
        ),
        migrations.AddField(
            "searchdocument",
            "also_in",
            django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=8), default=list, size=None
            ),
        ),
        migrations.RunSQL(FILL, BEFORE),
    ]
