from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses.lessons.queries import glossary_of


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Show every term with its definition: where a lesson's notes lead, and where they are read if a browser has none."""
    terms, language = glossary_of(get_language())
    context = {"terms": terms, "language": "" if language == get_language() else language}
    return render(request, "courses/lessons/glossary.html", context)
