from pathlib import Path
from urllib.parse import urlsplit

from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["filesystem"] = "lms.lib.embedded_broker:Transport"


def broker_options(url: str) -> tuple[str, dict]:
    """Return the broker address and transport options that Celery wants for a BROKER_URL.

    `filesystem:///folder` is the embedded broker: messages are files in that folder, no server is needed.
    Any other address (redis://, amqp://) is handed on as it is.
    """
    if not url.startswith("filesystem://"):
        # A lost worker's messages come back after this long; the sweep is quicker.
        return url, {"visibility_timeout": 600, "socket_connect_timeout": 2, "socket_timeout": 10}
    folder = Path(urlsplit(url).path)
    for name in ("messages", "processed", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return "filesystem://localhost", {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.1,
    }
