"""The officer's steps: accept, decline, en route, arrived, clear. Also the operator's, on a unit's behalf."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post

from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.domain.incidents.assignment import Action
from api.routes.desk.cases import AssignmentOut, IncidentOut, shown, shown_assignment
from api.routes.http.fields import Code, In, Moment, Text
from api.services.citizens import callers
from api.services.citizens.callers import Callers, Words
from api.services.context import Runtime
from api.services.desk import arrival_undo, incident_changes, incidents, overview
from api.services.desk.overview import MissedOffer
from api.services.dispatching import assignments, welfare
from api.services.dispatching.assignments import StepDetails

_ACT: dict[str, Any] = {"operation": Operation.ACT_ON_ASSIGNMENT}


class StepIn(In, kw_only=True):
    """`at`: the phone's own clock when the officer tapped; stored beside ours, never used for the target."""

    at: Moment | None = None


class DeclineIn(In, kw_only=True):
    reason: Code
    at: Moment | None = None


class ClearIn(In, kw_only=True):
    disposition: Code
    note: Text | None = None
    at: Moment | None = None


class BackupIn(In, kw_only=True):
    note: Text | None = None


class TakeBackIn(In, kw_only=True):
    reason: Text


class OwnJob(msgspec.Struct):
    """`words`: what citizens said, without their identity."""

    assignment: AssignmentOut
    incident: IncidentOut
    words: list[Words]


class OwnJobs(msgspec.Struct, omit_defaults=True):
    """`missed`: the last offer that expired unanswered in this shift. `emergency`: my own, until I am safe."""

    held: OwnJob | None
    offer: OwnJob | None
    missed: MissedOffer | None = None
    emergency: IncidentOut | None = None


class Assignments(Controller):
    path = "/v1/assignments"
    tags = ("Assignments",)

    @get("/current", summary="My job and my open offer", opt={"operation": Operation.OWN_ASSIGNMENT})
    async def current(self, db: Database, actor: Actor) -> OwnJobs:
        found = await overview.current(db, actor, db.now())
        held, offer = (
            OwnJob(shown_assignment(each.assignment), shown(each.case), each.words) if each else None
            for each in (found.held, found.offer)
        )
        return OwnJobs(held, offer, found.missed, shown(found.emergency) if found.emergency else None)

    @post("/{assignment_id:uuid}/accept", status_code=200, summary="Accept the job", opt=_ACT)
    async def accept(
        self, runtime: Runtime, actor: Actor, assignment_id: UUID, data: StepIn | None = None
    ) -> AssignmentOut:
        return await _act(runtime, actor, assignment_id, Action.ACCEPT, StepDetails(data.at if data else None))

    @post("/{assignment_id:uuid}/decline", status_code=200, summary="Decline the job", opt=_ACT)
    async def decline(self, runtime: Runtime, actor: Actor, assignment_id: UUID, data: DeclineIn) -> AssignmentOut:
        return await _act(runtime, actor, assignment_id, Action.DECLINE, StepDetails(data.at, data.reason))

    @post("/{assignment_id:uuid}/en-route", status_code=200, summary="Report en route", opt=_ACT)
    async def en_route(
        self, runtime: Runtime, actor: Actor, assignment_id: UUID, data: StepIn | None = None
    ) -> AssignmentOut:
        return await _act(runtime, actor, assignment_id, Action.SET_OUT, StepDetails(data.at if data else None))

    @post("/{assignment_id:uuid}/arrived", status_code=200, summary="Report arrival", opt=_ACT)
    async def arrived(
        self, runtime: Runtime, actor: Actor, assignment_id: UUID, data: StepIn | None = None
    ) -> AssignmentOut:
        return await _act(runtime, actor, assignment_id, Action.ARRIVE, StepDetails(data.at if data else None))

    @post("/{assignment_id:uuid}/not-arrived", status_code=200, summary="Take back an arrival", opt=_ACT)
    async def not_arrived(
        self, runtime: Runtime, actor: Actor, assignment_id: UUID, data: StepIn | None = None
    ) -> AssignmentOut:
        details = StepDetails(data.at if data else None)
        return shown_assignment(await arrival_undo.not_arrived(runtime, actor, assignment_id, runtime.now(), details))

    @post("/{assignment_id:uuid}/well", status_code=200, summary="All is well at the scene", opt=_ACT)
    async def well(self, runtime: Runtime, actor: Actor, assignment_id: UUID) -> AssignmentOut:
        return shown_assignment(await welfare.all_well(runtime, actor, assignment_id, runtime.now()))

    @post(
        "/{assignment_id:uuid}/withdraw",
        status_code=200,
        summary="Withdraw a unit from a job",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def withdraw(self, runtime: Runtime, actor: Actor, assignment_id: UUID, data: TakeBackIn) -> AssignmentOut:
        return shown_assignment(
            await incident_changes.take_back(runtime, actor, assignment_id, data.reason, runtime.now())
        )

    @post(
        "/{assignment_id:uuid}/caller",
        status_code=200,
        summary="The caller's number, once the job is accepted; logged",
        opt={"operation": Operation.OWN_ASSIGNMENT},
    )
    async def caller(self, db: Database, actor: Actor, assignment_id: UUID) -> Callers:
        return await callers.of_assignment(db, actor, assignment_id, db.now())

    @post("/{assignment_id:uuid}/clear", status_code=200, summary="Clear the job", opt=_ACT)
    async def clear(self, runtime: Runtime, actor: Actor, assignment_id: UUID, data: ClearIn) -> AssignmentOut:
        return await _act(
            runtime, actor, assignment_id, Action.CLEAR, StepDetails(data.at, data.disposition, data.note)
        )

    @post(
        "/{assignment_id:uuid}/backup",
        status_code=202,
        summary="Ask for backup",
        opt={"operation": Operation.OWN_ASSIGNMENT},
    )
    async def backup(self, runtime: Runtime, actor: Actor, assignment_id: UUID, data: BackupIn | None = None) -> None:
        await incidents.ask_for_backup(runtime, actor, assignment_id, data.note if data else None, runtime.now())


async def _act(
    runtime: Runtime, actor: Actor, assignment_id: UUID, action: Action, details: StepDetails
) -> AssignmentOut:
    return shown_assignment(await assignments.act(runtime, actor, assignment_id, action, runtime.now(), details))
