from courses.webinars.models import WebinarPage
from lms.operations.loading import schema, tree
from lms.operations.loading.ledger import digest_of
from lms.operations.loading.services.run import LoadRun, new_page, set_all


def load_webinar(run: LoadRun, webinar: schema.Webinar) -> None:
    run.ensure_locale(webinar.language)
    name = f"webinar:{webinar.language}:{webinar.slug}"
    fields = {
        "title": webinar.title,
        "abstract": webinar.abstract,
        "audience": "\n".join(webinar.audience),
        "level": webinar.level,
        "session_format": webinar.format,
        "speakers": "\n".join(webinar.speakers),
        "questions": "\n".join(webinar.typical_questions),
        "low_bandwidth": webinar.low_bandwidth or "",
        "duration_minutes": webinar.duration_minutes,
        **webinar.details,
        **webinar.timing,  # an organiser sets what the file leaves open, and loading again keeps it
    }
    digest = digest_of([fields, webinar.related_course])
    index = tree.ensure_webinar_index(webinar.language)
    page = run.page(WebinarPage, name) or run.adopt(WebinarPage, index, webinar.slug)
    outcome = run.ledger.decide(name, webinar.title, digest, page)
    if outcome.writes:
        page = page or new_page(WebinarPage, webinar.slug, run.locales[webinar.language], None)
        set_all(page, fields)
        page.related_course = run.course_pages.get(webinar.related_course or "")
        run.publish(page, name, digest, parent=index)
