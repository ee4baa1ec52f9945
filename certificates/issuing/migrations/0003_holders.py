from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Whoever completed the course holds its certificate."""
    certificates = apps.get_model("issuing", "Certificate").objects.filter(holder=None)
    completion = apps.get_model("progress", "Completion").objects.filter(pk=OuterRef("completion"))
    certificates.update(holder=Subquery(completion.values("enrolment__learner")[:1]))


class Migration(migrations.Migration):
    dependencies = [("issuing", "0002_attendance")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
