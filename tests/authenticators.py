"""A security key made of Python: what a browser would send for it."""

import hashlib
import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import uuid4

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """`verifies`: whether it asks its user for a finger or PIN."""

    def __init__(self, origin: str, *, verifies: bool = True) -> None:
        self.origin, self.verifies, self.count = origin, verifies, 0
        self.credential_id = uuid4().bytes
        self._key = ec.generate_private_key(ec.SECP256R1())

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        point = self._key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor2.dumps(public)
        data = self._data(options["rp"]["id"], _ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        answer = {"clientDataJSON": self._client("webauthn.create", options), "attestationObject": text(statement)}
        return self._credential(answer)

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        self.count += 1
        data, client = self._data(options["rpId"]), self._client("webauthn.get", options)
        signed = data + hashlib.sha256(urlsafe_b64decode(client + "==")).digest()
        signature = self._key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._credential(
            {"clientDataJSON": client, "authenticatorData": text(data), "signature": text(signature)}
        )

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        named = text(self.credential_id)
        return {"id": named, "rawId": named, "type": "public-key", "response": response, "clientExtensionResults": {}}

    def _client(self, kind: str, options: dict[str, Any]) -> str:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return text(json.dumps(said).encode())

    def _data(self, rp_id: str, more: int = 0) -> bytes:
        flags = _PRESENT | more | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, self.count)


def text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
