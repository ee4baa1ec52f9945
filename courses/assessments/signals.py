from django.dispatch import Signal

ruling_made = Signal()  # sent after commit; argument: ruling_id
