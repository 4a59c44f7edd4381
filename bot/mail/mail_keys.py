"""What is made with the operator's key: encrypted addresses, hashes that find them, links."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

LEAST_KEY = 32
"""Characters of PAPERBOY_SECRET: what `paperboy secret` prints has more."""
_ADDRESS_BYTES = 16
_BLOCK_BYTES = 8
_LINK_BYTES = 16
_LINK_LENGTH = (_LINK_BYTES + _BLOCK_BYTES) * 4 // 3
"""Characters of a link that ends mails."""


class MailKeys:
    """Keys of their own for each use, all from the one key `secret`."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._fernet: Fernet | None = None

    # Addresses

    def seal(self, address: str) -> str:
        """The address, encrypted and signed."""
        return self._box().encrypt(address.encode()).decode()

    def unseal(self, sealed: str) -> str | None:
        """The address; None where another key sealed it, or where the library is gone that opens it."""
        try:
            from cryptography.fernet import InvalidToken
        except ImportError:
            return None
        try:
            return self._box().decrypt(sealed.encode()).decode()
        except (InvalidToken, ValueError):
            return None

    def address_hash(self, address: str) -> str:
        """The same for every way of writing an address in capitals or not."""
        return self._mac("address", address.casefold())[:_ADDRESS_BYTES].hex()

    def asker_hash(self, person_id: int) -> str:
        """Tells who named an address from others for a day."""
        return self._mac("asker", str(person_id))[:_ADDRESS_BYTES].hex()

    # Links

    @staticmethod
    def new_salt() -> str:
        """From which a subscription's links are made."""
        return secrets.token_hex(16)

    def confirm_token(self, salt: str, address_hash: str) -> str:
        """Of the link that confirms an address, or blocks it: that works for ever, from the link alone."""
        address = bytes.fromhex(address_hash)
        return _text(address + self._block(address) + self._mac("confirm", salt)[:_LINK_BYTES])

    def address_hash_of(self, confirm_token: str) -> str | None:
        """The address that such a link would block; None where we made no such link."""
        try:
            read = base64.urlsafe_b64decode(confirm_token + "=" * (-len(confirm_token) % 4))
        except (binascii.Error, ValueError):
            return None
        address, block = read[:_ADDRESS_BYTES], read[_ADDRESS_BYTES : _ADDRESS_BYTES + _BLOCK_BYTES]
        ours = len(read) == _ADDRESS_BYTES + _BLOCK_BYTES + _LINK_BYTES
        return address.hex() if ours and hmac.compare_digest(block, self._block(address)) else None

    def link_token(self, salt: str) -> str:
        """Of the link that ends the mails."""
        return _text(self._mac("link", salt)[: _LINK_BYTES + _BLOCK_BYTES])

    @staticmethod
    def may_be_link_token(token: str) -> bool:
        """Whether nothing of it is missing. Not whether we made it: the state alone can tell."""
        return re.fullmatch(rf"[\w-]{{{_LINK_LENGTH}}}", token, re.ASCII) is not None

    def _block(self, address: bytes) -> bytes:
        return self._mac("block", address.hex())[:_BLOCK_BYTES]

    def _mac(self, use: str, text: str) -> bytes:
        key = hmac.digest(self._secret, f"paperboy mail {use}".encode(), "sha256")
        return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")

    def _box(self) -> Fernet:
        if self._fernet is None:
            from cryptography.fernet import Fernet

            key = hmac.digest(self._secret, b"paperboy mail box", "sha256")
            self._fernet = Fernet(base64.urlsafe_b64encode(key))
        return self._fernet


def hash_of(token: str) -> str:
    """As a link is stored: whoever reads the database can follow none."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _text(token: bytes) -> str:
    return base64.urlsafe_b64encode(token).decode().rstrip("=")
