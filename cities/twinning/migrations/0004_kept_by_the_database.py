"""Settled templates stay as they are; applications come in while their call is open."""

from django.db import migrations

PARTS = ["module", "milestone", "plansection", "question", "criterion"]

SQL = """
create function twinning_part_stays() returns trigger language plpgsql as $$
declare
    of_scheme bigint;
begin
    of_scheme := case when tg_op = 'DELETE' then old.scheme_id else new.scheme_id end;
    if exists (select 1 from twinning_scheme where id = of_scheme and settled_at is not null) then
        raise exception 'Template % is settled; make a new version of it.', of_scheme
            using errcode = 'check_violation', constraint = 'scheme_stays_as_settled';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;

create function twinning_scheme_stays() returns trigger language plpgsql as $$
begin
    raise exception 'Template % is settled; make a new version of it.', old.id
        using errcode = 'check_violation', constraint = 'scheme_stays_as_settled';
end $$;
create trigger scheme_stays_as_settled before update on twinning_scheme
    for each row when (
        old.settled_at is not null
        and (old.programme_id, old.number, old.months, old.hours_a_month, old.settled_at)
            is distinct from
            (new.programme_id, new.number, new.months, new.hours_a_month, new.settled_at))
    execute function twinning_scheme_stays();

create function twinning_check_submission() returns trigger language plpgsql as $$
declare
    called record;
begin
    -- Shared with an extension, which takes the row for itself.
    select opens_at, closes_at, published_at into called
      from twinning_call where id = new.call_id for key share;
    if called.published_at is null
        or new.submitted_at < called.opens_at or new.submitted_at >= called.closes_at then
        raise exception 'Call % does not take applications at %.', new.call_id, new.submitted_at
            using errcode = 'check_violation', constraint = 'application_within_window';
    end if;
    return new;
end $$;
create trigger application_sent_in_window before insert on twinning_application
    for each row when (new.submitted_at is not null)
    execute function twinning_check_submission();
create trigger application_sent_in_window_later before update on twinning_application
    for each row when (
        new.submitted_at is not null and new.submitted_at is distinct from old.submitted_at)
    execute function twinning_check_submission();

create function twinning_check_rank() returns trigger language plpgsql as $$
begin
    if (select call_id from twinning_callpilot where id = new.pilot_id)
        is distinct from (select call_id from twinning_application where id = new.application_id)
    then
        raise exception 'Pilot % is not offered in this call.', new.pilot_id
            using errcode = 'check_violation', constraint = 'rank_of_its_own_call';
    end if;
    return new;
end $$;
create trigger rank_of_its_own_call before insert or update on twinning_rank
    for each row execute function twinning_check_rank();
"""

REVERSE = """
drop trigger rank_of_its_own_call on twinning_rank;
drop function twinning_check_rank();
drop trigger application_sent_in_window_later on twinning_application;
drop trigger application_sent_in_window on twinning_application;
drop function twinning_check_submission();
drop trigger scheme_stays_as_settled on twinning_scheme;
drop function twinning_scheme_stays();
drop function twinning_part_stays();
"""

EACH = """
create trigger {part}_stays_as_settled before insert or update or delete on twinning_{part}
    for each row execute function twinning_part_stays();
"""
EACH_REVERSE = "drop trigger {part}_stays_as_settled on twinning_{part};"


class Migration(migrations.Migration):
    dependencies = [("twinning", "0003_schemes_and_calls")]
    operations = [
        migrations.RunSQL(
            SQL + "".join(EACH.format(part=part) for part in PARTS),
            "".join(EACH_REVERSE.format(part=part) for part in PARTS) + REVERSE,
        )
    ]
