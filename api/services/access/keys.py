"""Keys created at the first start and kept in the database, where every replica finds the same ones."""

import base64
import secrets

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from api.db import stations
from api.db.pool import Database


async def vapid(db: Database) -> Vapid02:
    fresh = Vapid02()
    fresh.generate_keys()
    pem = await _keep(db, "vapid", fresh.private_pem())
    return Vapid02.from_pem(pem)


async def token_key(db: Database) -> bytes:
    """The key from which the tokens of citizens' reports are derived."""
    return await _keep(db, "report_tokens", secrets.token_bytes(32))


def public_key(vapid_key: Vapid02) -> str:
    """As `PushManager.subscribe` wants it: the uncompressed point in base64url."""
    raw = vapid_key.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def _keep(db: Database, name: str, fresh: bytes) -> bytes:
    async with db.stationless() as connection:
        await stations.keep_secret.run(connection, name=name, value=fresh)
        kept = await stations.read_secret.get(connection, name=name)
    if kept is None:
        raise RuntimeError(f"the key {name} could not be kept")
    return kept
