"""Sipha's proposals to the radio room, and how far it may act automatically."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, get, post, put

from api.db.dispatching.planning import ProposalRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.domain.dispatching.delegation import Delegated, Delegation, KindNeeds
from api.domain.dispatching.proposal import ProposalState
from api.domain.incidents.incident import IncidentKind
from api.routes.http.fields import In, Items, Text
from api.routes.http.gate import Identity
from api.services.context import Runtime
from api.services.desk import proposal_decisions
from api.services.dispatching import delegation, proposals


class RejectIn(In, kw_only=True):
    reason: Text | None = None


class ProposalDecided(msgspec.Struct):
    id: UUID
    state: ProposalState


class Proposals(Controller):
    path = "/v1/proposals"
    tags = ("Proposals",)

    @get("/", summary="Proposals waiting for the radio room", opt={"operation": Operation.SEE_PROPOSALS})
    async def listed(self, db: Database, actor: Actor) -> Items[ProposalRow]:
        return Items(await proposals.listed(db, actor))

    @post(
        "/{proposal_id:uuid}/accept",
        status_code=200,
        summary="Accept a proposal",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def accept(self, runtime: Runtime, actor: Actor, proposal_id: UUID) -> ProposalDecided:
        now = runtime.now()
        state = await proposal_decisions.decide(runtime, actor, proposal_id, ProposalState.ACCEPTED, None, now)
        return ProposalDecided(proposal_id, state)

    @post(
        "/{proposal_id:uuid}/reject",
        status_code=200,
        summary="Reject a proposal",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def reject(
        self, runtime: Runtime, actor: Actor, proposal_id: UUID, data: RejectIn | None = None
    ) -> ProposalDecided:
        reason, now = (data or RejectIn()).reason, runtime.now()
        state = await proposal_decisions.decide(runtime, actor, proposal_id, ProposalState.REJECTED, reason, now)
        return ProposalDecided(proposal_id, state)


class DelegationIn(In, kw_only=True):
    """`needs`: by kind of incident, how many units, crew per unit, capabilities. `lends_units`: neighbours may ask
    for ours. `face_words`: how many people must confirm a face match before anybody is sent."""

    offers: Delegated
    diversions: Delegated
    swaps: Delegated
    repositioning: Delegated
    mutual_aid: Delegated
    unheard_reports: Delegated = Delegated.AUTOMATIC
    needs: dict[IncidentKind, KindNeeds] = msgspec.field(default_factory=dict[IncidentKind, KindNeeds])
    beat_floor: Annotated[int, msgspec.Meta(ge=0, le=20)] = 1
    lends_units: bool = False
    face_words: Annotated[int, msgspec.Meta(ge=1, le=2)] = 2


class DelegationOut(msgspec.Struct):
    """`delegated_by`: who signed it. Automatic actions need no further decision from the radio room."""

    offers: Delegated
    diversions: Delegated
    swaps: Delegated
    repositioning: Delegated
    mutual_aid: Delegated
    unheard_reports: Delegated
    needs: dict[IncidentKind, KindNeeds]
    beat_floor: int
    lends_units: bool
    face_words: int
    delegated_by: str
    delegated_at: datetime


class StationDelegation(Controller):
    path = "/v1/delegation"
    tags = ("Proposals",)

    @get("/", summary="The station's delegation", opt={"operation": Operation.SEE_DELEGATION})
    async def read(self, db: Database, actor: Actor) -> DelegationOut:
        return _shown(await delegation.read(db, actor))

    @put("/", summary="Replace the delegation", opt={"operation": Operation.DELEGATE, "step_up": True})
    async def write(self, runtime: Runtime, actor: Actor, identity: Identity, data: DelegationIn) -> DelegationOut:
        author = identity.user.display_name if identity.user else str(actor.role)
        chosen = Delegation(**{field: getattr(data, field) for field in Delegation.__struct_fields__})
        now = runtime.now()
        wanted = delegation.DelegationRecord(
            chosen, data.needs, data.beat_floor, data.lends_units, data.face_words, author, now
        )
        return _shown(await delegation.write(runtime, actor, wanted, now))


def _shown(written: delegation.DelegationRecord) -> DelegationOut:
    return DelegationOut(
        **msgspec.structs.asdict(written.delegation),
        needs=written.needs,
        beat_floor=written.beat_floor,
        lends_units=written.lends_units,
        face_words=written.face_words,
        delegated_by=written.delegated_by,
        delegated_at=written.delegated_at,
    )
