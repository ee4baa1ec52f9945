import json

from django.db import migrations

from courses.assessments.exchange import former_options, former_task


def carry_into_tasks(apps, schema_editor):
    """Write each question's options, or its item as loaded, as its task; ids of options stay. A second run changes nothing.

    Revisions stay as they are: Question.with_content_json reads those from before.
    """
    question_model = apps.get_model("assessments", "Question")
    for question in question_model.objects.all():
        if question.task:
            continue
        task = former_task(
            {
                "kind": question.kind,
                "key": question.key,
                "options": question_model.options.field.get_prep_value(question.options),
                "source": question.source,
            }
        )
        if task:
            question.task = json.dumps(task)
            question.save(update_fields=["task"])


def carry_back_into_options(apps, schema_editor):
    """Write the options of choice questions back. Of other kinds, what was loaded still stands in `source`."""
    question_model = apps.get_model("assessments", "Question")
    for question in question_model.objects.all():
        if options := former_options(question_model.task.field.get_prep_value(question.task)):
            question.options = json.dumps(options)
            question.save(update_fields=["options"])


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_question_task")]

    operations = [migrations.RunPython(carry_into_tasks, carry_back_into_options)]
