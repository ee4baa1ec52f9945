from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import jwt

from courses.webinars.providers.base import Guest, Provider, Room

TOKEN_HOLDS = timedelta(
    minutes=10
)  # long enough for a slow phone to get in; whoever comes back later passes the door again
CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True)
class Jitsi(Provider):
    """A Jitsi Meet server with token authentication, which lets in only who brings a token for the room."""

    address: str
    app_id: str
    secret: str = field(repr=False)
    audience: str

    def address_for(self, room: Room, guest: Guest, *, now: datetime) -> str:
        token = jwt.encode(self._claims(room, guest, now=now), self.secret, algorithm="HS256")
        return f"{self.address.rstrip('/')}/{room.name}?jwt={token}"

    def _claims(self, room: Room, guest: Guest, *, now: datetime) -> dict:
        # Source: lib-jitsi-meet, doc/tokens.md; what makes a moderator: https://developer.8x8.com/jaas/docs/api-keys-jwt
        # (context.user.moderator) and the Prosody modules token_moderation (moderator) and token_affiliation (affiliation).
        return {
            "aud": self.audience,
            "iss": self.app_id,
            "sub": (urlsplit(self.address).hostname or "").lower(),
            "room": room.name,
            "nbf": int((now - CLOCKS_DIFFER).timestamp()),
            "exp": int((now + TOKEN_HOLDS).timestamp()),
            "moderator": guest.is_host,
            "context": {
                "user": {
                    "id": guest.reference,
                    "name": guest.name,
                    "moderator": "true" if guest.is_host else "false",  # fields of user have to be strings
                    "affiliation": "owner" if guest.is_host else "member",
                }
            },
        }
