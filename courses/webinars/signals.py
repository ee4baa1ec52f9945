from django.dispatch import Signal

mails_due = Signal()  # somebody registered, or a webinar changed, so mails are to be written; sent after commit
