from django.db import migrations

SQL = """
create trigger atlas_knowledge_area after insert or update or delete on cities_knowledgearea
    for each statement execute function cities_renew_atlas();
"""


class Migration(migrations.Migration):
    dependencies = [("cities", "0002_atlas_version")]
    operations = [
        migrations.RunSQL(SQL, "drop trigger atlas_knowledge_area on cities_knowledgearea;")
    ]
