from django.dispatch import Signal

seats_changed = Signal()  # somebody has, or has lost, a confirmed seat; sent after commit; argument: pool_id
notices_due = Signal()  # mails about seats are to be written; sent after commit
