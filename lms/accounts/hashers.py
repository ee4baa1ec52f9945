from django.contrib.auth.hashers import Argon2PasswordHasher


class SizedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id sized so that a sign-in costs well under 100 ms of CPU on a small server.

    Source: OWASP Password Storage Cheat Sheet, one of its equal settings: 19 MiB, 2 passes, 1 lane.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
