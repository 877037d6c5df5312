"""Full text search in the database: one configuration per language, accents folded.

Nothing here is newer than PostgreSQL 16. The trigger holds for every way in: the
ORM, COPY, a restore.
"""

from django.db import migrations

#: Language → the server's stemmer, and its list of stop words where there is one.
STEMMERS = {
    "sv": ("swedish", "swedish"),
    "en": ("english", "english"),
    "de": ("german", "german"),
    "pt": ("portuguese", "portuguese"),
    "fr": ("french", "french"),
    "nl": ("dutch", "dutch"),
    "fi": ("finnish", "finnish"),
    "es": ("spanish", "spanish"),
    "it": ("italian", "italian"),
    "ro": ("romanian", ""),
    "el": ("greek", ""),
    "da": ("danish", "danish"),
    "nb": ("norwegian", "norwegian"),
}

# Accents are folded by the configuration, so that text and query meet in the same
# spelling; stop words are taken out before, while they still have their accents.
CONFIGURATIONS = (
    "\n".join(
        (
            f"CREATE TEXT SEARCH DICTIONARY hub_stop_{code} "
            f"(TEMPLATE = pg_catalog.simple, STOPWORDS = {stop}, ACCEPT = false);"
            if stop
            else ""
        )
        + f"""
CREATE TEXT SEARCH CONFIGURATION hub_{code} (COPY = pg_catalog.{stemmer});
ALTER TEXT SEARCH CONFIGURATION hub_{code} ALTER MAPPING FOR hword, hword_part, word
    WITH {f"hub_stop_{code}, " if stop else ""}unaccent, {stemmer}_stem;
"""
        for code, (stemmer, stop) in STEMMERS.items()
    )
    + """
CREATE TEXT SEARCH CONFIGURATION hub_simple (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION hub_simple ALTER MAPPING FOR hword, hword_part, word
    WITH unaccent, simple;
"""
)

DROP_CONFIGURATIONS = "\n".join(
    f"DROP TEXT SEARCH CONFIGURATION IF EXISTS hub_{code};"
    + (f"DROP TEXT SEARCH DICTIONARY IF EXISTS hub_stop_{code};" if code != "simple" else "")
    for code in [*STEMMERS, "simple"]
)

# Both spellings of Norwegian are in use as codes.
CONFIG_OF = (
    "CREATE FUNCTION hub_search_config(language text) RETURNS regconfig "
    "LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CASE left(language, 2) "
    + " ".join(f"WHEN '{code}' THEN 'hub_{code}'::regconfig" for code in STEMMERS)
    + " WHEN 'no' THEN 'hub_nb'::regconfig ELSE 'hub_simple'::regconfig END $$;"
)

# A reader types in any language: the query is read in each, and equal readings count once.
# Immutable, so that the planner knows the words and how common they are.
QUERY_OF = (
    """
CREATE FUNCTION hub_search_query(words text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    found tsquery := ''::tsquery;
    seen tsquery[] := '{}';
    reading tsquery;
    config regconfig;
BEGIN
    FOREACH config IN ARRAY ARRAY["""
    + ", ".join(f"'hub_{code}'" for code in [*STEMMERS, "simple"])
    + """]::regconfig[] LOOP
        reading := websearch_to_tsquery(config, words);
        IF numnode(reading) > 0 AND NOT reading = ANY (seen) THEN
            seen := seen || reading;
            found := found || reading;
        END IF;
    END LOOP;
    RETURN found;
END $$;
"""
)

TRIGGERS = """
CREATE FUNCTION hub_search_fill() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    config regconfig := hub_search_config(NEW.language);
BEGIN
    -- A tsvector ends at 1 MB: the first 100,000 characters are found by their words.
    NEW.vector := setweight(to_tsvector(config, NEW.title), 'A')
        || setweight(to_tsvector(config, left(NEW.text, 100000)), 'B');
    RETURN NEW;
END $$;
CREATE TRIGGER hub_search_fill BEFORE INSERT OR UPDATE OF title, text, language
    ON hub_searchdocument FOR EACH ROW EXECUTE FUNCTION hub_search_fill();

CREATE FUNCTION hub_search_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hub_searchchange (key) SELECT key FROM changed;
    RETURN NULL;
END $$;
CREATE TRIGGER hub_search_note_insert AFTER INSERT ON hub_searchdocument
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hub_search_note_change();
CREATE TRIGGER hub_search_note_update AFTER UPDATE ON hub_searchdocument
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hub_search_note_change();
"""

DROP_TRIGGERS = """
DROP TRIGGER IF EXISTS hub_search_note_update ON hub_searchdocument;
DROP TRIGGER IF EXISTS hub_search_note_insert ON hub_searchdocument;
DROP FUNCTION IF EXISTS hub_search_note_change();
DROP TRIGGER IF EXISTS hub_search_fill ON hub_searchdocument;
DROP FUNCTION IF EXISTS hub_search_fill();
"""


class Migration(migrations.Migration):
    dependencies = [("hub", "0001_initial")]

    operations = [
        migrations.RunSQL(CONFIGURATIONS, DROP_CONFIGURATIONS),
        migrations.RunSQL(CONFIG_OF, "DROP FUNCTION IF EXISTS hub_search_config(text);"),
        migrations.RunSQL(QUERY_OF, "DROP FUNCTION IF EXISTS hub_search_query(text);"),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
