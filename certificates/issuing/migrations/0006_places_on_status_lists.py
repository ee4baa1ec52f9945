"""Every certificate gets a place on the status lists, drawn at random like those of new ones."""

import secrets
from collections.abc import Iterator
from itertools import count

from django.db import migrations

SIZE = 131_072
FILLED = 65_536  # of each list: half, so that new ones soon find a place
AT_ONCE = 2_000


def draw_places(apps, schema_editor):
    Certificate = apps.get_model("issuing", "Certificate")
    places = free_places(Certificate.objects)
    while waiting := list(Certificate.objects.filter(status_position=None).order_by("pk").only("pk")[:AT_ONCE]):
        for certificate in waiting:
            certificate.status_position = next(places)
        Certificate.objects.bulk_update(waiting, ["status_position"])


def free_places(certificates) -> Iterator[int]:
    for number in count():
        first = number * SIZE
        on_list = certificates.filter(status_position__gte=first, status_position__lt=first + SIZE)
        taken = set(on_list.values_list("status_position", flat=True))
        free = [place for place in range(first, first + SIZE) if place not in taken]
        yield from secrets.SystemRandom().sample(free, max(FILLED - len(taken), 0))


class Migration(migrations.Migration):
    dependencies = [("issuing", "0005_revoked_replaced_withdrawn")]

    operations = [migrations.RunPython(draw_places, migrations.RunPython.noop)]
