"""The workspace key (Ed25519): signs the head of the log and tombstones; leaves the workspace only in a backup."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from civcas.core.errors import BadStore
from civcas.store import layout


class Key:
    """A private key with the two things it is for: its public half and signing."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """The signature over the message, hex."""
        return self._private.sign(message).hex()


def make_key(workspace: Path) -> Key:
    """The key of the workspace, made where there is none; only its owner may read the file."""
    path = workspace / layout.KEY
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_private(path, pem)
    return read_key(workspace)


def write_private(path: Path, content: bytes) -> None:
    """The content in a file of mode 0600 that appears whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read_key(workspace: Path) -> Key:
    """The key of the workspace; raises BadStore where it is not there or is no such key."""
    path = workspace / layout.KEY
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise BadStore(f"{path} is not there: decisions cannot be signed; put it back from a backup") from None
    except (ValueError, TypeError) as fault:
        raise BadStore(f"{path} is no private key: put it back from a backup ({fault})") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise BadStore(f"{path} is no Ed25519 key: put it back from a backup")
    return Key(private)


def holds(public: str, signature: str, message: bytes) -> bool:
    """Whether the signature over the message was made with the key of that public half."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
