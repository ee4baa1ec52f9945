from courses.catalogue.models import Course, CoursePage


def ensure_course(page: CoursePage) -> Course:
    """Return the course that this page, in whatever language, describes; made when its first page is met."""
    course, _ = Course.objects.get_or_create(
        translation_key=page.translation_key, defaults={"code": page.code, "title": page.title}
    )
    return course
