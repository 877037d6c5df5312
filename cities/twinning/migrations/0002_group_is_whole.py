"""A twin group always has at least one pilot and one twin, looked at when a transaction ends."""

from django.db import migrations

SQL = """
create function twinning_check_group(checked bigint) returns void language plpgsql as $$
declare
    kept record;
begin
    -- The lock makes two transactions that each take one of two twins wait for each other.
    perform 1 from twinning_twingroup where id = checked for no key update;
    if not found then
        return;
    end if;
    select count(*) filter (where role = 'pilot') as pilots,
           count(*) filter (where role = 'twin') as twins
      into kept from twinning_twingroupcity where group_id = checked;
    if kept.pilots = 0 or kept.twins = 0 then
        raise exception 'Twin group % needs at least one pilot and one twin.', checked
            using errcode = 'check_violation', constraint = 'group_has_pilot_and_twin';
    end if;
end $$;

create function twinning_group_starts_whole() returns trigger language plpgsql as $$
begin
    perform twinning_check_group(new.id);
    return null;
end $$;

create function twinning_group_stays_whole() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform twinning_check_group(old.group_id);
    end if;
    if tg_op <> 'DELETE' then
        perform twinning_check_group(new.group_id);
    end if;
    return null;
end $$;

create constraint trigger group_starts_whole
    after insert on twinning_twingroup
    deferrable initially deferred
    for each row execute function twinning_group_starts_whole();
create constraint trigger group_has_pilot_and_twin
    after insert or update or delete on twinning_twingroupcity
    deferrable initially deferred
    for each row execute function twinning_group_stays_whole();

create trigger atlas_group after insert or update or delete on twinning_twingroup
    for each statement execute function cities_renew_atlas();
create trigger atlas_group_city after insert or update or delete on twinning_twingroupcity
    for each statement execute function cities_renew_atlas();
"""

REVERSE = """
drop trigger atlas_group_city on twinning_twingroupcity;
drop trigger atlas_group on twinning_twingroup;
drop trigger group_has_pilot_and_twin on twinning_twingroupcity;
drop trigger group_starts_whole on twinning_twingroup;
drop function twinning_group_stays_whole();
drop function twinning_group_starts_whole();
drop function twinning_check_group(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("twinning", "0001_initial"), ("cities", "0002_atlas_version")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
