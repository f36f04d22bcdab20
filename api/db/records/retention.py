"""Deletion of data past its retention period, and legal holds."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings


class HoldRow(msgspec.Struct, frozen=True):
    id: UUID
    reason: str
    held_by: str
    held_at: datetime


delete_old_images = bindings.DeleteOldImages()
delete_old_tracks = bindings.DeleteOldTracks()
delete_old_batches = bindings.DeleteOldBatches()
delete_old_deliveries = bindings.DeleteOldDeliveries()
delete_old_fallbacks = bindings.DeleteOldFallbacks()
delete_old_outgoing = bindings.DeleteOldOutgoing()
delete_old_sessions = bindings.DeleteOldSessions()
delete_old_rosters = bindings.DeleteOldRosters()
delete_old_invitations = bindings.DeleteOldInvitations()
delete_old_unit_messages = bindings.DeleteOldUnitMessages()
delete_old_messages = bindings.DeleteOldMessages()
delete_old_unmatched_locations = bindings.DeleteOldUnmatchedLocations()
delete_old_caller_locations = bindings.DeleteOldCallerLocations()
delete_old_caller_links = bindings.DeleteOldCallerLinks()
delete_old_warnings = bindings.DeleteOldWarnings()
delete_old_photos = bindings.DeleteOldPhotos()
forget_reporters = bindings.ForgetReporters()
forget_callers = bindings.ForgetCallers()
forget_cases = bindings.ForgetCases()
forget_clearing_notes = bindings.ForgetClearingNotes()
forget_safety_notes = bindings.ForgetSafetyNotes()
forget_alerts = bindings.ForgetAlerts()
delete_old_templates = bindings.DeleteOldTemplates()
delete_old_pictures = bindings.DeleteOldPictures()
forget_entries = bindings.ForgetEntries()
delete_old_partitions = bindings.DeleteOldPartitions()
hold = bindings.Hold()
release_hold = bindings.ReleaseHold()
held = bindings.Held(HoldRow)
