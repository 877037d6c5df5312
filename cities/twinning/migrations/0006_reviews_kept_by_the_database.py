"""Nobody judges a city that they have a conflict with; points stay within their criterion."""

from django.db import migrations

SQL = """
create function twinning_check_review() returns trigger language plpgsql as $$
begin
    if exists (
        select 1 from twinning_application a
        join twinning_conflict c on c.call_id = a.call_id and c.city_id = a.city_id
        where a.id = new.application_id and c.reviewer_id = new.reviewer_id
    ) then
        raise exception 'Review % is by somebody with a conflict of interest.', new.id
            using errcode = 'check_violation', constraint = 'review_without_conflict';
    end if;
    return new;
end $$;
create trigger review_without_conflict before insert or update on twinning_review
    for each row when (new.submitted_at is not null) execute function twinning_check_review();

create function twinning_conflict_hides() returns trigger language plpgsql as $$
begin
    -- What was scored before the conflict was known does not count.
    delete from twinning_score where review_id in (
        select r.id from twinning_review r
        join twinning_application a on a.id = r.application_id
        where a.call_id = new.call_id and a.city_id = new.city_id
          and r.reviewer_id = new.reviewer_id);
    update twinning_review r set submitted_at = null, comment = ''
      from twinning_application a
     where a.id = r.application_id and a.call_id = new.call_id and a.city_id = new.city_id
       and r.reviewer_id = new.reviewer_id;
    return null;
end $$;
create trigger conflict_hides after insert on twinning_conflict
    for each row execute function twinning_conflict_hides();

create function twinning_check_score() returns trigger language plpgsql as $$
begin
    if new.points > (select most from twinning_criterion where id = new.criterion_id) then
        raise exception 'Score % has more points than its criterion.', new.id
            using errcode = 'check_violation', constraint = 'score_within_criterion';
    end if;
    return new;
end $$;
create trigger score_within_criterion before insert or update on twinning_score
    for each row execute function twinning_check_score();
"""

REVERSE = """
drop trigger score_within_criterion on twinning_score;
drop function twinning_check_score();
drop trigger conflict_hides on twinning_conflict;
drop function twinning_conflict_hides();
drop trigger review_without_conflict on twinning_review;
drop function twinning_check_review();
"""


class Migration(migrations.Migration):
    dependencies = [("twinning", "0005_reviews")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
