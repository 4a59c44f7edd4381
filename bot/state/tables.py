"""The tables of daily papers, of what people added, and of what the bot itself remembers."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    false,
)

from bot.state.columns import Instant, RowId, Typed, Weekdays, Why
from bot.state.table_base import metadata, person, told

parked = Table(
    "parked",
    metadata,
    Column("key", String(16), primary_key=True),
    Column("text", Typed, nullable=False),
    Column("parked_at", Instant, nullable=False),
    info=told(
        holds="what does not fit into a button: the text of a long search, the settings of a daily "
        "paper that was shown to be confirmed, a form for them in which something couldn't be read",
        person="what was searched, chosen or filled in, without by whom",
        kept="90 days after its button was last pressed",
    ),
)
"""What did not fit into a button's custom_id, by the key that stands there instead; `parked_at` is when it
was last needed, to a day."""

feeds = Table(
    "feeds",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False, index=True),
    Column("channel_id", BigInteger, nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("at", Time, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("weekdays", Weekdays, nullable=False),
    Column("topic", Typed, nullable=False),
    Column("papers", Integer, nullable=False),
    Column("thread", Boolean, nullable=False),
    Column("publish", Boolean, nullable=False),
    Column("ping_role_id", BigInteger),
    Column("tag_id", BigInteger),
    Column("created_by", BigInteger, nullable=False, info=person(row=False)),
    Column("created_at", Instant, nullable=False),
    Column("next_due_at", Instant, index=True),
    Column("paused_at", Instant),
    Column("paused_reason", Why),
    Column("gone_at", Instant, index=True),
    Column("gone", String(8)),
    Column("tell_from", Instant, index=True),
    Column("told_exhausted", Boolean, nullable=False, server_default=false()),
    Column("draft", String(16), unique=True),
    Column("edition", String(8), nullable=False, server_default="daily"),
    Column("learn", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,
    info=told(
        holds="a server's daily papers and weekly digests: channel, time, topic, the role to ping",
        person="the id of who set it up, to tell them when it has to pause",
        kept="until it is removed, or 30 days after the bot or the channel has left; "
        "the person's id until they use `/privacy delete`",
    ),
)
"""The daily feeds. `next_due_at` is empty while one is paused or gone; `weekdays` has bit 0 for Monday;
`gone` says what went (`server` or `channel`); `tell_from` is when its admin is (again) to be told of a pause;
`draft` is the key of what was confirmed, so that a button pressed twice sets up one feed.
Ids are never used twice, since deliveries outlive their feed."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("feed_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("channel_kind", String(8), nullable=False),
    Column("local_date", Date, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("nonce", String(25), nullable=False),
    Column("state", String(8), nullable=False),
    Column("kind", String(9), nullable=False),
    Column("picks", Text),
    Column("owner", String(64)),
    Column("wake_at", Instant, index=True),
    Column("attempts", Integer, nullable=False),
    Column("last_attempt_at", Instant),
    Column("unsure_since", Instant),
    Column("message_id", BigInteger),
    Column("message_channel_id", BigInteger),
    Column("thread_due", Boolean, nullable=False),
    Column("publish_due", Boolean, nullable=False),
    Column("sent_at", Instant),
    Column("note", Why),
    UniqueConstraint("feed_id", "local_date"),
    Index(None, "channel_id"),
    sqlite_autoincrement=True,
    info=told(
        holds="which paper was posted where and when",
        person="nothing",
        kept="until the state is deleted; 30 days after the bot or the channel has left",
    ),
)
"""One row for each feed and local day. `wake_at` is when anybody may take the row up: the end of its owner's
lease, or of a wait; empty when nothing is left to do. `unsure_since` is the first attempt whose outcome
nobody knows."""

delivered = Table(
    "delivered",
    metadata,
    Column("channel_id", BigInteger, primary_key=True),
    Column("paper_id", String(64), primary_key=True),
    Column("guild_id", BigInteger, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("local_date", Date, nullable=False),
    Column("delivery_id", BigInteger, nullable=False, index=True),
    Column("message_id", BigInteger),
    Column("message_channel_id", BigInteger),
    Column("delivered_at", Instant),
    info=told(
        holds="which papers a channel had, so that none comes twice",
        person="nothing",
        kept="until the state is deleted; for a deleted channel 30 days",
    ),
)
"""The papers that a channel had. They belong to the channel: feeds come and go. Without a message id, a paper
is set aside for a delivery under way."""

synced_commands = Table(
    "synced_commands",
    metadata,
    Column("application_id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("ids", Text),
    info=told(
        holds="which commands Discord was last given, and by which ids",
        person="nothing",
        kept="until the state is deleted",
    ),
)
"""The digest of the command definitions that Discord was last given, by application, and `ids`, a JSON object
of the ids that Discord gave them."""

added = Table(
    "added",
    metadata,
    Column("paper_id", String(64), primary_key=True),
    Column("record", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("origin", String(1)),
    info=told(
        holds="the papers that people added with `/paper add` and that arXiv or Hugging Face knows,"
        " as they tell of them; from earlier versions also as people wrote them, found by "
        "their ids alone",
        person="nothing: not by whom",
        kept="until the state is deleted, or the operator removes the paper",
    ),
)
"""Papers that members added and a source knows, with the letter of that source: the catalog can be deleted,
these come back from here. Rows without a letter are from before: they may hold what somebody wrote, nobody
knows where, and are found by their ids alone."""

written = Table(
    "written",
    metadata,
    Column("owner_kind", String(8), primary_key=True),
    Column(
        "owner_id",
        BigInteger,
        primary_key=True,
        autoincrement=False,
        info=person(row=True, where=("owner_kind", "person")),
    ),
    Column("paper_id", String(64), primary_key=True),
    Column("own_id", String(64), nullable=False),
    Column("record", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
    info=told(
        holds="papers that no source knows, in the words of the BibTeX that somebody gave: for the "
        "server where that was, and found there only; in direct messages, and where the bot "
        "is not a member, for the person alone",
        person="outside of servers the id of who wrote it, and what they wrote",
        kept="until a source knows the paper, the operator removes it, its person uses "
        "`/privacy delete`, or the state is deleted",
    ),
)
"""Papers that no source knows, as people wrote them: of a `server`, or outside of servers of a `person`.
`own_id` is the id that the title makes."""

hidden = Table(
    "hidden",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("hidden_at", Instant, nullable=False),
    info=told(
        holds="the papers that a server's admins hid there",
        person="nothing: not by whom",
        kept="until they are shown again, or the state is deleted",
    ),
)
"""The papers that a server does not want to see."""

removed = Table(
    "removed",
    metadata,
    Column("paper_id", String(64), primary_key=True),
    Column("removed_as", String(64), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("removed_at", Instant, nullable=False),
    info=told(
        holds="the papers that the operator took out for good",
        person="nothing",
        kept="until that is undone, or the state is deleted",
    ),
)
"""The papers that the operator took out for good, each under every id that it had; `removed_as` is the one
under which it stood in the catalog."""

add_rules = Table(
    "add_rules",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("who", String(16), nullable=False),
    Column("role_id", BigInteger),
    info=told(
        holds="who may add papers in a server: a permission, a role",
        person="nothing",
        kept="until the state is deleted",
    ),
)
"""Who may add papers in a server, where an admin changed it."""

greeted = Table(
    "greeted",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("greeted_at", Instant, nullable=False),
    info=told(
        holds="the servers that were said hello to, so that none is twice",
        person="nothing",
        kept="until the state is deleted",
    ),
)
"""The servers that were said hello to, or could not be: no server is greeted twice."""

begun = Table(
    "begun",
    metadata,
    Column("what", String(16), primary_key=True),
    Column("at", Instant, nullable=False),
    info=told(
        holds="since when account is kept of that, and until when deletions are noted beside the backups",
        person="nothing",
        kept="until the state is deleted",
    ),
)
"""Since when this state knows what is named: servers joined before `greeting` began count as greeted."""

openings = Table(
    "openings",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("opened_at", Instant, nullable=False),
    info=told(
        holds="when the bot opened direct messages to tell admins and those who follow, so that it opens few "
        "at once",
        person="nothing: not to whom",
        kept="10 minutes, until the next is opened",
    ),
)
"""When direct messages were opened, not to whom: all processes share one budget for admins and those who
follow."""
