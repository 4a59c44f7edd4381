"""Alembic's entry: runs the migrations on the connection that `Store.migrate` passes in."""

from alembic import context

from bot.state.all_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
