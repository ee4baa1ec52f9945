from django.db import migrations


def name_marks(apps, schema_editor):
    """Each quiz of a contract had the mark of its course. Running it again changes nothing."""
    Contract = apps.get_model("enrolment", "Contract")
    for contract in Contract.objects.filter(quiz_marks=[]).iterator(chunk_size=500):
        contract.quiz_marks = [[quiz_id, contract.pass_mark_percent] for quiz_id in contract.quiz_ids]
        if contract.lowest_mark_percent is not None:
            contract.lowest_marks = [[quiz_id, contract.lowest_mark_percent] for quiz_id in sorted(contract.quiz_ids)]
        contract.save(update_fields=["quiz_marks", "lowest_marks"])


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0005_contract_quiz_marks")]

    # The way back is that the columns leave.
    operations = [migrations.RunPython(name_marks, migrations.RunPython.noop)]
