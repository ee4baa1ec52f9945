from courses.enrolment.models import Enrolment
from lms.measures.models import Subject


def locked_subject(enrolment_id: int) -> Subject:
    """Return what milestones of an enrolment are counted by, its row locked: it may be moved in the counts meanwhile."""
    locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).select_related("run")
    return locked.get(pk=enrolment_id).subject
