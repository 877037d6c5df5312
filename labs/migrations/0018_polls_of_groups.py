"""A date poll for a twin group; that the group is of the poll's programme is held by triggers."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
create function labs_check_group_of_poll() returns trigger language plpgsql as $$
begin
    -- The lock keeps a group that moves meanwhile waiting until this row is seen.
    perform 1 from twinning_twingroup
      where id = new.group_id and programme_id = new.programme_id for share;
    if not found then
        raise exception 'poll_group_of_its_programme: poll %, twin group %', new.id, new.group_id
            using errcode = 'check_violation', constraint = 'poll_group_of_its_programme';
    end if;
    return null;
end $$;

create function labs_check_polls_of_group() returns trigger language plpgsql as $$
begin
    if exists (
        select from labs_poll where group_id = new.id and programme_id <> new.programme_id
    ) then
        raise exception 'group_of_its_polls_programme: twin group %', new.id
            using errcode = 'check_violation', constraint = 'group_of_its_polls_programme';
    end if;
    return null;
end $$;

create constraint trigger poll_group_of_its_programme
    after insert or update of group_id, programme_id on labs_poll
    deferrable initially immediate
    for each row when (new.group_id is not null)
    execute function labs_check_group_of_poll();
create constraint trigger group_of_its_polls_programme
    after update of programme_id on twinning_twingroup
    deferrable initially immediate
    for each row execute function labs_check_polls_of_group();
"""

BACKWARDS = """
drop trigger group_of_its_polls_programme on twinning_twingroup;
drop trigger poll_group_of_its_programme on labs_poll;
drop function labs_check_polls_of_group();
drop function labs_check_group_of_poll();
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0017_all_day"), ("twinning", "0002_group_is_whole")]

    operations = [
        migrations.AddField(
            model_name="poll",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="polls",
                to="twinning.twingroup",
                verbose_name="twin group",
            ),
        ),
        migrations.AddField(
            model_name="poll",
            name="kind",
            field=models.CharField(
                choices=[
                    ("learning-lab", "Learning Lab"),
                    ("workshop", "Workshop"),
                    ("site-visit", "Site visit"),
                    ("online-meeting", "Online meeting"),
                ],
                db_default="learning-lab",
                default="learning-lab",
                max_length=14,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="poll",
            name="audience",
            field=models.CharField(
                choices=[
                    ("transition-team", "The transition team"),
                    ("cities", "Everybody in the programme's cities"),
                    ("chosen-cities", "Everybody in the cities that I choose"),
                    ("group", "The twin group"),
                ],
                default="transition-team",
                max_length=20,
                verbose_name="who is asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("audience__in", ["transition-team", "cities", "chosen-cities"]),
                        ("group__isnull", True),
                        ("kind", "learning-lab"),
                    ),
                    models.Q(
                        ("audience", "group"),
                        ("group__isnull", False),
                        ("kind__in", ["workshop", "site-visit", "online-meeting"]),
                    ),
                    _connector="OR",
                ),
                name="poll_of_exchange_has_group",
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
