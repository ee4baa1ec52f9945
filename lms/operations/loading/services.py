import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import slugify
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Locale, Page

from courses.assessments.exchange import task_in_files, trials_in_files
from courses.assessments.models import Question, QuizPage, QuizQuestion
from courses.catalogue.models import Course as CourseIdentity
from courses.catalogue.models import CoursePage, Instructor, Objective, Subject
from courses.catalogue.services import ensure_course
from courses.lessons.models import GlossaryTerm, KeyPoint, LessonObjective, LessonPage, ModulePage, Reference
from courses.webinars.models import WebinarPage
from lms.operations.loading import front_pages, schema, tree
from lms.operations.loading.catalogue import Attachment, Catalogue, Course, Lesson, Module, Quiz, Translation
from lms.operations.loading.indexing import index_once
from lms.operations.loading.ledger import Ledger, Outcome, Report, digest_of

# Ids of blocks are made from names, so that loading again gives the same ids and links to headings stay.
_NAMES = uuid.UUID("6f0f2c86-5c0e-4d3e-9a55-7d1f9b6a7c11")
_MINUTES_PER_QUESTION = 2
_FIGURES, _DOCUMENTS = "Course figures", "Course documents"  # collections of the CMS's libraries

Progress = Callable[[int, int, str], None]


def load_catalogue(
    catalogue: Catalogue, *, overwrite: bool = False, on_progress: Progress = lambda done, total, label: None
) -> Report:
    """Load checked content into the page tree, all or nothing, and return what was done.

    What stands as it was loaded is brought up to date; what was edited in the CMS since is kept, unless overwrite.
    on_progress(done, total, label) is called before each course and translation.
    """
    loader = _Loader(overwrite)
    try:
        with transaction.atomic(), index_once():
            return loader.load(catalogue, on_progress)
    except BaseException:
        loader.remove_written_files()  # the database forgets them by itself
        raise


class _Loader:
    def __init__(self, overwrite: bool) -> None:
        self.overwrite = overwrite
        self.written_files: list[Any] = []
        self.waiting_questions: list[str] = []
        self.remarks: list[str] = []
        self.course_pages: dict[str, CoursePage] = {}
        self.new_courses: set[str] = set()
        self.terms: dict[tuple[str, str], GlossaryTerm] = {}
        self.references: dict[str, Reference] = {}
        self.shared: dict[str, Any] = {}  # subjects and instructors, which several courses name
        self.locales: dict[str, Locale] = {}

    def load(self, catalogue: Catalogue, on_progress: Progress) -> Report:
        self.ledger = Ledger(overwrite=self.overwrite)
        total = len(catalogue.courses) + len(catalogue.translations) + 1
        on_progress(0, total, "glossary and references")
        default = Locale.get_default().language_code
        for language in {default, *(course.head.language for course in catalogue.courses)}:
            self._ensure_locale(language)
        self._load_references(catalogue.references)
        self._load_glossary(default, catalogue.glossary)
        for language, terms in catalogue.translated_glossaries.items():
            self._ensure_locale(language)
            self._load_glossary(language, terms)
        for course in catalogue.courses:
            self._stand_in_tree(course)
        for done, course in enumerate(catalogue.courses, start=1):
            on_progress(done, total, course.head.title)
            self._load_course(course)
        for done, translation in enumerate(catalogue.translations, start=1 + len(catalogue.courses)):
            on_progress(done, total, translation.head.title)
            self._load_translation(translation, catalogue)
        for webinar in catalogue.webinars:
            self._load_webinar(webinar)
        front_pages.load_pages(self.ledger)
        front_pages.load_clinic_questions(self.ledger)
        on_progress(total, total, "done")
        slugs = [course.head.slug for course in catalogue.courses]
        self.ledger.note_left(
            *(
                f"{kind}:{language}:{slug}/"
                for slug in slugs
                for kind in ("module", "lesson", "quiz", "question")
                for language in self.locales
            )
        )
        return Report(
            lines=tuple(self.ledger.lines), waiting_questions=tuple(self.waiting_questions), remarks=tuple(self.remarks)
        )

    def remove_written_files(self) -> None:
        for file in self.written_files:
            file.storage.delete(file.name)

    def _ensure_locale(self, language: str) -> None:
        if language not in self.locales:
            self.locales[language] = Locale.objects.get_or_create(language_code=language)[0]

    # -- Snippets -------------------------------------------------------------------------------------------------

    def _load_references(self, references: Mapping[str, schema.Reference]) -> None:
        stored = Reference.objects.in_bulk(list(references), field_name="key")
        for key, entry in references.items():
            fields = {
                "authors": entry.authors,
                "year": entry.year,
                "title": entry.title,
                "source": entry.source,
                "doi": entry.doi or "",
                "note": entry.note or "",
            }
            self.references[key], _outcome = self._load_snippet(
                f"reference:{key}", key, stored.get(key), Reference(key=key), fields
            )

    def _load_glossary(self, language: str, terms: Mapping[str, schema.Term]) -> None:
        locale = self.locales[language]
        default = Locale.get_default()
        found = GlossaryTerm.objects.filter(locale=locale, key__in=list(terms)).prefetch_related("see_also")
        stored = {term.key: term for term in found}
        written = []
        for key, entry in terms.items():
            new = GlossaryTerm(key=key, locale=locale)
            original = self.terms.get((default.language_code, key))
            if locale != default and original:
                new.translation_key = original.translation_key
            fields = {"term": entry.term, "definition": entry.definition}
            see_also = sorted(other.key for other in stored[key].see_also.all()) if key in stored else []
            term, outcome = self._load_snippet(
                f"term:{language}:{key}", entry.term, stored.get(key), new, fields, (see_also, sorted(set(entry.see)))
            )
            self.terms[language, key] = term
            if outcome.writes and (entry.see or see_also):
                written.append((term, entry.see))
        for term, others in written:  # once all of them stand
            term.see_also.set([self.terms[language, other] for other in others])

    def _load_subject(self, name: str, language: str) -> Subject:
        slug, locale = slugify(name), self.locales[language]
        item_name = f"subject:{language}:{slug}"
        if item_name in self.shared:
            return self.shared[item_name]
        stored = Subject.objects.filter(slug=slug, locale=locale).first()
        self.shared[item_name], _outcome = self._load_snippet(
            item_name, name, stored, Subject(slug=slug, locale=locale), {"name": name}
        )
        return self.shared[item_name]

    def _load_instructor(self, name: str, language: str) -> Instructor:
        item_name = f"instructor:{language}:{slugify(name)}"
        locale = self.locales[language]
        if item_name in self.shared:
            return self.shared[item_name]
        stored = (
            Instructor.objects.filter(pk=self.ledger.object_id(item_name) or 0).first()
            or Instructor.objects.filter(name=name, locale=locale).first()
        )
        self.shared[item_name], _outcome = self._load_snippet(
            item_name, name, stored, Instructor(locale=locale), {"name": name}
        )
        return self.shared[item_name]

    def _load_snippet(
        self,
        name: str,
        label: str,
        stored: Any,
        new: Any,
        fields: Mapping[str, Any],
        others: tuple[Any, Any] = (None, None),
    ) -> tuple[Any, Outcome]:
        """Return the snippet, brought up to date unless the CMS has changed it, and what was done.

        others: names of related snippets, as they stand and as they shall be; the caller sets them. A snippet deleted in
        the CMS is made again, for pages need it.
        """
        digest = digest_of([fields, others[1]])
        standing = digest_of([{field: getattr(stored, field) for field in fields}, others[0]]) if stored else None
        if stored is None:
            self.ledger.items.pop(name, None)
        outcome = self.ledger.decide(name, label, digest, stored, standing_digest=standing)
        snippet = stored or new
        if outcome.writes:
            _set_all(snippet, fields)
            snippet.full_clean()
            snippet.save()
        if outcome.writes or (outcome is Outcome.UNCHANGED and name not in self.ledger.items):
            self.ledger.record(name, digest, snippet)
        return snippet, outcome

    # -- Courses --------------------------------------------------------------------------------------------------

    def _stand_in_tree(self, course: Course) -> None:
        """Make the course's page if there is none: courses name one another, so all stand before any is filled."""
        head = course.head
        name = f"course:{head.language}:{head.slug}"
        catalogue = tree.ensure_catalogue(head.language)
        page = self._page(CoursePage, name) or self._adopt(CoursePage, catalogue, head.slug)
        if page is None and (self.overwrite or name not in self.ledger.items):
            page = _new_page(CoursePage, head.slug, self.locales[head.language], None)
            _set_all(page, _course_fields(head))
            catalogue.add_child(instance=page)
            self.new_courses.add(head.slug)
        if page:
            self.course_pages[head.slug] = page

    def _load_course(self, course: Course) -> None:
        head, language = course.head, course.head.language
        subjects = [self._load_subject(topic, language) for topic in dict.fromkeys(head.topics)]
        instructors = [self._load_instructor(name, language) for name in dict.fromkeys(head.instructors)]
        name = f"course:{language}:{head.slug}"
        page = self.course_pages.get(head.slug)
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
        outcome = self.ledger.decide(name, head.title, digest, None if head.slug in self.new_courses else page)
        if page is None:
            self._pass_over(course.modules, head.slug, language)
            return
        if outcome.writes:
            _set_all(page, fields)
            page.objectives = [Objective(key=objective.id, text=objective.text) for objective in head.objectives]
            page.subjects = subjects
            page.instructors = instructors
            page.prerequisites = [self.course_pages[slug] for slug in head.prerequisites if slug in self.course_pages]
            self._publish(page, name, digest)
        identity = ensure_course(page)
        if head.completion_rule.attempts_per_quiz != "unlimited":
            self.remarks.append(
                f"{head.title}: attempts_per_quiz is not enforced; learners may try again without limit."
            )
        self._load_modules(page, course.modules, head.slug, language, identity)

    def _pass_over(self, modules: Sequence[Module], slug: str, language: str) -> None:
        """Note what stands in the files but has no place in the tree, since an editor deleted the page above it."""
        for module in modules:
            self.ledger.pass_over(*(f"lesson:{language}:{slug}/{lesson.slug}" for lesson in module.lessons))
            self.ledger.pass_over(f"module:{language}:{slug}/{module.slug}", f"quiz:{language}:{slug}/{module.slug}")
            if module.quiz:
                self.ledger.pass_over(
                    *(f"question:{language}:{slug}/{question.id}" for question in module.quiz.head.questions)
                )

    def _load_modules(
        self,
        course_page: CoursePage,
        modules: Sequence[Module],
        slug: str,
        language: str,
        identity: CourseIdentity,
        originals: CoursePage | None = None,
    ) -> None:
        in_order: list[Page] = []
        for module in modules:
            page = self._load_module(course_page, module, slug, language, originals)
            if page is None:
                self._pass_over([module], slug, language)
                continue
            in_order.append(page)
            steps: list[Page] = []
            for lesson in module.lessons:
                lesson_page = self._load_lesson(page, lesson, slug, language, originals)
                if lesson_page:
                    steps.append(lesson_page)
            if module.quiz:
                quiz_page = self._load_quiz(page, module.quiz, slug, language, identity)
                if quiz_page:
                    steps.append(quiz_page)
            _put_in_order(page, steps)
        _put_in_order(course_page, in_order)

    def _load_module(
        self, course_page: CoursePage, module: Module, slug: str, language: str, originals: CoursePage | None
    ) -> ModulePage | None:
        name = f"module:{language}:{slug}/{module.slug}"
        digest = digest_of(module.title)
        page = self._page(ModulePage, name) or self._adopt(ModulePage, course_page, module.slug)
        outcome = self.ledger.decide(name, module.title, digest, page)
        if outcome.writes:
            original = originals and ModulePage.objects.child_of(originals).filter(slug=module.slug).first()
            page = page or _new_page(ModulePage, module.slug, self.locales[language], original)
            page.title = module.title
            self._publish(page, name, digest, parent=course_page)
        return page

    def _load_lesson(
        self, module_page: ModulePage, lesson: Lesson, slug: str, language: str, originals: CoursePage | None
    ) -> LessonPage | None:
        head = lesson.head
        name = f"lesson:{language}:{slug}/{lesson.slug}"
        terms = list(dict.fromkeys(head.glossary))
        fields = {
            "title": head.title,
            "minutes": head.minutes,
            "is_short_version": getattr(head, "short_version", False),
            "translation_is_draft": getattr(head, "translation_status", "reviewed") == "draft",
        }
        said = [
            fields,
            [objective.model_dump() for objective in head.objectives],
            head.key_points,
            terms,
            lesson.reference_keys,
            [[block.kind, block.value] for block in lesson.blocks],
            {figure: picture.digest for figure, picture in lesson.pictures.items()},
        ]
        if lesson.documents:  # without any, the digest is that of loads before there were documents
            said.append({document: attachment.digest for document, attachment in lesson.documents.items()})
        digest = digest_of(said)
        page = self._page(LessonPage, name) or self._adopt(LessonPage, module_page, lesson.slug)
        outcome = self.ledger.decide(name, head.title, digest, page)
        if not outcome.writes:
            return page
        original = originals and LessonPage.objects.descendant_of(originals).filter(slug=lesson.slug).first()
        if page is None:
            page = _new_page(LessonPage, lesson.slug, self.locales[language], original)
            page.is_preview = f"{slug}/{module_page.slug}/{lesson.slug}" in tree.OPEN_LESSONS
        _set_all(page, fields)
        page.body = json.dumps(self._body(name, lesson))
        page.objectives = [LessonObjective(key=objective.id, text=objective.text) for objective in head.objectives]
        page.key_points = [KeyPoint(text=text) for text in head.key_points]
        default = Locale.get_default().language_code
        page.glossary_terms = [self.terms.get((language, key)) or self.terms[default, key] for key in terms]
        page.references = [self.references[key] for key in lesson.reference_keys]
        self._publish(page, name, digest, parent=module_page)
        return page

    def _body(self, name: str, lesson: Lesson) -> list[dict[str, Any]]:
        """Return a lesson's blocks as StreamField stores them."""
        numbers: dict[str, int] = {}
        body = []
        for block in lesson.blocks:
            numbers[block.kind] = numbers.get(block.kind, 0) + 1
            value = block.value
            if block.kind == "figure":
                value = {**value, "image": self._image(lesson.pictures[value["image"]], value["alt_text"]).pk}
            elif block.kind == "document":
                value = {**value, "document": self._document(lesson.documents[value["document"]], value["title"]).pk}
            body.append(
                {
                    "type": block.kind,
                    "value": value,
                    "id": str(uuid.uuid5(_NAMES, f"{name}/{block.kind}/{numbers[block.kind]}")),
                }
            )
        return body

    def _image(self, picture: Attachment, description: str) -> Any:
        """Return the picture as the CMS keeps it."""
        return self._kept_file(get_image_model(), _FIGURES, picture, description=description[:255])

    def _document(self, document: Attachment, title: str) -> Any:
        """Return the document as the CMS keeps it."""
        return self._kept_file(get_document_model(), _DOCUMENTS, document, **({"title": title} if title else {}))

    def _kept_file(self, model: Any, collection_name: str, attachment: Attachment, **fields: Any) -> Any:
        """Return a file of the CMS's library; the same one is kept once."""
        file_hash = hashlib.sha1(attachment.data, usedforsecurity=False).hexdigest()  # what Wagtail itself computes
        collection = Collection.objects.filter(name=collection_name).first()
        if collection is None:
            collection = Collection.get_first_root_node().add_child(instance=Collection(name=collection_name))
        kept = model.objects.filter(file_hash=file_hash, collection=collection).first()
        if kept:
            return kept
        name = attachment.path.rpartition("/")[2]
        title = name.rpartition(".")[0].replace("-", " ").capitalize()
        kept = model(
            **{"title": title, **fields},
            collection=collection,
            file=ContentFile(attachment.data, name=name),
            file_size=len(attachment.data),
            file_hash=file_hash,
        )
        kept.save()
        self.written_files.append(kept.file)
        return kept

    # -- Quizzes --------------------------------------------------------------------------------------------------

    def _load_quiz(
        self, module_page: ModulePage, quiz: Quiz, slug: str, language: str, identity: CourseIdentity
    ) -> QuizPage | None:
        questions = [
            self._load_question(question, item, slug, language, identity)
            for question, item in zip(quiz.head.questions, quiz.items, strict=True)
        ]
        name = f"quiz:{language}:{slug}/{module_page.slug}"
        minutes = _MINUTES_PER_QUESTION * max(sum(question.live for question in questions if question), 1)
        digest = digest_of([quiz.head.title, minutes, [question.id for question in quiz.head.questions]])
        page = self._page(QuizPage, name) or self._adopt(QuizPage, module_page, "quiz")
        outcome = self.ledger.decide(name, quiz.head.title, digest, page)
        if outcome.writes:
            page = page or _new_page(QuizPage, "quiz", self.locales[language], None)
            page.title, page.minutes = quiz.head.title, minutes
            page.quiz_questions = [QuizQuestion(question=question) for question in questions if question]
            self._publish(page, name, digest, parent=module_page)
        return page

    def _load_question(
        self, question: Any, item: Mapping[str, Any], slug: str, language: str, identity: CourseIdentity
    ) -> Question | None:
        name = f"question:{language}:{slug}/{question.id}"
        is_live = question.type in Question.ANSWERABLE
        if not is_live:
            self.waiting_questions.append(f"{question.id} ({Question.Kind(question.type).label})")

        def named(part: str) -> str:
            return str(uuid.uuid5(_NAMES, f"{name}/{part}"))

        fields = {
            "kind": question.type,
            "objective_key": question.objective,
            "stem": question.stem,
            "points": question.points,
            "feedback_right": question.feedback.right,
            "feedback_wrong": question.feedback.wrong,
            "task": json.dumps(task_in_files(item, named)),
            "trials": json.dumps(trials_in_files(item, named)),
        }
        digest = digest_of([fields, is_live])
        locale = self.locales[language]
        stored = Question.objects.filter(key=question.id, locale=locale).first()
        outcome = self.ledger.decide(name, question.id, digest, stored)
        if outcome is Outcome.KEPT_DELETED:
            return None
        if outcome.writes:
            stored = stored or Question(key=question.id, locale=locale, live=False)
            _set_all(stored, {**fields, "course": identity})
            stored.full_clean()
            if stored.pk is None:
                stored.has_unpublished_changes = True
                stored.save()
            revision = stored.save_revision(clean=False)
            if is_live:
                revision.publish()
                stored.refresh_from_db()
            self.ledger.record(name, digest, stored)
        return stored

    # -- Translations and webinars --------------------------------------------------------------------------------

    def _load_translation(self, translation: Translation, catalogue: Catalogue) -> None:
        head, language, slug = translation.head, translation.language, translation.head.translation_of
        original = self.course_pages.get(slug)
        if original is None:
            return
        self._ensure_locale(language)
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
        page = self._page(CoursePage, name) or self._adopt(CoursePage, index, slug)
        outcome = self.ledger.decide(name, f"{head.title} ({language})", digest, page)
        if outcome.writes:
            page = page or _new_page(CoursePage, slug, self.locales[language], original)
            _set_all(page, fields)
            page.objectives = [Objective(key=objective.id, text=objective.text) for objective in head.objectives]
            page.subjects = list(original.subjects.all())
            self._publish(page, name, digest, parent=index)
        if page:
            self._load_modules(page, translation.modules, slug, language, ensure_course(page), originals=original)

    def _load_webinar(self, webinar: schema.Webinar) -> None:
        self._ensure_locale(webinar.language)
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
        }
        digest = digest_of([fields, webinar.related_course])
        index = tree.ensure_webinar_index(webinar.language)
        page = self._page(WebinarPage, name) or self._adopt(WebinarPage, index, webinar.slug)
        outcome = self.ledger.decide(name, webinar.title, digest, page)
        if outcome.writes:
            page = page or _new_page(WebinarPage, webinar.slug, self.locales[webinar.language], None)
            _set_all(page, fields)
            page.related_course = self.course_pages.get(webinar.related_course or "")
            self._publish(page, name, digest, parent=index)

    # -- Pages ----------------------------------------------------------------------------------------------------

    def _page(self, page_class: Any, name: str) -> Any:
        """Return the page that was loaded under this name, wherever an editor may have moved it since."""
        object_id = self.ledger.object_id(name)
        return page_class.objects.filter(pk=object_id).first() if object_id else None

    def _adopt(self, page_class: Any, parent: Page, slug: str) -> Any:
        """Return the page that stands where a loaded one would; somebody made it in the CMS."""
        return page_class.objects.child_of(parent).filter(slug=slug).first()

    def _publish(self, page: Any, name: str, digest: str, *, parent: Page | None = None) -> None:
        """Save what was set on a page as one revision and publish it; a page that an editor took offline stays offline."""
        is_new = page.pk is None
        was_live = is_new or page.live or page.latest_revision_id is None
        if is_new and parent is not None:
            parent.refresh_from_db()  # treebeard counts children on the instance, and others have been added
            parent.add_child(instance=page)
        revision = page.save_revision(clean=not is_new)
        if was_live:
            revision.publish()
            page.refresh_from_db()
        self.ledger.record(name, digest, page)


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


def _new_page(page_class: Any, slug: str, locale: Locale, original: Page | None) -> Any:
    page = page_class(slug=slug, locale=locale, live=False)
    if original:
        page.translation_key = original.translation_key
    return page


def _set_all(instance: Any, fields: Mapping[str, Any]) -> None:
    for field, value in fields.items():
        setattr(instance, field, value)


def _put_in_order(parent: Page, children: Sequence[Page]) -> None:
    """Put the loaded children of a page in this order; others keep their place among themselves, before them."""
    ids = [child.pk for child in children]
    current = list(Page.objects.child_of(parent).filter(pk__in=ids).order_by("path").values_list("pk", flat=True))
    if current == ids:
        return
    for pk in ids:
        parent = Page.objects.get(pk=parent.pk)
        Page.objects.get(pk=pk).move(parent, pos="last-child")
