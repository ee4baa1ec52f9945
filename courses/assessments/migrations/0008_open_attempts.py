import uuid

import django.core.validators
import django.db.models.deletion
import modelcluster.fields
from django.db import migrations, models


def whole_numbers(least, most):
    return [django.core.validators.MinValueValidator(least), django.core.validators.MaxValueValidator(most)]


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0007_quiz_pass_mark"),
    ]

    operations = [
        migrations.AddField(
            model_name="quizpage",
            name="max_attempts",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Left empty, learners may try as often as they like. The best result counts.",
                null=True,
                validators=whole_numbers(1, 100),
                verbose_name="attempts allowed",
            ),
        ),
        migrations.AddField(
            model_name="quizpage",
            name="time_limit_minutes",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Counted by the academy’s clock from the moment a learner begins; when it is over, what was saved is handed in. Leave it empty unless speed is what you test: a slow line and a slow reader need time.",
                null=True,
                validators=whole_numbers(1, 600),
                verbose_name="time limit in minutes",
            ),
        ),
        migrations.AddField(
            model_name="quizpage",
            name="shuffles_questions",
            field=models.BooleanField(default=False, verbose_name="questions in a random order"),
        ),
        migrations.AddField(
            model_name="quizpage",
            name="shuffles_options",
            field=models.BooleanField(
                default=False,
                help_text="Not where options have an order, such as doses.",
                verbose_name="options in a random order",
            ),
        ),
        migrations.AddField(
            model_name="quizpage",
            name="feedback",
            field=models.CharField(
                choices=[
                    ("at-once", "after every attempt"),
                    ("when-over", "once it is passed, or no attempt is left"),
                ],
                default="at-once",
                max_length=12,
                verbose_name="reasons and right answers are shown",
            ),
        ),
        migrations.AddField(
            model_name="quizquestion",
            name="pool",
            field=models.CharField(
                blank=True,
                help_text="Name of the pool it is drawn from, as written below. Left empty, everybody is asked it.",
                max_length=40,
                verbose_name="pool",
            ),
        ),
        migrations.CreateModel(
            name="QuizPool",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "name",
                    models.CharField(
                        help_text="Only authors see it, such as: CYP2C19 cases.", max_length=40, verbose_name="name"
                    ),
                ),
                (
                    "draws",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="How many of its questions each attempt asks.",
                        validators=whole_numbers(1, 60),
                        verbose_name="questions drawn",
                    ),
                ),
                (
                    "page",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pools",
                        to="assessments.quizpage",
                    ),
                ),
            ],
            options={"ordering": ["sort_order"], "abstract": False},
        ),
        migrations.AddConstraint(
            model_name="quizpool",
            constraint=models.UniqueConstraint(fields=("page", "name"), name="one_pool_per_name_and_quiz"),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="submission",
            field=models.UUIDField(default=uuid.uuid4, editable=False, help_text="No longer read."),
        ),
        migrations.AddField(
            model_name="attempt",
            name="opened_at",
            field=models.DateTimeField(help_text="Empty for attempts from before they were opened.", null=True),
        ),
        migrations.AddField(
            model_name="attempt",
            name="due_at",
            field=models.DateTimeField(help_text="When time is up; empty without a time limit.", null=True),
        ),
        migrations.AddField(
            model_name="attempt",
            name="draft",
            field=models.JSONField(default=dict, help_text="What is filled in so far: name of the input -> values."),
        ),
        migrations.AddField(model_name="attempt", name="saved_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="attempt", name="shuffles_options", field=models.BooleanField(default=False)),
        migrations.AlterField(
            model_name="attempt",
            name="submitted_at",
            field=models.DateTimeField(help_text="When it was handed in; empty while it is open.", null=True),
        ),
        migrations.AlterField(model_name="attempt", name="points", field=models.FloatField(default=0)),
        migrations.AlterField(model_name="attempt", name="has_passed", field=models.BooleanField(default=False)),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("submitted_at", None)),
                fields=("enrolment", "quiz"),
                name="one_open_attempt_per_quiz",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("has_passed", False), ("submitted_at__isnull", False), _connector="OR"),
                name="only_what_is_handed_in_passes",
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("submitted_at", None)), fields=["due_at"], name="open_attempts_by_due_time"
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="points",
            field=models.PositiveSmallIntegerField(default=1, help_text="Of a fully right answer."),
        ),
        migrations.AlterField(model_name="response", name="answer", field=models.JSONField(default=list)),
        migrations.AlterField(
            model_name="response",
            name="score_fraction",
            field=models.FloatField(default=0, validators=whole_numbers(0, 1)),
        ),
        # The number becomes a real reference in 0010, once those that lead nowhere are gone.
        migrations.RenameField(model_name="response", old_name="revision_id", new_name="revision"),
    ]
