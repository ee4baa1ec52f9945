from django.dispatch import Signal

course_completed = Signal()  # sent after commit; argument: completion_id
