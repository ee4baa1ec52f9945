from django.dispatch import Signal

mail_queued = Signal()  # sent after commit; argument: mail_id
