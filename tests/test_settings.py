"""Settings are read once; a wrong one is named in one sentence, without its value."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import load_settings


def test_the_shards_of_a_process_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_SHARD_COUNT", "4")
    monkeypatch.setenv("PAPERBOY_SHARD_IDS", "2, 3")
    assert load_settings().shard_ids == [2, 3]


@pytest.mark.parametrize(
    ("name", "value", "others"),
    [
        ("PAPERBOY_SHARD_IDS", "0", {}),
        ("PAPERBOY_SHARD_IDS", "2", {"PAPERBOY_SHARD_COUNT": "2"}),
        ("PAPERBOY_SHARD_IDS", "first", {"PAPERBOY_SHARD_COUNT": "2"}),
        ("PAPERBOY_SHARD_COUNT", "0", {}),
        ("PAPERBOY_DISCORD_API", "discord.example", {}),
        ("PAPERBOY_DISCORD_GATEWAY", "https://discord.example", {}),
        ("PAPERBOY_LOG_LEVEL", "LOUD", {}),
        ("PAPERBOY_HOMEPAGE", "javascript:alert(1)", {}),
        ("PAPERBOY_TERMS_URL", "javascript:alert(1)", {}),
        ("PAPERBOY_PRIVACY_URL", "example.org/privacy", {}),
    ],
)
def test_a_wrong_setting_is_named(
    name: str, value: str, others: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, text in {name: value, **others}.items():
        monkeypatch.setenv(key, text)
    with pytest.raises(SettingsError, match=f"The setting {name} is wrong: "):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PAPERBOY_LOG_LEVEL", "LOUD", "it's one of DEBUG, INFO, WARNING or ERROR."),
        ("PAPERBOY_UPDATES", "maybe", "it's true or false."),
        ("PAPERBOY_SHARD_IDS", "first", "it takes whole numbers only."),
        ("PAPERBOY_SHARD_COUNT", "0", "it must be at least 1."),
        ("PAPERBOY_REQUESTS_PER_SECOND", "0", "it must be more than 0."),
        ("PAPERBOY_REQUESTS_PER_SECOND", "many", "it takes a number."),
        ("PAPERBOY_ARXIV_ENDPOINT", "arxiv", "it's an address such as https://example.org."),
        ("PAPERBOY_DISCORD_GATEWAY", "discord", "it's an address such as wss://example.org."),
        ("PAPERBOY_TERMS_URL", "terms", "it's an address such as https://example.org."),
    ],
)
def test_a_wrong_setting_says_what_would_be_right(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert str(error.value) == f"The setting {name} is wrong: {sentence}"


def test_a_setting_that_is_left_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISCORD_TOKEN", "DATABASE_URL", "PAPERBOY_SHARD_COUNT", "PAPERBOY_SENTENCE_MODEL"):
        monkeypatch.setenv(name, "")
    settings = load_settings()
    assert settings.token is None
    assert settings.shard_count is None
    assert settings.sentence_model is None
    assert settings.state_url.startswith("sqlite:///")


def test_the_log_level_may_be_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_LOG_LEVEL", "debug")
    assert load_settings().log_level == "DEBUG"


def test_everything_is_kept_in_the_data_folder_which_is_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAPERBOY_DATA", str(tmp_path / "papers" / "here"))
    settings = load_settings()
    assert (tmp_path / "papers" / "here").is_dir()
    assert settings.catalog == tmp_path / "papers" / "here" / "catalog.db"
    assert settings.state_url == f"sqlite:///{tmp_path / 'papers' / 'here' / 'state.db'}"


def test_a_path_may_begin_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PAPERBOY_DATA", "~/papers")
    monkeypatch.setenv("PAPERBOY_SENTENCE_MODEL", "~/model")
    settings = load_settings()
    assert settings.catalog == tmp_path / "papers" / "catalog.db"
    assert settings.sentence_model == tmp_path / "model"


def test_a_path_may_begin_where_paperboy_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERBOY_DATA", "papers")
    settings = load_settings()
    monkeypatch.chdir("/")
    assert settings.catalog == tmp_path / "papers" / "catalog.db"


def test_a_data_folder_that_keeps_nothing_is_not_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAPERBOY_DATA", str(tmp_path / "missing"))
    monkeypatch.setenv("PAPERBOY_CATALOG", str(tmp_path / "catalog.db"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/paperboy")
    load_settings()
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("key", ["a key and more", "schlüssel", "two\nlines"])
def test_a_key_that_no_header_takes_is_named_without_it(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_SEMANTIC_SCHOLAR_KEY", key)
    with pytest.raises(SettingsError) as error:
        load_settings()
    says = "it's the key alone, as Semantic Scholar's mail has it."
    assert str(error.value) == f"The setting PAPERBOY_SEMANTIC_SCHOLAR_KEY is wrong: {says}"
