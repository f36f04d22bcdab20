"""The time points of a case and the source of each: written once; missing stays missing."""

from enum import StrEnum


class Point(StrEnum):
    RECEIVED = "received"
    VERIFIED = "verified"
    OFFERED = "offered"
    SENT = "sent"
    DELIVERED = "delivered"
    SHOWN = "shown"
    OPENED = "opened"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    CLEARED = "cleared"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"


class Source(StrEnum):
    SYSTEM = "system"
    OFFICER = "officer"
    OPERATOR = "operator"
    PHONE = "phone"
    CITIZEN = "citizen"
    GEOFENCE = "geofence"
