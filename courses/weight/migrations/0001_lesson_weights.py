import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("lessons", "0007_watched_percent")]

    operations = [
        migrations.CreateModel(
            name="LessonWeight",
            fields=[
                (
                    "page",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="weight",
                        serialize=False,
                        to="lessons.lessonpage",
                    ),
                ),
                (
                    "revision_id",
                    models.BigIntegerField(help_text="The published revision that was weighed; 0: without one."),
                ),
                ("page_bytes", models.PositiveIntegerField()),
                ("pictures_bytes", models.PositiveIntegerField()),
                ("recordings_bytes", models.PositiveBigIntegerField()),
                ("weighed_at", models.DateTimeField()),
            ],
        ),
    ]
