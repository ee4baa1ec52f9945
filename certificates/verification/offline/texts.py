"""What the page says, in every language at once: it cannot ask for another while there is no network."""

from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from certificates.rendering.words import KINDS, has_translation

WORDS = {
    "title": _("Check a certificate without a network"),
    "intro": _(
        "Scan the square code on the certificate, or paste what it holds. It is checked on this device; nothing is sent anywhere."
    ),
    "photo": _("A photograph of the square code"),
    "photo_hint": _("Fill the picture with the code, and hold still."),
    "no_reader": _(
        "This browser cannot read square codes from pictures. Scan the code with the camera of your phone, and open the address it shows."
    ),
    "no_code": _("No square code was found in this picture. Go closer, in good light, and try again."),
    "paste": _("What the square code holds"),
    "paste_hint": _("An address with # in it, as a program that reads square codes shows it."),
    "check": _("Check"),
    "language": _("Language"),
    "issuer": _("Issuer"),
    # Translators: %(day)s is a date, %(age)s is "today", "3 days ago" and the like.
    "knows": _(
        "This page knows which certificates of %(issuer)s were no longer valid on %(day)s (%(age)s). "
        "Open it with a network now and then, to renew that."
    ),
    # Translators: follows the sentence before where very many certificates have ended.
    "since": _("Of those that ended before %(day)s it knows nothing."),
    "kept": _("The page is kept on this device, and opens without a network."),
    "genuine": _("The signature is genuine"),
    "genuine_text": _("%(issuer)s signed these facts, and the certificate was still valid on %(day)s (%(age)s)."),
    "old": _("That is a while ago. Whether it was revoked since, only the register can tell."),
    "revoked": _("This certificate was revoked"),
    "revoked_text": _(
        "%(issuer)s signed it, and had taken it back by %(day)s. Please do not rely on it. Its holder’s name is not shown."
    ),
    "replaced": _("Replaced by a newer certificate"),
    "replaced_text": _(
        "This one was genuine, and had been replaced by %(day)s. Only the newer one counts; the register leads to it."
    ),
    "withdrawn": _("This certificate was withdrawn"),
    "withdrawn_text": _("Its holder had it deleted. It is no longer valid."),
    "altered": _("This is not genuine"),
    "altered_text": _(
        "The signature does not fit what the code says: it was changed, or %(issuer)s did not sign it. Nothing of it is shown."
    ),
    "mixed": _("This is not genuine"),
    "mixed_text": _("The address and the signed facts in this code are of different certificates."),
    "unknown": _("This page does not know the key"),
    "unknown_text": _(
        "Either it is not from %(issuer)s, or it is newer than this page. Open the page once with a network, then check again."
    ),
    "unreadable": _("This code holds no signed facts"),
    "unreadable_text": _(
        "Perhaps it was misread, or the certificate is older than such codes. With a network, its code can be looked up in the register."
    ),
    "awarded": _("Awarded to"),
    "kind": _("Certificate"),
    "course": _("For"),
    "completed": _("Completed"),
    "held": _("Held"),
    "code": _("Code"),
    "compare": _(
        "Compare name, title, date and code with the paper. If any of them differs, the paper was changed. Long ones are cut here, at “…”."
    ),
    "register": _("Look it up in the register (needs a network)"),
    "no_script": _("This page needs JavaScript. With a network, a certificate can be checked without it:"),
    "online": _("Verify a certificate"),
}


@lru_cache(maxsize=1)
def all_texts() -> dict[str, dict[str, str]]:
    """Return language -> key -> text, for each language that this page is translated into, English first."""
    texts = {}
    for language, name in settings.LANGUAGES:
        if has_translation(language):
            with translation.override(language):
                words = {key: str(text) for key, text in WORDS.items()}
                texts[language] = {"name": name, **words, **{f"kind_{kind}": str(text) for kind, text in KINDS.items()}}
    return texts
