"""Secrets at rest: AES-256-GCM, key id in front, the row's identity as associated data.

The associated data makes a ciphertext useless in any other row or column: whoever can write to the
database still cannot move one seller's secret into another seller's gateway.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_LENGTH = 12  # NIST SP 800-38D: 96 bits
KEY_LENGTH = 32
URL_SAFE = str.maketrans("+/", "-_")
# Key id, nonce and at least a tag, as `seal` writes them.
SEALED = re.compile(r"[0-9a-f]{8}\.[A-Za-z0-9_-]{38,}={0,2}")


class SealBroken(Exception):
    """The ciphertext was changed, moved to another row, or sealed with a key we do not have."""


def key_id(key: bytes) -> str:
    """Eight characters that name a key and do not reveal it."""
    return hashlib.sha256(b"raseed key id" + key).hexdigest()[:8]


@lru_cache(maxsize=8)
def ring(encoded: tuple[str, ...]) -> dict[str, bytes]:
    """The keys of ENCRYPTION_KEYS by their id; the first one writes.

    Raises ImproperlyConfigured when a key is not 32 bytes in base64.
    """
    keys = []
    for text in encoded:
        try:
            # As `openssl rand -base64 32` writes it, too.
            keys.append(base64.urlsafe_b64decode(text.translate(URL_SAFE)))
        except (binascii.Error, ValueError):
            keys.append(b"")
    if not keys or any(len(key) != KEY_LENGTH for key in keys):
        raise ImproperlyConfigured(
            "ENCRYPTION_KEYS must hold keys of 32 bytes in base64, separated by commas."
        )
    return {key_id(key): key for key in keys}


def keys() -> dict[str, bytes]:
    """The key ring of this process."""
    return ring(tuple(settings.ENCRYPTION_KEYS))


def seal(text: str, identity: str) -> str:
    """Encrypt `text` for the row named by `identity`."""
    writer, key = next(iter(keys().items()))
    nonce = os.urandom(NONCE_LENGTH)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), identity.encode())
    return f"{writer}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def is_sealed(text: str) -> bool:
    """Whether this has the form of a ciphertext of ours. Only `unseal` knows whether it is one."""
    return SEALED.fullmatch(text) is not None


def writer_of(sealed: str) -> str:
    """The id of the key that sealed it."""
    return sealed.partition(".")[0]


def unseal(sealed: str, identity: str) -> str:
    """The inverse of `seal`. Raises SealBroken."""
    name, _, box = sealed.partition(".")
    key = keys().get(name)
    if key is None:
        raise SealBroken(f"sealed with key {name!r}, which ENCRYPTION_KEYS does not hold")
    try:
        raw = base64.urlsafe_b64decode(box)
        plain = AESGCM(key).decrypt(raw[:NONCE_LENGTH], raw[NONCE_LENGTH:], identity.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(f"not what was sealed for {identity}") from error
    return plain.decode()
