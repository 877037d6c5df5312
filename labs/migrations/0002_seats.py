"""Seats in use, counted by the database: not even raw SQL overfills a Lab.

The trigger keeps the three counters on the Lab; the constraint
lab_seated_within_seats refuses the row that would be one too many, and a
capacity below what is taken. Counting under the Lab's own row lock makes it
safe between transactions: the second writer waits and then counts anew.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION labs_count_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved record;
BEGIN
    FOR moved IN
        SELECT lab,
               sum(change) FILTER (WHERE state = 'seated' AND mode = 'onsite') AS onsite,
               sum(change) FILTER (WHERE state = 'seated' AND mode = 'online') AS online,
               sum(change) FILTER (WHERE state = 'waiting') AS waiting
        FROM (
            SELECT OLD.lab_id AS lab, OLD.mode AS mode, OLD.state AS state, -1 AS change
            WHERE TG_OP <> 'INSERT'
            UNION ALL
            SELECT NEW.lab_id, NEW.mode, NEW.state, 1
            WHERE TG_OP <> 'DELETE'
        ) AS both_rows
        GROUP BY lab
        ORDER BY lab
    LOOP
        UPDATE labs_lab
        SET seated_onsite = seated_onsite + coalesce(moved.onsite, 0),
            seated_online = seated_online + coalesce(moved.online, 0),
            waiting = labs_lab.waiting + coalesce(moved.waiting, 0)
        WHERE id = moved.lab
          AND (coalesce(moved.onsite, 0), coalesce(moved.online, 0), coalesce(moved.waiting, 0))
              <> (0, 0, 0);
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER labs_count_seats
AFTER INSERT OR DELETE OR UPDATE OF lab_id, mode, state ON labs_registration
FOR EACH ROW EXECUTE FUNCTION labs_count_seats();

CREATE FUNCTION labs_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history of a registration is never changed.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_step_kept';
END $$;

CREATE TRIGGER labs_keep_history
BEFORE UPDATE ON labs_registrationstep
FOR EACH ROW WHEN (OLD.taken_by_id = NEW.taken_by_id)
EXECUTE FUNCTION labs_keep_history();
"""

BACKWARDS = """
DROP TRIGGER labs_keep_history ON labs_registrationstep;
DROP FUNCTION labs_keep_history();
DROP TRIGGER labs_count_seats ON labs_registration;
DROP FUNCTION labs_count_seats();
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
