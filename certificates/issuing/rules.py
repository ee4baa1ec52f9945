import secrets
from urllib.parse import urlencode

from certificates.award import Award

# Source: Douglas Crockford, Base 32: no I, L, O or U; I and L are read as 1, O as 0.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
FOLDER = "certificates"  # of private storage
LONGEST_TYPED = 40  # what somebody may type for a serial, spaces and hyphens included

_READ_AS = str.maketrans("ILO", "110", " -\u2010\u2011\u2012\u2013\u2014\u00a0\t")


def make_serial() -> str:
    """Return a new serial: 11 random characters (55 bits, not to be guessed) and a check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def check_character(body: str) -> str:
    """Return the character that makes the whole valid; it gives away every single wrong character.

    It also gives away two neighbours that changed places, unless they are 0 and Z.
    """
    # Source: Luhn mod N algorithm with N = 32.
    total = 0
    for position, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (1 if position % 2 else 2)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def read_serial(typed: str) -> str | None:
    """Return the serial that somebody meant, or None if it cannot be one (length, a character outside the alphabet).

    Spaces and hyphens, lower case, O for 0 and I or L for 1 are forgiven. Whether the check character fits is
    a question of its own: `is_well_formed`.
    """
    serial = typed.upper().translate(_READ_AS) if len(typed) <= LONGEST_TYPED else ""
    return serial if len(serial) == LENGTH and all(character in ALPHABET for character in serial) else None


def is_well_formed(serial: str) -> bool:
    """Say whether the check character of a serial fits the others."""
    return check_character(serial[:-1]) == serial[-1]


def file_name(sha256: str) -> str:
    """Return where a file lies in private storage: by its content, so making it again changes nothing."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}.pdf"


def picture_name(sha256: str, kind: str) -> str:
    """Return where a picture of the file of this hash lies, beside it. kind: png, to share; webp, small."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}.{kind}"


def names_of(sha256: str) -> tuple[str, ...]:
    """Return all that may lie in private storage of the certificate whose file has this hash."""
    return file_name(sha256), *(picture_name(sha256, kind) for kind in ("png", "webp"))


def kilobytes(size: int) -> int:
    """Return a size in bytes as whole kB, of 1,000 bytes, to be said beside a link."""
    return max(round(size / 1000), 1)


def profile_address(award: Award) -> str:
    """Return the address that adds a certificate to its holder's profile at LinkedIn; nothing is sent before it is opened."""
    # Source: LinkedIn, "Add to profile" for certifications.
    fields = {
        "startTask": "CERTIFICATION_NAME",
        "name": award.course_title,
        "organizationName": award.issuer,
        "issueYear": award.issued_on.year,
        "issueMonth": award.issued_on.month,
        "certUrl": award.verification_url,
        "certId": award.serial,
    }
    return f"https://www.linkedin.com/profile/add?{urlencode(fields)}"
