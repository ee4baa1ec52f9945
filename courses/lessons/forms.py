from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.images.forms import BaseImageForm

from lms.lib.svg import problems_in_svg


class PictureForm(BaseImageForm):
    """The form behind every picture uploaded in the CMS; a drawing opened by its address must not run script."""

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.name.lower().endswith(".svg") and "file" in self.changed_data:
            file.seek(0)
            problems = problems_in_svg(file.read())
            file.seek(0)
            if problems:
                raise ValidationError(
                    _("This drawing cannot be used: line %(line)s, %(problem)s."),
                    params={"line": problems[0].line, "problem": problems[0].text},
                )
        return file
