from collections.abc import Sequence
from typing import Any

from wagtail.models import Page

from courses.catalogue.models import Course as CourseIdentity
from courses.catalogue.models import CoursePage, Objective
from courses.catalogue.services import ensure_course
from courses.lessons.models import ModulePage
from lms.operations.loading import schema, tree
from lms.operations.loading.catalogue import Catalogue, Course, Module, Translation
from lms.operations.loading.ledger import digest_of
from lms.operations.loading.services.lessons import load_lesson
from lms.operations.loading.services.quizzes import load_quiz
from lms.operations.loading.services.run import LoadRun, new_page, put_in_order, set_all
from lms.operations.loading.services.snippets import load_instructor, load_subject


def stand_in_tree(run: LoadRun, course: Course) -> None:
    """Make the course's page if there is none: courses name one another, so all stand before any is filled."""
    head = course.head
    name = f"course:{head.language}:{head.slug}"
    catalogue = tree.ensure_catalogue(head.language)
    page = run.page(CoursePage, name) or run.adopt(CoursePage, catalogue, head.slug)
    if page is None and (run.ledger.overwrite or name not in run.ledger.items):
        page = new_page(CoursePage, head.slug, run.locales[head.language], None)
        set_all(page, _course_fields(head))
        catalogue.add_child(instance=page)
        run.new_courses.add(head.slug)
    if page:
        run.course_pages[head.slug] = page


def load_course(run: LoadRun, course: Course) -> None:
    head, language = course.head, course.head.language
    subjects = [load_subject(run, topic, language) for topic in dict.fromkeys(head.topics)]
    instructors = [load_instructor(run, name, language) for name in dict.fromkeys(head.instructors)]
    name = f"course:{language}:{head.slug}"
    page = run.course_pages.get(head.slug)
    fields = _course_fields(head)
    digest = digest_of(
        [
            fields,
            [objective.model_dump() for objective in head.objectives],
            head.topics,
            head.instructors,
            head.prerequisites,
        ]
    )
    outcome = run.ledger.decide(name, head.title, digest, None if head.slug in run.new_courses else page)
    if page is None:
        _pass_over(run, course.modules, head.slug, language)
        return
    if outcome.writes:
        set_all(page, fields)
        page.objectives = [Objective(key=objective.id, text=objective.text) for objective in head.objectives]
        page.subjects = subjects
        page.instructors = instructors
        page.prerequisites = [run.course_pages[slug] for slug in head.prerequisites if slug in run.course_pages]
        run.publish(page, name, digest)
    identity = ensure_course(page)
    if head.completion_rule.attempts_per_quiz != "unlimited":
        run.remarks.append(f"{head.title}: attempts_per_quiz is not enforced; learners may try again without limit.")
    _load_modules(run, page, course.modules, head.slug, language, identity)


def load_translation(run: LoadRun, translation: Translation, catalogue: Catalogue) -> None:
    head, language, slug = translation.head, translation.language, translation.head.translation_of
    original = run.course_pages.get(slug)
    if original is None:
        return
    run.ensure_locale(language)
    source = next(course.head for course in catalogue.courses if course.head.slug == slug)
    name = f"course:{language}:{slug}"
    fields = {
        **_course_fields(source),
        "title": head.title,
        "summary": head.summary,
        "disclaimer": head.disclaimer,
        "audience": "",
        "translation_is_draft": head.translation_status == "draft",
    }
    digest = digest_of([fields, [objective.model_dump() for objective in head.objectives], source.topics])
    index = tree.ensure_catalogue(language)
    page = run.page(CoursePage, name) or run.adopt(CoursePage, index, slug)
    outcome = run.ledger.decide(name, f"{head.title} ({language})", digest, page)
    if outcome.writes:
        page = page or new_page(CoursePage, slug, run.locales[language], original)
        set_all(page, fields)
        page.objectives = [Objective(key=objective.id, text=objective.text) for objective in head.objectives]
        page.subjects = list(original.subjects.all())
        run.publish(page, name, digest, parent=index)
    if page:
        _load_modules(run, page, translation.modules, slug, language, ensure_course(page), originals=original)


def _load_modules(
    run: LoadRun,
    course_page: CoursePage,
    modules: Sequence[Module],
    slug: str,
    language: str,
    identity: CourseIdentity,
    originals: CoursePage | None = None,
) -> None:
    in_order: list[Page] = []
    for module in modules:
        page = _load_module(run, course_page, module, slug, language, originals)
        if page is None:
            _pass_over(run, [module], slug, language)
            continue
        in_order.append(page)
        steps: list[Page] = []
        for lesson in module.lessons:
            lesson_page = load_lesson(run, page, lesson, slug, language, originals)
            if lesson_page:
                steps.append(lesson_page)
        if module.quiz:
            quiz_page = load_quiz(run, page, module.quiz, slug, language, identity)
            if quiz_page:
                steps.append(quiz_page)
        put_in_order(page, steps)
    put_in_order(course_page, in_order)


def _load_module(
    run: LoadRun, course_page: CoursePage, module: Module, slug: str, language: str, originals: CoursePage | None
) -> ModulePage | None:
    name = f"module:{language}:{slug}/{module.slug}"
    digest = digest_of(module.title)
    page = run.page(ModulePage, name) or run.adopt(ModulePage, course_page, module.slug)
    outcome = run.ledger.decide(name, module.title, digest, page)
    if outcome.writes:
        original = originals and ModulePage.objects.child_of(originals).filter(slug=module.slug).first()
        page = page or new_page(ModulePage, module.slug, run.locales[language], original)
        page.title = module.title
        run.publish(page, name, digest, parent=course_page)
    return page


def _pass_over(run: LoadRun, modules: Sequence[Module], slug: str, language: str) -> None:
    """Note what stands in the files but has no place in the tree, since an editor deleted the page above it."""
    for module in modules:
        run.ledger.pass_over(*(f"lesson:{language}:{slug}/{lesson.slug}" for lesson in module.lessons))
        run.ledger.pass_over(f"module:{language}:{slug}/{module.slug}", f"quiz:{language}:{slug}/{module.slug}")
        if module.quiz:
            run.ledger.pass_over(
                *(f"question:{language}:{slug}/{question.id}" for question in module.quiz.head.questions)
            )


def _course_fields(head: schema.Course) -> dict[str, Any]:
    return {
        "title": head.title,
        "code": head.code,
        "summary": head.summary,
        "level": head.level,
        "audience": "\n".join(head.audience),
        "minutes": round(head.estimated_hours * 60),
        "pass_mark_percent": round(head.pass_mark * 100),
        "version_name": head.version,
        "licence": head.licence,
        "attribution": head.attribution,
        "disclaimer": head.disclaimer,
    }
