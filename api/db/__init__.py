"""PostgreSQL: the schema of record, named queries, and transactions opened for an Actor."""
