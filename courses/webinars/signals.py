from django.dispatch import Signal

attended = Signal()  # people's attendance was fixed, so it counts from now on; sent after commit; argument: webinar_id
mails_due = Signal()  # somebody registered, or a webinar changed, so mails are to be written; sent after commit
