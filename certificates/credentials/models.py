from django.db import models

from certificates.credentials.keys import PublicKey


class SigningKey(models.Model):
    """The public half of a key that has signed. It stays when the private half is gone, or old credentials could not be checked."""

    name = models.CharField(max_length=64, unique=True)
    algorithm = models.CharField(max_length=8)
    jwk = models.JSONField()
    first_seen_at = models.DateTimeField()

    class Meta:
        ordering = ["first_seen_at", "pk"]

    def __str__(self):
        return f"{self.algorithm} {self.name}"

    @property
    def public(self) -> PublicKey:
        return PublicKey.from_jwk(self.jwk)


class StatusList(models.Model):
    """A published status list, signed, as it is sent to whoever asks."""

    number = models.PositiveIntegerField(primary_key=True)
    document = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]

    def __str__(self):
        return f"{self.number}"
