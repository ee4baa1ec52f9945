"""A course's pages in the editor: written by its team, published by an editor."""

import pytest
from django.urls import reverse
from wagtail.models import Locale, WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.assessments.models import QuizPage
from courses.catalogue.models import Course, CoursePage, CourseTeamMember
from courses.lessons.models import LessonPage
from lms.operations.loading.tree import ensure_catalogue
from tests.factories.accounts import EditorFactory, InstructorFactory, UserFactory
from tests.factories.catalogue import catalogue_page

pytestmark = pytest.mark.django_db


def lesson_data(title: str = "A new lesson", *, text: str = "<p>Absent from whom?</p>", **more) -> dict:
    return nested_form_data(
        {
            "title": title,
            "slug": "a-new-lesson",
            "minutes": 12,
            "objectives": inline_formset([]),
            "key_points": inline_formset([]),
            "body": streamfield([("text", rich_text(text))]),
            "comments": inline_formset([]),
            **more,
        }
    )


def add_lesson(client, module, **data):
    return client.post(
        reverse("wagtailadmin_pages:add", args=["lessons", "lessonpage", module.pk]), lesson_data(**data)
    )


def edit(client, page, **data):
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), lesson_data(**data))


def assert_refused(response) -> None:
    assert response.status_code == 302
    assert response["Location"] == "/cms/"


def test_an_instructor_writes_a_lesson_an_editor_approves_it_and_it_is_live(instructor, editor, own, fresh):
    add_lesson(instructor, own.module, **{"action-submit": "1"})
    lesson = LessonPage.objects.get(title="A new lesson")
    assert not lesson.live
    state = lesson.current_workflow_state
    assert state.status == WorkflowState.STATUS_IN_PROGRESS

    desk = editor.get("/cms/").content.decode()
    assert "A new lesson" in desk
    assert "1 page or question waits for your review" in desk
    task = state.current_task_state
    editor.post(reverse("wagtailadmin_pages:workflow_action", args=[lesson.pk, "approve", task.pk]))
    assert fresh(lesson).live


def test_what_an_editor_sends_back_stands_on_the_instructors_desk(instructor, editor, own):
    add_lesson(instructor, own.module, **{"action-submit": "1"})
    lesson = LessonPage.objects.get(title="A new lesson")
    task = lesson.current_workflow_state.current_task_state
    editor.post(
        reverse("wagtailadmin_pages:workflow_action", args=[lesson.pk, "reject", task.pk]),
        {"comment": "Cite a source."},
    )
    assert "1 page sent back by an editor" in instructor.get("/cms/").content.decode()


def test_an_instructor_cannot_publish_even_by_saying_so(instructor, own, fresh):
    edit(instructor, own.lesson, title="Changed", **{"action-publish": "1"})
    lesson = fresh(own.lesson)
    assert lesson.title != "Changed"
    assert lesson.has_unpublished_changes
    instructor.post(reverse("wagtailadmin_pages:unpublish", args=[own.lesson.pk]))
    assert fresh(own.lesson).live


def test_another_course_is_refused_on_every_way_in(instructor, other, fresh):
    before = fresh(other.lesson).latest_revision_id
    for page in (other.page, other.module, other.lesson, other.quiz):
        assert_refused(instructor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))
    assert_refused(edit(instructor, other.lesson, title="Mine now"))
    assert_refused(add_lesson(instructor, other.module))
    for name in ("delete", "copy", "move", "unpublish", "view_draft"):
        answer = instructor.post(reverse(f"wagtailadmin_pages:{name}", args=[other.lesson.pk]))
        assert answer.status_code in (302, 405)
    assert_refused(instructor.get(reverse("wagtailadmin_pages:view_draft", args=[other.lesson.pk])))
    assert fresh(other.lesson).latest_revision_id == before
    assert not LessonPage.objects.filter(title="A new lesson").exists()


def test_who_left_the_team_is_refused_from_then_on(instructor, own, teacher):
    assert instructor.get(reverse("wagtailadmin_pages:edit", args=[own.lesson.pk])).status_code == 200
    CourseTeamMember.objects.filter(member=teacher).delete()
    assert_refused(instructor.get(reverse("wagtailadmin_pages:edit", args=[own.lesson.pk])))
    assert_refused(edit(instructor, own.lesson))


def test_lists_name_only_what_a_person_may_work_on(instructor, editor, own, other):
    for address in ("/cms/", "/cms/courses/"):
        listed = instructor.get(address).content.decode()
        assert "Own course" in listed
        assert "Other course" not in listed
    assert "Other course" in editor.get("/cms/courses/").content.decode()


def test_a_lead_edits_nothing(lead, own):
    assert_refused(lead.get(reverse("wagtailadmin_pages:edit", args=[own.lesson.pk])))
    assert_refused(add_lesson(lead, own.module))
    assert "nothing for you to edit here" in lead.get("/cms/").content.decode()


def test_a_course_made_by_an_editor_can_be_given_a_team_at_once(editor):
    index = catalogue_page()
    data = nested_form_data(
        {
            "title": "Carrier screening",
            "slug": "carrier-screening",
            "code": "CSC",
            "summary": "What to offer, and to whom.",
            "level": "beginner",
            "minutes": 60,
            "pass_mark_percent": 70,
            "version_name": "1.0",
            "objectives": inline_formset([{"text": "Offer screening."}]),
            "comments": inline_formset([]),
        }
    )
    editor.post(reverse("wagtailadmin_pages:add", args=["catalogue", "coursepage", index.pk]), data)
    page = CoursePage.objects.get(code="CSC")
    assert Course.objects.get(translation_key=page.translation_key).title == "Carrier screening"


def test_the_preview_of_a_lesson_is_dressed_and_may_stand_in_the_editors_frame(instructor, own):
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[own.lesson.pk])
    assert instructor.post(address, lesson_data(title="Not saved yet")).json() == {
        "is_valid": True,
        "is_available": True,
    }
    preview = instructor.get(f"{address}?in_preview_panel=true")
    assert preview.status_code == 200
    assert "Not saved yet" in preview.content.decode()
    assert "bundles/lesson.css" in preview.content.decode()
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    assert preview["X-Frame-Options"] == "SAMEORIGIN"


def test_a_translated_course_stands_in_its_language_with_a_quiz_of_its_own_questions(editor, own):
    ensure_catalogue("fr")
    french = Locale.objects.get(language_code="fr")
    catalogue = catalogue_page().get_translation(french)
    answer = editor.post(
        reverse("simple_translation:submit_page_translation", args=[own.page.pk]),
        {"locales": [french.pk], "include_subtree": "on"},
    )
    assert answer.status_code == 302
    page = CoursePage.objects.get(locale=french, translation_key=own.page.translation_key)
    assert page.is_child_of(catalogue)
    quiz = QuizPage.objects.descendant_of(page).get()
    assert (quiz.slug, quiz.live) == ("quiz", False)
    question = quiz.quiz_questions.get().question
    assert question.locale == french
    assert question.translation_key == own.question.translation_key
    assert not question.live
    assert quiz.get_latest_revision_as_object().quiz_questions.get().question == question


def test_a_member_is_appointed_by_an_editor_whose_name_is_kept(editor, own):
    colleague = InstructorFactory()
    answer = editor.post(reverse("course_teams:add"), {"course": own.course.pk, "member": colleague.pk})
    assert answer.status_code == 302
    seat = CourseTeamMember.objects.get(member=colleague)
    assert seat.appointed_by.groups.get().name == "Editors"


def test_nobody_outside_the_staff_is_appointed(editor, own):
    learner = UserFactory()
    answer = editor.post(reverse("course_teams:add"), {"course": own.course.pk, "member": learner.pk})
    assert answer.status_code == 200
    assert not CourseTeamMember.objects.filter(member=learner).exists()


def test_instructors_appoint_nobody(instructor, own):
    assert_refused(instructor.get(reverse("course_teams:index")))
    assert_refused(
        instructor.post(reverse("course_teams:add"), {"course": own.course.pk, "member": EditorFactory().pk})
    )
