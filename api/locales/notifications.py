"""Words a message for its reader at the moment it is sent."""

import msgspec

from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.incident import IncidentKind
from api.domain.notifying.push import Content, PushKind
from api.locales.catalogue import CITIZENS_LANGUAGES, text


class Worded(msgspec.Struct, frozen=True):
    title: str
    body: str


def push(kind: PushKind, content: Content, language: str) -> Worded:
    title = text(f"push_{kind}", language)
    if content.drill:
        title = f"{text('drill', language)} {title}"
    if content.priority is not None:
        title = f"{title} · {text('priority', language, priority=content.priority)}"
    return Worded(title, " · ".join(_parts(kind, content, language)) or title)


def _parts(kind: PushKind, content: Content, language: str) -> list[str]:
    parts: list[str] = []
    if content.hazards:
        parts.append("⚠ " + ", ".join(text(f"hazard_{hazard}", language) for hazard in content.hazards))
    if content.incident_kind is not None:
        parts.append(text(f"kind_{content.incident_kind}", language))
    if content.minutes is not None:
        parts.append(text("push_minutes", language, minutes=content.minutes))
    if content.place:
        parts.append(content.place)
    if content.alarm is not None:
        parts.append(text(f"alarm_{content.alarm}", language))
    if content.instruction is not None:
        parts.append(text(f"instruction_{content.instruction}", language))
    if kind == PushKind.TEST:
        parts.append(text("push_test_body", language))
    return parts


FALLBACK_LANGUAGES = ("th", "en")
"""Of messages whose reader is not known: an SMS gateway, a group in a messenger."""


def fallback(reference: str, priority: int, kind: IncidentKind, alarm: AlarmReason, *, drill: bool) -> Worded:
    """An alarm, a line in each language."""
    first = FALLBACK_LANGUAGES[0]
    title = f"Sipha {reference} · {text('priority', first, priority=priority)}"
    lines = [f"{text(f'kind_{kind}', each)}: {text(f'alarm_{alarm}', each)}" for each in FALLBACK_LANGUAGES]
    if drill:
        title = f"{text('drill', first)} {title}"
        lines = [f"{text('drill', each)} {line}" for each, line in zip(FALLBACK_LANGUAGES, lines, strict=True)]
    return Worded(title, "\n".join(lines))


def caller_link(reference: str, url: str) -> Worded:
    """For the phone of somebody who has called, a line in each language that citizens speak."""
    others = [each for each in CITIZENS_LANGUAGES if each not in FALLBACK_LANGUAGES]
    lines = [text("caller_link", each, reference=reference) for each in (*FALLBACK_LANGUAGES, *others)]
    return Worded("", "\n".join([*lines, url]))


def fallback_test() -> Worded:
    return Worded("Sipha", "\n".join(text("fallback_test", each) for each in FALLBACK_LANGUAGES))
