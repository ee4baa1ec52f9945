from django.dispatch import Signal

country_changed = (
    Signal()
)  # somebody works in another country than they said before; sent after commit; argument: person_id
wishes_changed = Signal()  # somebody wants other mails than before; sent after commit; argument: person_id
