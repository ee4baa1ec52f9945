from django.dispatch import Signal

attended = Signal()  # somebody's presence was found to be enough; sent after commit; argument: webinar_id
mails_due = Signal()  # somebody registered, or a webinar changed, so mails are to be written; sent after commit
