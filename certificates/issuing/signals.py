from django.dispatch import Signal

certificate_ended = Signal()  # after commit, for one revoked, replaced or withdrawn; argument: certificate_id
