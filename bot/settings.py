"""Settings: read once in `main` from the environment and `.env`, and passed down. See `docs/settings.md`."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AliasChoices,
    Field,
    JsonValue,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError
from bot.setting_faults import ADDRESS, check_env_file, mailbox, what_is_right
from bot.shipped import data_folder


def when_not_set(what: str) -> dict[str, JsonValue]:
    """For docs/settings.md: what holds where the setting is not given."""
    return {"when_not_set": what}


_PAGE = r"^https?://[^/\s][^\s]{0,400}$"
"""A page's address that fits behind a button of Discord's."""


class Settings(BaseSettings):
    """Each field is the environment variable `PAPERBOY_<NAME>`, or the name that it says."""

    model_config = SettingsConfigDict(
        env_prefix="PAPERBOY_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
    )

    token: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("DISCORD_TOKEN", "PAPERBOY_TOKEN"),
        description="The bot's token, from Discord's developer portal.",
        json_schema_extra=when_not_set("needed by `paperboy run`"),
    )
    database_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("DATABASE_URL", "PAPERBOY_DATABASE_URL"),
        description="Where the state is kept: `postgresql://…`, `postgres://…` or `sqlite:///…`. A "
        "path is taken as it stands, `?`, `#` and `%` included; a password may hold `/`, "
        "`@` and `#`, as they are or as `%2F`, `%40` and `%23`.",
        json_schema_extra=when_not_set("a file, `state.db` in the data folder"),
    )
    data: Path = Field(
        default_factory=data_folder,
        description="The folder for the catalog and the state. It is made where it is missing.",
        json_schema_extra=when_not_set(
            "`data/` of a checkout; your own data folder (such as `~/.local/share/paperboy`) "
            "where Paperboy was installed with pip"
        ),
    )
    catalog: Path = Field(
        default_factory=lambda given: given["data"] / "catalog.db",
        description="The catalog's file.",
        json_schema_extra=when_not_set("`catalog.db` in the data folder"),
    )
    sentence_model: Path | None = Field(
        default=None,
        description="The folder of a sentence model (all-MiniLM-L6-v2): questions are ranked by "
        "meaning. See [`paperboy embed`](operating.md#paperboy-embed).",
        json_schema_extra=when_not_set("none"),
    )
    discord_api: str | None = Field(
        default=None,
        pattern="^https?://[^/]",
        description="Another address of Discord's REST API, version included: that of a proxy which "
        "shares one rate budget between processes.",
        json_schema_extra=when_not_set("Discord's own"),
    )
    discord_gateway: str | None = Field(
        default=None,
        pattern="^wss?://[^/]",
        description="Another address of Discord's gateway, as in `wss://…`.",
        json_schema_extra=when_not_set("Discord's own"),
    )
    shard_count: int | None = Field(
        default=None,
        ge=1,
        description="How many shards all processes have together.",
        json_schema_extra=when_not_set("what Discord advises"),
    )
    shard_ids: Annotated[list[int] | None, NoDecode] = Field(
        default=None,
        description="The shards of this process, as in `0,1`. Two processes share none, or both would"
        " answer each command.",
        json_schema_extra=when_not_set("all of them"),
    )
    requests_per_second: float | None = Field(
        default=None,
        gt=0,
        description="REST requests that it may make each second. Discord takes 50 from the whole bot,"
        " so the figures of all processes together stay below that.",
        json_schema_extra=when_not_set("this process's shards' share of 48"),
    )
    updates: bool = Field(
        default=True,
        description="Whether `paperboy run` keeps the catalog fresh by itself; see [Sources](sources.md).",
        json_schema_extra=when_not_set("`true`"),
    )
    hugging_face_endpoint: str = Field(
        default="https://huggingface.co",
        pattern="^https?://[^/]",
        description="Another address of Hugging Face, such as a mirror's.",
        json_schema_extra=when_not_set("`https://huggingface.co`"),
    )
    hugging_face_token: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("HF_TOKEN", "PAPERBOY_HUGGING_FACE_TOKEN"),
        description="A token of Hugging Face, which raises its limits.",
        json_schema_extra=when_not_set("none; none is needed"),
    )
    arxiv_endpoint: str = Field(
        default="https://export.arxiv.org",
        pattern="^https?://[^/]",
        description="Another address of arXiv's API.",
        json_schema_extra=when_not_set("`https://export.arxiv.org`"),
    )
    arxiv_follow: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Queries in arXiv's language whose new papers are wanted, as in `cat:cs.MA, cat:cs.CL`.",
        json_schema_extra=when_not_set("none"),
    )
    semantic_scholar_key: SecretStr | None = Field(
        default=None,
        description="A key of Semantic Scholar's API: cards and pages say how often papers are cited. See "
        "[Citations](sources.md#citations).",
        json_schema_extra=when_not_set("nobody is asked, and nothing said"),
    )
    semantic_scholar_endpoint: str = Field(
        default="https://api.semanticscholar.org",
        pattern="^https?://[^/]",
        description="Another address of Semantic Scholar's API.",
        json_schema_extra=when_not_set("`https://api.semanticscholar.org`"),
    )
    homepage: str | None = Field(
        default=None,
        pattern=_PAGE,
        description="The address of a page on this bot or its source, as in "
        "`https://example.org/bot`. `/about` links to it, and each source sees it beside "
        "each request, to know whom to ask.",
        json_schema_extra=when_not_set("none"),
    )
    terms_url: str | None = Field(
        default=None,
        pattern=_PAGE,
        description="The address of your bot's terms of service, which `/about` links to and Discord asks "
        "for when it verifies a bot. [Terms](terms.md) are a page to begin with.",
        json_schema_extra=when_not_set("none"),
    )
    privacy_url: str | None = Field(
        default=None,
        pattern=_PAGE,
        description="The address of your bot's privacy policy, in the same way. [Privacy](privacy.md) says "
        "what is stored.",
        json_schema_extra=when_not_set("none"),
    )
    web: str | None = Field(
        default=None,
        pattern=ADDRESS,
        description="Where the pages and feeds for readers are served, as in `127.0.0.1:8080`.",
        json_schema_extra=when_not_set("nowhere"),
    )
    web_operator: str | None = Field(
        default=None,
        pattern=ADDRESS,
        description="Where operators alone look: metrics, and why the bot is not ready, as in "
        "`127.0.0.1:9090`. Keep it from the public.",
        json_schema_extra=when_not_set("nowhere"),
    )
    web_proxies: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="The addresses of the proxies in front of the pages, as in `127.0.0.1, 10.0.0.0/8`: "
        "what they say in `X-Forwarded-For` counts.",
        json_schema_extra=when_not_set("none"),
    )
    web_robots: bool = Field(
        default=False,
        description="Whether search engines may list the pages.",
        json_schema_extra=when_not_set("`false`: `robots.txt` keeps them out"),
    )
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s?#{}%@]+(?:/[A-Za-z0-9_.~-]+)*/?$",
        description="Where readers reach the pages, as in `https://papers.example.org`: "
        "cards and mails link there.",
        json_schema_extra=when_not_set("no links to pages, and no mail"),
    )
    secret: SecretStr | None = Field(
        default=None,
        description="The key for what is encrypted at rest, from `paperboy secret`. Keep it: without it the "
        "addresses of mails can't be read again.",
        json_schema_extra=when_not_set("no mail"),
    )
    backups: Path | None = Field(
        default=None,
        description="The folder in which the running bot keeps the last 7 daily backups of the state, and "
        "the list of what was deleted since. See [Backups](backups.md).",
        json_schema_extra=when_not_set("it makes none by itself"),
    )
    smtp_host: str | None = Field(
        default=None,
        pattern=r"^[^\s:/]+$",
        description="The mail server that takes our mails, as in `smtp.example.org`. See [Mail](mail.md).",
        json_schema_extra=when_not_set("no mail"),
    )
    smtp_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="Its port.",
        json_schema_extra=when_not_set("587 with `starttls`, 465 with `tls`, 25 with `none`"),
    )
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="How the connection to it is encrypted: `starttls`, `tls` from the start, or `none`, for "
        "one on the same machine.",
        json_schema_extra=when_not_set("`starttls`"),
    )
    smtp_user: str | None = Field(
        default=None,
        description="The name to log in there with.",
        json_schema_extra=when_not_set("no login"),
    )
    smtp_password: SecretStr | None = Field(
        default=None,
        description="Its password.",
        json_schema_extra=when_not_set("no login"),
    )
    smtp_from: str | None = Field(
        default=None,
        description="Whom mails are from, as in `Paperboy <papers@example.org>`.",
        json_schema_extra=when_not_set("no mail"),
    )
    smtp_per_minute: int = Field(
        default=120,
        ge=1,
        le=60_000,
        description="How many mails a process hands over in a minute at most.",
        json_schema_extra=when_not_set("120"),
    )
    mail_unsubscribe_to: str | None = Field(
        default=None,
        description="An address that you read, for mail programs that end mails by writing one: its subject "
        "has the link to press, as [Mail](mail.md#who-writes-instead) says.",
        json_schema_extra=when_not_set("mails are ended by their links alone"),
    )
    dkim_key: Path | None = Field(
        default=None,
        description="A file with an RSA key, with which mails are signed (DKIM).",
        json_schema_extra=when_not_set("not signed: the mail server has to"),
    )
    dkim_selector: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,200}[A-Za-z0-9])?$",
        description="The selector under which DNS has that key's public half.",
        json_schema_extra=when_not_set("needed with `PAPERBOY_DKIM_KEY`"),
    )
    dkim_domain: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?$",
        description="The domain that signs.",
        json_schema_extra=when_not_set("that of `PAPERBOY_SMTP_FROM`"),
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO",
        description="How much is logged: DEBUG, INFO, WARNING or ERROR.",
        json_schema_extra=when_not_set("`INFO`"),
    )

    log_format: Literal["text", "json"] = Field(
        default="text",
        description="How a line of the log is written: text, or json, one object a line. See "
        "[Logs](operating.md#logs).",
        json_schema_extra=when_not_set("`text`"),
    )
    sentry_dsn: SecretStr | None = Field(
        default=None,
        description="The address (DSN) of a Sentry project that is told of errors: what failed and where in "
        "the code, never a text, a name or an id of a person. Needs `pip install sentry-sdk`.",
        json_schema_extra=when_not_set("nobody is told"),
    )

    @field_validator("web", "web_operator")
    @classmethod
    def _has_a_port(cls, address: str | None) -> str | None:
        if address is not None and not 0 <= int(address.rpartition(":")[2]) < 2**16:
            raise ValueError("its port is from 1 to 65535")
        return address

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("semantic_scholar_key")
    @classmethod
    def _fits_a_header(cls, key: SecretStr | None) -> SecretStr | None:
        bare = key.get_secret_value().strip() if key is not None else ""
        if not bare.isascii() or not bare.isprintable() or " " in bare:
            raise ValueError("it's the key alone, as Semantic Scholar's mail has it")
        return SecretStr(bare) if bare else None

    @field_validator("smtp_from", "mail_unsubscribe_to")
    @classmethod
    def _is_mailbox(cls, value: str | None, field: ValidationInfo) -> str | None:
        return None if value is None else mailbox(value, named=field.field_name == "smtp_from")

    @field_validator("data", "catalog", "sentence_model", "backups", "dkim_key")
    @classmethod
    def _from_home(cls, path: Path | None) -> Path | None:
        """`~` is the person's own folder in `.env`, too, which no shell reads."""
        return path and path.expanduser().absolute()

    @field_validator("shard_ids", "arxiv_follow", "web_proxies", mode="before")
    @classmethod
    def _separate(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("shard_ids")
    @classmethod
    def _are_counted(cls, shards: list[int] | None, others: ValidationInfo) -> list[int] | None:
        count = others.data.get("shard_count")
        if shards is not None and (count is None or not all(0 <= shard < count for shard in shards)):
            raise ValueError("they count from 0 to one less than PAPERBOY_SHARD_COUNT, which must be set too")
        return shards

    @field_validator("web_proxies")
    @classmethod
    def _are_networks(cls, proxies: list[str]) -> list[str]:
        for each in proxies:
            try:
                ip_network(each, strict=False)
            except ValueError:
                raise ValueError("they're addresses such as 127.0.0.1 or 10.0.0.0/8") from None
        return proxies

    @property
    def state_url(self) -> str:
        """The state's address: as it was set, else the file in the data folder."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data / 'state.db'}"


def load_settings() -> Settings:
    """The settings; SettingsError names the first that is wrong, without its value.

    The data folder is made where it is missing, if anything is kept there.
    """
    check_env_file(Path(".env"))
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]).upper()
        name = (
            name
            if name in ("DISCORD_TOKEN", "DATABASE_URL", "HF_TOKEN")
            else f"PAPERBOY_{name.removeprefix('PAPERBOY_')}"
        )
        raise SettingsError(f"The setting {name} is wrong: {what_is_right(first)}.") from None
    if settings.database_url is None or settings.catalog.parent == settings.data:
        _make(settings.data)
    return settings


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"I can't make the folder {folder} ({error.strerror}). "
            "Set PAPERBOY_DATA to one that I may write to."
        ) from None
