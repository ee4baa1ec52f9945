from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.lessons.blocks.writing import CITE_HINT, PRACTISE, rich_text


class ExerciseBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    question = rich_text(_("Question"), help_text=CITE_HINT)
    answer = rich_text(_("Answer"), help_text=_("Hidden until the reader asks for it. Exercises are not marked."))

    class Meta:
        icon = "help"
        label = _("Exercise")
        group = PRACTISE
        description = _("A question to think about, with an answer that the reader opens; nothing is marked.")
        template = "courses/lessons/blocks/exercise.html"
        preview_value = {
            "title": _("Check your understanding"),
            "question": _("<p>A variant is absent from 300 people. How common may it still be?</p>"),
            "answer": _("<p>Up to about 1 in 100.</p>"),
        }


class RevealBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("What the reader opens"), max_length=120)
    text = rich_text(_("Text"), help_text=CITE_HINT)

    class Meta:
        icon = "arrow-down-big"
        label = _("Reveal")
        group = PRACTISE
        description = _("Detail for those who want it, closed until the reader opens it.")
        template = "courses/lessons/blocks/reveal.html"
        preview_value = {
            "title": _("How the number is found"),
            "text": _("<p>Three divided by the number of people examined.</p>"),
        }


class ReflectionBlock(blocks.StructBlock):
    question = rich_text(
        _("Question"), help_text=_("Such as what a reader would do in their own clinic; there is no right answer.")
    )

    class Meta:
        icon = "edit"
        label = _("Reflection")
        group = PRACTISE
        description = _(
            "A question with a field to write in. What a learner writes is theirs alone; staff cannot read it."
        )
        template = "courses/lessons/blocks/reflection.html"
        preview_template = "courses/lessons/blocks/reflection_preview.html"
        preview_value = {
            "question": _("<p>Whom in your hospital would you ask before you report an unexpected finding?</p>")
        }
