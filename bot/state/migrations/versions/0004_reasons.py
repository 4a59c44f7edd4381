"""Reasons become codes: until here the tables held English sentences."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_CODES = {
    "The feed was removed before this post came.": "feed-removed",
    "The feed was stopped before this post came.": "feed-stopped",
    "It was too late for this post when Paperboy could send it.": "too-late",
    "Paperboy was not running when this post was due, and it was too late for it afterwards.": "missed",
    "Interrupted.": "interrupted",
    "No paper matches that the channel has not had.": "nothing-new",
    "The paper chosen left the catalog before it was posted.": "paper-gone",
    "An admin paused it.": "paused-by-admin",
    "The channel does not exist any more.": "channel-gone",
    "The server is not there any more.": "server-gone",
    "The server has as many threads as Discord allows.": "too-many-threads",
    "The forum wants a tag on each post: choose one with `/daily edit`.": "tag-required",
    "I cannot see the channel: give me View Channel there.": "channel-hidden",
    "I lack a permission in the channel: `/daily edit` checks and names it.": "lacks-permission",
    "The thread is archived and locked.": "thread-archived",
    "The thread is locked.": "thread-locked",
    "The server has as many open threads as Discord allows.": "too-many-open-threads",
    "Too much has been written in the channel since.": "search-too-long",
    "The forum has too many archived posts to look through.": "search-too-long",
    "The bot is not logged in yet.": "not-connected",
    "Discord asks to wait.": "asked-to-wait",
    "Discord refuses the bot's token.": "token-rejected",
    "The way to Discord is blocked.": "blocked",
    "Discord cannot be reached.": "unreachable",
    "The connection to Discord broke.": "connection-broke",
    "Discord did not answer in time.": "no-answer",
}
_PERHAPS = "It is not known whether this post arrived, so it was not sent again: "


def upgrade() -> None:
    """Sentences become reasons: codes with parameters."""
    for table, column in (("deliveries", "note"), ("feeds", "paused_reason")):
        cell: sa.ColumnClause[Any] = sa.column(column, sa.Text)
        rows = sa.table(table, cell)
        connection = op.get_bind()
        sentences = connection.scalars(sa.select(cell).select_from(rows).where(cell.is_not(None)).distinct())
        for sentence in sentences.all():
            coded = json.dumps(_reason(sentence), ensure_ascii=False)
            connection.execute(sa.update(rows).where(cell == sentence).values({column: coded}))


def _reason(sentence: str) -> dict[str, Any]:
    if sentence.startswith(_PERHAPS):
        return {"code": "perhaps-arrived", "because": _reason(sentence.removeprefix(_PERHAPS))}
    code = _CODES.get(sentence)
    return {"code": code} if code else {"code": "said", "text": sentence}
