import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmlFileBackend(BaseEmailBackend):
    """Writes each mail as a file that mail programs open: one .eml for each Message-ID, in settings.EMAIL_FILE_PATH."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            _write(folder / file_name(message["Message-ID"]), message.as_bytes())
        return len(email_messages)


def file_name(message_id: str) -> str:
    """Return the file name for a Message-ID: readable, harmless, and never the same for two of them."""
    bare = message_id.strip().removeprefix("<").removesuffix(">")
    harmless = re.sub(r"[^A-Za-z0-9@._-]", "_", bare).lstrip(".")[:120]
    if harmless != bare:
        harmless += f"-{hashlib.sha256(bare.encode()).hexdigest()[:16]}"
    return f"{harmless or 'unnamed'}.eml"


def _write(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, whoever else writes the same one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(path)
