from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "courses.assessments"

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from courses.assessments import receivers  # noqa: F401
        from courses.assessments.models import Question
        from courses.assessments.permissions import CourseTeamQuestionPolicy

        register_permission_policy(Question, CourseTeamQuestionPolicy(Question))
