import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0009_fill_responses"),
    ]

    operations = [
        migrations.AlterField(
            model_name="response",
            name="revision",
            field=models.ForeignKey(
                help_text="The revision of the question that is asked.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="wagtailcore.revision",
            ),
        ),
    ]
