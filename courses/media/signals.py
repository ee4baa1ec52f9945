from django.dispatch import Signal

media_waiting = Signal()  # sent after commit, when there is something for a worker to prepare; no arguments
