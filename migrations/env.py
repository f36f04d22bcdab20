"""Alembic's entry: online only, as the schema's owner, with GeoAlchemy2's helpers so that PostGIS' own tables are left
alone."""

from alembic import context
from geoalchemy2 import alembic_helpers

from api.db.migrate import connect, only_migration
from api.db.tables import metadata


def include_name(name: str | None, kind: str, parents: object) -> bool:  # noqa: ARG001
    return kind != "table" or name in metadata.tables


with connect(context.config.attributes["url"]) as connection, only_migration(connection):
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=include_name,
        include_object=alembic_helpers.include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
