"""The rows of a database, put back as they were: quicker by far than a fresh copy of it.

They are kept beside the others, in a schema of their own. The account must be a superuser: what
keeps a hub's rows from being changed and removed is in the way of putting them back.
"""

import psycopg

from tests import databases

_KEEP = """
CREATE SCHEMA kept;
CREATE FUNCTION kept.sum_of(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
  EXECUTE format('SELECT count(*) || '':'' || sum(hashtextextended(r::text, 0)) FROM public.%I r', name)
  INTO found;
  RETURN found;
END $$;
CREATE TABLE kept.sequences AS
  SELECT format('public.%I', sequencename)::regclass AS name, start_value, last_value
  FROM pg_sequences WHERE schemaname = 'public';
CREATE TABLE kept.tables AS
  SELECT relname::text AS name, kept.sum_of(relname) AS sum,
    (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
     WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns
  FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace;
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT * FROM kept.tables LOOP
    EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', 'rows of ' || one.name, one.name);
  END LOOP;
END $$;
"""
_PUT_BACK = """
SET LOCAL session_replication_role = replica;
SET LOCAL lock_timeout = '20s';
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT * FROM kept.tables WHERE kept.sum_of(name) IS DISTINCT FROM sum LOOP
    EXECUTE format('DELETE FROM public.%I', one.name);
    EXECUTE format('INSERT INTO public.%1$I (%2$s) SELECT %2$s FROM kept.%3$I',
                   one.name, one.columns, 'rows of ' || one.name);
  END LOOP;
END $$;
SELECT setval(name, coalesce(last_value, start_value), last_value IS NOT NULL) FROM kept.sequences;
"""


def keep(database: str) -> None:
    with psycopg.connect(**databases.place_of(database)) as line:
        line.execute(_KEEP)


def put_back(database: str) -> None:
    """Every row and every number as it was; who has the database open keeps their connection."""
    with psycopg.connect(**databases.place_of(database)) as line:
        line.execute(_PUT_BACK)
