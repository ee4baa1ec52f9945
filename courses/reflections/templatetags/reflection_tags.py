from uuid import UUID

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from courses.lessons.models import LessonPage
from courses.reflections import queries, rules
from courses.reflections.forms import ReflectionForm

register = template.Library()


@register.simple_tag(takes_context=True)
def with_reflections(context: Context, text: SafeString, page: LessonPage) -> SafeString:
    """The text of a lesson, at each of its questions what this reader wrote there and the field to write in.

    The text itself is kept for everybody; what is personal is put in here. One query, none if the lesson asks nothing.
    """
    parts = rules.split_at_places(text)
    keys = [UUID(key) for key in parts[1::2]]
    if not keys:
        return text
    person = context["request"].user
    written = queries.reflections_at(person, page)
    shared = {"page": page, "person": person, "csrf_token": context.get("csrf_token")}
    parts[1::2] = [
        render_to_string(
            "courses/reflections/reply.html",
            {
                **shared,
                "key": key,
                "stored": written.get(key),
                "form": ReflectionForm(key=key, stored=written.get(key)),
            },
        )
        for key in keys
    ]
    return mark_safe("".join(parts))
