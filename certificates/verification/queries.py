from certificates.issuing.models import Certificate
from certificates.issuing.queries import newest_certificate


def certificate_in_public(serial: str) -> Certificate | None:
    """Return the certificate of a serial, valid or not; None for one that was never issued."""
    public = [Certificate.State.ISSUED, *Certificate.ENDED]
    return Certificate.objects.filter(serial=serial, state__in=public).first()


def newest_version(certificate: Certificate) -> Certificate | None:
    """Return the certificate that a reader of one that is over should look at; None where there is no newer one."""
    if certificate.state not in (Certificate.State.REPLACED, Certificate.State.REVOKED):
        return None
    ground = {name: value for name in ("completion", "attendance") if (value := getattr(certificate, f"{name}_id"))}
    newest = newest_certificate(**ground)
    return newest if newest and newest.version > certificate.version else None
