"""The form behind the editor of lessons."""

from courses.catalogue.editing import OwnLanguageForm


class LessonPageForm(OwnLanguageForm):
    in_own_language = ("glossary_terms",)
