"""Persons and addresses that one must not handle."""

from uuid import UUID

from litestar import Controller, delete, get, post

from api.db.incidents.oversight import DeclarationRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.domain.incidents.conflict import DeclarationKind
from api.routes.http.fields import In, Items, Lat, Line, Lon
from api.services.access import declarations
from api.services.access.declarations import NewDeclaration


class DeclarationIn(In, kw_only=True):
    """An address with its place, or a person by name and, better, telephone number. `household`: one's own."""

    id: UUID
    kind: DeclarationKind
    words: Line
    lat: Lat | None = None
    lon: Lon | None = None
    phone: Line | None = None
    household: bool = False


class Declarations(Controller):
    path = "/v1/declarations"
    tags = ("Who",)

    @get("/", summary="What I must not handle", opt={"operation": Operation.OWN_ACCOUNT})
    async def listed(self, db: Database, actor: Actor) -> Items[DeclarationRow]:
        return Items(await declarations.listed(db, actor))

    @post("/", summary="Declare a person or address", opt={"operation": Operation.OWN_ACCOUNT, "own_id": True})
    async def declare(self, db: Database, actor: Actor, data: DeclarationIn) -> Items[DeclarationRow]:
        new = NewDeclaration(**{field: getattr(data, field) for field in NewDeclaration.__struct_fields__})
        return Items(await declarations.declare(db, actor, new, db.now()))

    @delete("/{declaration_id:uuid}", summary="It no longer applies", opt={"operation": Operation.OWN_ACCOUNT})
    async def end(self, db: Database, actor: Actor, declaration_id: UUID) -> None:
        await declarations.end(db, actor, declaration_id, db.now())
