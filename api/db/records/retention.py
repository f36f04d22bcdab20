"""What goes when its term is over, and what is held."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query, Value


class HoldRow(msgspec.Struct, frozen=True):
    id: UUID
    reason: str
    held_by: str
    held_at: datetime


delete_old_images = Command("delete_old_images")
delete_old_tracks = Command("delete_old_tracks")
delete_old_batches = Command("delete_old_batches")
delete_old_deliveries = Command("delete_old_deliveries")
delete_old_fallbacks = Command("delete_old_fallbacks")
delete_old_sessions = Command("delete_old_sessions")
delete_old_messages = Command("delete_old_messages")
delete_old_photos = Command("delete_old_photos")
forget_reporters = Command("forget_reporters")
forget_callers = Command("forget_callers")
forget_cases = Command("forget_cases")
forget_clearing_notes = Command("forget_clearing_notes")
forget_alerts = Command("forget_alerts")
delete_old_templates = Command("delete_old_templates")
delete_old_pictures = Command("delete_old_pictures")
forget_entries = Command("forget_entries")
delete_old_partitions = Value("delete_old_partitions", int)
hold = Command("hold")
release_hold = Command("release_hold")
held = Query("held", HoldRow)
