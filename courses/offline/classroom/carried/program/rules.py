"""What is decided without the file: draws, PINs, and names of things that are not to be read."""

from __future__ import annotations

import hashlib
import hmac
import random
import secrets
from typing import Any

PIN_ROUNDS = 100_000
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # of the host's code: none that looks like another


def draw(quiz: dict[str, Any]) -> list[int]:
    """Return the questions of one attempt: those in no pool, and of each pool as many as it draws."""
    chance = random.SystemRandom()
    pools: dict[str, list[int]] = {}
    for question in quiz["questions"]:
        pools.setdefault(question["pool"], []).append(question["id"])
    asked = set(pools.pop("", []))
    for pool, ids in pools.items():
        asked.update(chance.sample(ids, min(quiz["draws"][pool], len(ids))))
    drawn = [question["id"] for question in quiz["questions"] if question["id"] in asked]
    if quiz["shuffles"]:
        chance.shuffle(drawn)
    return drawn


def name_of(text: str) -> str:
    """Return a name for a text, as the academy makes it of the same text."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def hashed(pin: str) -> str:
    salt = secrets.token_hex(16)
    return f"{salt}${_stretched(pin, salt)}"


def is_pin(pin: str, kept: str) -> bool:
    salt, _, stretched = kept.partition("$")
    return hmac.compare_digest(_stretched(pin, salt), stretched)


def _stretched(pin: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), salt.encode(), PIN_ROUNDS).hex()


def name_of_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_code(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))
