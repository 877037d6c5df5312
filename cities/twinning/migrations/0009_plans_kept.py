"""Versions of plans stay; a signed plan stays as it is; only what was signed is published."""

from django.db import migrations

SQL = """
create function twinning_check_plan() returns trigger language plpgsql as $$
begin
    if (tg_op = 'INSERT' or (new.group_id, new.city_id) is distinct from (old.group_id, old.city_id))
        and not exists (
            select 1 from twinning_twingroupcity
             where group_id = new.group_id and city_id = new.city_id and role = 'twin')
    then
        raise exception 'City % is no twin of group %.', new.city_id, new.group_id
            using errcode = 'check_violation', constraint = 'plan_of_a_twin_city';
    end if;
    if exists (
        select 1 from twinning_planversion
         where id in (new.signed_version_id, new.published_version_id)
           and (plan_id <> new.id or not is_signed))
    then
        raise exception 'Plan % is signed and published in versions of its own.', new.id
            using errcode = 'check_violation', constraint = 'plan_shows_what_it_signed';
    end if;
    return new;
end $$;
create trigger plan_is_sound before insert or update on twinning_plan
    for each row execute function twinning_check_plan();

create function twinning_plan_version_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and exists (
        select 1 from twinning_plan p join hub_user u on u.id = p.begun_by_id
         where p.id = old.plan_id and (p.is_sample or u.is_sample))
    then
        -- The sample hub goes away as a whole.
        return old;
    end if;
    raise exception 'Version % of plan % is never changed or deleted.', old.number, old.plan_id
        using errcode = 'check_violation', constraint = 'plan_version_stays';
end $$;
create trigger plan_version_stays before update or delete on twinning_planversion
    for each row execute function twinning_plan_version_stays();

create function twinning_signed_plan_stays() returns trigger language plpgsql as $$
declare
    of_plan bigint;
    open_now boolean;
begin
    of_plan := case when tg_op = 'DELETE' then old.plan_id else new.plan_id end;
    -- Shared with a signature, which takes the row for itself.
    select is_open into open_now from twinning_plan where id = of_plan for share;
    if open_now is false then
        raise exception 'Plan % is signed; begin its next version.', of_plan
            using errcode = 'check_violation', constraint = 'signed_plan_stays';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger signed_text_stays before insert or update or delete on twinning_plantext
    for each row execute function twinning_signed_plan_stays();
create trigger signed_step_stays before insert or delete on twinning_planstep
    for each row execute function twinning_signed_plan_stays();
-- How far a step has come goes on being told.
create trigger signed_step_stays_as_it_is before update on twinning_planstep
    for each row when (
        (new.plan_id, new.text, new.owner_id, new.owner_name, new.due_on, new.budget, new.mandate)
        is distinct from
        (old.plan_id, old.text, old.owner_id, old.owner_name, old.due_on, old.budget, old.mandate))
    execute function twinning_signed_plan_stays();

create function twinning_plan_comment_in_place() returns trigger language plpgsql as $$
begin
    if new.step_id is not null and not exists (
        select 1 from twinning_planstep where id = new.step_id and plan_id = new.plan_id)
    then
        raise exception 'Step % is of another plan.', new.step_id
            using errcode = 'check_violation', constraint = 'plan_comment_on_own_step';
    end if;
    return new;
end $$;
create trigger plan_comment_in_place before insert or update on twinning_plancomment
    for each row execute function twinning_plan_comment_in_place();

create function twinning_plan_answer_in_place() returns trigger language plpgsql as $$
begin
    if not exists (
        select 1 from twinning_planstep s join twinning_planfollowup f on f.plan_id = s.plan_id
         where s.id = new.step_id and f.id = new.follow_up_id)
    then
        raise exception 'Step % is of another plan.', new.step_id
            using errcode = 'check_violation', constraint = 'plan_answer_on_own_step';
    end if;
    return new;
end $$;
create trigger plan_answer_in_place before insert or update on twinning_plananswer
    for each row execute function twinning_plan_answer_in_place();
"""

REVERSE = """
drop trigger plan_answer_in_place on twinning_plananswer;
drop function twinning_plan_answer_in_place();
drop trigger plan_comment_in_place on twinning_plancomment;
drop function twinning_plan_comment_in_place();
drop trigger signed_step_stays_as_it_is on twinning_planstep;
drop trigger signed_step_stays on twinning_planstep;
drop trigger signed_text_stays on twinning_plantext;
drop function twinning_signed_plan_stays();
drop trigger plan_version_stays on twinning_planversion;
drop function twinning_plan_version_stays();
drop trigger plan_is_sound on twinning_plan;
drop function twinning_check_plan();
"""


class Migration(migrations.Migration):
    dependencies = [("twinning", "0008_plans"), ("hub", "0004_reports")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
