"""A twin group always has at least one pilot and one twin, looked at when a transaction ends."""

from django.db import migrations

SQL = """
create function twinning_group_is_whole() returns trigger language plpgsql as $$
declare
    changed bigint;
    kept record;
begin
    foreach changed in array (case
        when tg_table_name = 'twinning_twingroup' then array[new.id]
        when tg_op = 'DELETE' then array[old.group_id]
        when tg_op = 'INSERT' then array[new.group_id]
        else array[old.group_id, new.group_id]
    end)
    loop
        -- The lock makes two transactions that each take one of two twins wait for each other.
        perform 1 from twinning_twingroup where id = changed for no key update;
        if not found then
            continue;
        end if;
        select count(*) filter (where role = 'pilot') as pilots,
               count(*) filter (where role = 'twin') as twins
          into kept from twinning_twingroupcity where group_id = changed;
        if kept.pilots = 0 or kept.twins = 0 then
            raise exception 'Twin group % needs at least one pilot and one twin.', changed
                using errcode = 'check_violation', constraint = 'group_has_pilot_and_twin';
        end if;
    end loop;
    return null;
end $$;

create constraint trigger group_has_pilot_and_twin
    after insert or update or delete on twinning_twingroupcity
    deferrable initially deferred
    for each row execute function twinning_group_is_whole();
create constraint trigger group_starts_whole
    after insert on twinning_twingroup
    deferrable initially deferred
    for each row execute function twinning_group_is_whole();

create trigger atlas_group after insert or update or delete on twinning_twingroup
    for each statement execute function cities_renew_atlas();
create trigger atlas_group_city after insert or update or delete on twinning_twingroupcity
    for each statement execute function cities_renew_atlas();
"""

REVERSE = """
drop trigger atlas_group_city on twinning_twingroupcity;
drop trigger atlas_group on twinning_twingroup;
drop trigger group_starts_whole on twinning_twingroup;
drop trigger group_has_pilot_and_twin on twinning_twingroupcity;
drop function twinning_group_is_whole();
"""


class Migration(migrations.Migration):
    dependencies = [("twinning", "0001_initial"), ("cities", "0002_atlas_version")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
