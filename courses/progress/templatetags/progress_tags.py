from django import template
from django.template import Context
from wagtail.models import Page

from courses.catalogue.models import CoursePage
from courses.enrolment.models import Enrolment
from courses.enrolment.queries import enrolment_in
from courses.progress import overviews, queries

register = template.Library()


@register.simple_tag(takes_context=True)
def lesson_steps(context: Context, page: Page) -> overviews.Place:
    """Where a lesson or quiz stands in its course, with this reader's ticks."""
    return overviews.place_of(page, getattr(context.get("request"), "enrolment", None))


@register.simple_tag(takes_context=True)
def course_syllabus(context: Context, page: CoursePage) -> queries.Syllabus:
    """The syllabus of a course page, with this reader's enrolment and ticks if they are enrolled."""
    enrolment = enrolment_in(context["user"], page.translation_key) if "user" in context else None
    if enrolment and enrolment.state == Enrolment.State.WITHDRAWN:
        enrolment = None
    return queries.syllabus_for(page, enrolment)
