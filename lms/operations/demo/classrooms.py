from django.db.models import QuerySet

from courses.offline.classroom.models import ClassroomFile, ClassroomReturn
from lms.accounts.models import User


def forget_classrooms(demo_people: QuerySet[User]) -> None:
    """Take out the classroom files that demo people asked for, and the returns that they brought."""
    ClassroomReturn.objects.filter(brought_by__in=demo_people).delete()
    ClassroomFile.objects.filter(asked_by__in=demo_people).delete()
