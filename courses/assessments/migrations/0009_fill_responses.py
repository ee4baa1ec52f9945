from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """Give each response the points its question is worth, and let go of revisions that have been purged.

    Running it again changes nothing.
    """
    Response = apps.get_model("assessments", "Response")
    Question = apps.get_model("assessments", "Question")
    Revision = apps.get_model("wagtailcore", "Revision")
    for points in Question.objects.exclude(points=1).values_list("points", flat=True).distinct():
        asked = Question.objects.filter(points=points).values("pk")
        Response.objects.filter(question__in=asked).exclude(points=points).update(points=points)
    kept = Revision.objects.filter(pk=OuterRef("revision")).values("pk")
    lost = Response.objects.exclude(revision=None).annotate(kept=Subquery(kept)).filter(kept=None)
    Response.objects.filter(pk__in=lost.values("pk")).update(revision=None)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0008_open_attempts"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
