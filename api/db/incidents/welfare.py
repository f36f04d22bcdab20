from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.incidents.welfare import Round


class WelfareRow(msgspec.Struct, frozen=True):
    """`by_radio`: the radio room wrote the answer down. `over_at`: answered, or the unit left the scene."""

    incident_id: UUID
    assignment_id: UUID
    asked_at: datetime
    asked_again_at: datetime | None
    silent_at: datetime | None
    answered_at: datetime | None
    answered_by: str | None
    by_radio: bool | None
    over_at: datetime | None


open_round = bindings.OpenCheck(Round)
ask = bindings.AskWelfare()
ask_again = bindings.AskWelfareAgain()
note_silence = bindings.NoteSilence()
answer = bindings.AnswerWelfare()
end = bindings.EndWelfare()
anyone_silent = bindings.AnyoneSilent()
of_incidents = bindings.WelfareOf(WelfareRow)
in_emergency = bindings.IsInEmergency()
