"""How many pushes are worded, encrypted and signed per second of CPU, beside one bare ECDH each?"""

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from api.db.notifying.outgoing import OutgoingPush, PushAddress, PushMessage
from api.domain.incidents.incident import IncidentKind
from api.domain.notifying.push import Content, PushKind
from api.jobs.push import PushHandler
from api.settings import Settings
from tests.push_receiver import Phone

PHONES, MESSAGES = 50, 3000


async def run() -> dict[str, float]:
    vapid = Vapid02()
    vapid.generate_keys()
    handler = PushHandler(None, Settings("", Path()), vapid)  # type: ignore[arg-type]
    subscribed = [Phone(f"https://fcm.googleapis.com/{index}").subscription() for index in range(PHONES)]
    rows = [_offer(subscribed[index % PHONES]) for index in range(MESSAGES)]
    sender, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    phones = [ec.generate_private_key(ec.SECP256R1()).public_key() for _ in range(PHONES)]
    pushes = _per_second(lambda index: handler.encrypt(rows[index], rows[index].address, now))  # type: ignore[arg-type]
    bare = _per_second(lambda index: sender.exchange(ec.ECDH(), phones[index % PHONES]))
    return {"pushes_per_cpu_second": pushes, "bare_ecdh_per_cpu_second": bare, "ratio": round(bare / pushes, 1)}


def _per_second(work: Callable[[int], object]) -> int:
    begun = time.process_time()
    for index in range(MESSAGES):
        work(index)
    return round(MESSAGES / (time.process_time() - begun))


def _offer(subscription: dict[str, object]) -> OutgoingPush:
    now, keys = datetime.now(UTC), subscription["keys"]
    assert isinstance(keys, dict)
    told = PushMessage(
        PushKind.OFFER,
        "token",
        content=Content(1, IncidentKind.CRASH, 4, "ถนนตัวอย่าง"),
        assignment_id=uuid.uuid4(),
        incident_id=uuid.uuid4(),
    )
    address = PushAddress(str(subscription["endpoint"]), keys["p256dh"], keys["auth"])
    return OutgoingPush(
        uuid.uuid4(), uuid.uuid4(), "push", 1, now, None, now + timedelta(seconds=30), message=told, address=address
    )
