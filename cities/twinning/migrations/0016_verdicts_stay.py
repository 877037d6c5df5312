"""The verdict that stands becomes the first of each application's history; none is changed."""

from django.db import migrations

SQL = """
insert into twinning_screeningverdict
    (application_id, verdict, reason, reopened, reopened_until, given_at, given_by_id)
select id, screening, screening_reason, reopened, reopened_until, screened_at, screened_by_id
  from twinning_application where screening <> '';
-- Or the table could not be given triggers now.
set constraints all immediate;

create function twinning_verdict_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and (
        not exists (select 1 from twinning_application where id = old.application_id)
        -- The sample hub goes away as a whole, its people too.
        or not exists (select 1 from hub_user where id = old.given_by_id and not is_sample))
    then
        return null;
    end if;
    raise exception 'Verdict % of application % is never changed or deleted.',
        old.id, old.application_id
        using errcode = 'check_violation', constraint = 'screening_verdict_stays';
end $$;
create trigger screening_verdict_stays_as_it_is before update on twinning_screeningverdict
    for each row execute function twinning_verdict_stays();
-- At the end: an application that goes takes its verdicts with it, and goes after them.
create constraint trigger screening_verdict_stays after delete on twinning_screeningverdict
    deferrable initially deferred
    for each row execute function twinning_verdict_stays();
"""

REVERSE = """
drop trigger screening_verdict_stays on twinning_screeningverdict;
drop trigger screening_verdict_stays_as_it_is on twinning_screeningverdict;
drop function twinning_verdict_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("twinning", "0015_screening_history_and_found_conflicts"),
        ("hub", "0004_reports"),
    ]
    operations = [migrations.RunSQL(SQL, REVERSE)]
