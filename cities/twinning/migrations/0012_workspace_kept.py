"""What a city of a twin group says is said by a city of that group."""

from django.db import migrations

SQL = """
create function twinning_check_city() returns trigger language plpgsql as $$
begin
    if new.city_id is not null and not exists (
        select 1 from twinning_twingroupcity
         where group_id = new.group_id and city_id = new.city_id)
    then
        raise exception 'City % is not of group %.', new.city_id, new.group_id
            using errcode = 'check_violation', constraint = 'city_of_its_group';
    end if;
    return new;
end $$;
create trigger goal_of_a_city_of_its_group before insert or update of group_id, city_id
    on twinning_goal for each row execute function twinning_check_city();
create trigger action_of_a_city_of_its_group before insert or update of group_id, city_id
    on twinning_nextaction for each row execute function twinning_check_city();
create trigger part_of_a_city_of_its_group before insert or update of group_id, city_id
    on twinning_grouppart for each row execute function twinning_check_city();

create function twinning_check_fit_city() returns trigger language plpgsql as $$
begin
    if not exists (
        select 1 from twinning_fitcheck f
          join twinning_twingroupcity m on m.group_id = f.group_id and m.city_id = new.city_id
         where f.id = new.check_of_id)
    then
        raise exception 'City % was not asked.', new.city_id
            using errcode = 'check_violation', constraint = 'city_of_its_group';
    end if;
    return new;
end $$;
create trigger fit_of_a_city_of_its_group before insert or update of check_of_id, city_id
    on twinning_fitanswer for each row execute function twinning_check_fit_city();
"""

REVERSE = """
drop trigger fit_of_a_city_of_its_group on twinning_fitanswer;
drop function twinning_check_fit_city();
drop trigger part_of_a_city_of_its_group on twinning_grouppart;
drop trigger action_of_a_city_of_its_group on twinning_nextaction;
drop trigger goal_of_a_city_of_its_group on twinning_goal;
drop function twinning_check_city();
"""


class Migration(migrations.Migration):
    dependencies = [("twinning", "0011_workspace")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
