"""The forms behind the editor of lessons and of the glossary."""

from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm

from courses.catalogue.editing import OwnLanguageMixin


class LessonPageForm(OwnLanguageMixin, WagtailAdminPageForm):
    in_own_language = ("glossary_terms",)


class GlossaryTermForm(OwnLanguageMixin, WagtailAdminModelForm):
    in_own_language = ("see_also",)
