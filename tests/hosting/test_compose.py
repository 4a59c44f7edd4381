"""compose.yaml: what Compose can read, and what it asks for."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from dotenv import dotenv_values
from ruamel.yaml import YAML

from bot.settings import Settings
from bot.state.address import engine_url
from tests.docs.made import setting_names
from tests.hosting.containerfile import stages
from tests.support.project import PROJECT

FILE = PROJECT / "compose.yaml"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = YAML(typ="safe").load(FILE.read_text("utf-8"))
    return read


@pytest.fixture(scope="module")
def bot(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"]["bot"]
    return found


def defaults(text: str) -> str:
    """As Compose reads it where nothing is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def test_it_is_a_compose_file() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", FILE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_service_is_confined_and_comes_back(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert "/tmp" in service["tmpfs"], name
        assert service["cap_drop"] == ["ALL"], name
        assert "cap_add" not in service, name
        assert "privileged" not in service, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert "max-size" in service["logging"]["options"], name


def test_what_is_kept_lies_in_volumes_that_are_declared(compose: dict[str, Any], bot: dict[str, Any]) -> None:
    mounted = {
        name: dict(each.split(":") for each in service["volumes"])
        for name, service in compose["services"].items()
    }
    assert {source for mounts in mounted.values() for source in mounts} == set(compose["volumes"])
    (volume,) = stages()[-1].last("VOLUME").words
    assert volume in mounted["bot"].values()
    assert bot["environment"]["PAPERBOY_DATA"] == volume


def test_backups_have_a_volume_of_their_own_that_the_bot_can_write(bot: dict[str, Any]) -> None:
    folder = bot["environment"]["PAPERBOY_BACKUPS"]
    sources = {place: source for source, place in (each.split(":") for each in bot["volumes"])}
    assert sources[folder] != sources[bot["environment"]["PAPERBOY_DATA"]]
    made = next(run.words for run in stages()[-1].all("RUN") if "--directory" in run.rest)
    assert folder in made, "a new volume takes its owner from what the image has there"


def test_the_database_is_waited_for_and_nobody_elses(compose: dict[str, Any], bot: dict[str, Any]) -> None:
    database = compose["services"]["database"]
    assert bot["depends_on"]["database"]["condition"] == "service_healthy"
    url = engine_url(defaults(bot["environment"]["DATABASE_URL"]))
    asked = {key: defaults(value) for key, value in database["environment"].items()}
    assert (url.host, url.username, url.password) == (
        "database",
        asked["POSTGRES_USER"],
        asked["POSTGRES_PASSWORD"],
    )
    assert url.database == asked["POSTGRES_USER"], "the image makes a database of its user's name"
    assert "ports" not in database
    assert [compose["networks"][each] for each in database["networks"]] == [{"internal": True}]
    assert set(database["networks"]) < set(bot["networks"])


def test_the_token_comes_from_the_env_file_that_the_example_begins(bot: dict[str, Any]) -> None:
    assert bot["env_file"] == ".env"
    assert "DISCORD_TOKEN" in dotenv_values(PROJECT / ".env.example")
    known = {name for names in setting_names().values() for name in names}
    assert set(bot["environment"]) <= known
    assert "token" in Settings.model_fields


def test_it_is_asked_whether_it_is_well_as_the_image_asks(bot: dict[str, Any]) -> None:
    in_image = stages()[-1].last("HEALTHCHECK")
    asked = bot["healthcheck"]
    assert ["CMD", *re.findall(r'"([^"]+)"', in_image.rest)] == asked["test"]
    assert in_image.flags == {
        "interval": asked["interval"],
        "timeout": asked["timeout"],
        "start-period": asked["start_period"],
        "retries": str(asked["retries"]),
    }
    assert bot["build"]["dockerfile"] == "Containerfile"
