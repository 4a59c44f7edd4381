"""What an answer of Discord's, or of what is before it, means for a post."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.connection.refusals import failure
from bot.connection.requests import Requests
from bot.connection.rest_budget import NotOurs, TooLate, attempt
from bot.delivery.sending import Refused, SendFailed, TakenOver, TryLater, Unclear
from bot.reasons import Code, Reason, reason


def answered(status: int, data: dict[str, Any] | str, **headers: str) -> discord.HTTPException:
    kind = "application/json" if isinstance(data, dict) else "text/html"
    response: Any = SimpleNamespace(status=status, reason="", headers={"Content-Type": kind, **headers})
    return discord.HTTPException(response, data)


def coded(status: int, code: int, message: str = "no") -> discord.HTTPException:
    return answered(status, {"code": code, "message": message})


async def meaning(error: Exception, *earlier: int) -> SendFailed:
    """What it means after tries that were answered so."""
    async with attempt(60) as this:
        for status in earlier:
            this.leaves()
            this.is_answered(status)
        return failure(error, this)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (coded(404, 10003), reason(Code.CHANNEL_GONE)),
        (coded(403, 50013), reason(Code.LACKS_PERMISSION)),
        (coded(400, 50083), reason(Code.THREAD_ARCHIVED)),
        (coded(400, 10087), reason(Code.TAG_GONE)),
        (coded(400, 50035, "Invalid applied_tags"), reason(Code.TAG_GONE)),
        (coded(400, 99_999, "*new*"), reason(Code.REFUSED, text="*new*", status=400)),
        (coded(400, 99_999, "half\ud83d\0"), reason(Code.REFUSED, text="half?", status=400)),
    ],
)
async def test_a_code_of_discords_is_a_refusal_with_its_reason(
    error: discord.HTTPException, why: Reason
) -> None:
    found = await meaning(error, error.status)
    assert isinstance(found, Refused)
    assert found.reason == why
    assert found.channel_gone == (why.code == Code.CHANNEL_GONE)


@pytest.mark.parametrize("status", [400, 403, 404, 407])
async def test_a_page_is_of_something_on_the_way_and_pauses_nothing(status: int) -> None:
    found = await meaning(answered(status, "<html>Sign in</html>"), status)
    assert isinstance(found, TryLater)
    assert found.reason == reason(Code.BLOCKED)


async def test_a_rejected_token_pauses_nothing() -> None:
    found = await meaning(coded(401, 0), 401)
    assert isinstance(found, TryLater)
    assert found.reason == reason(Code.TOKEN_REJECTED)


@pytest.mark.parametrize("error", [discord.RateLimited(40), TooLate(), TimeoutError()])
async def test_what_never_left_is_tried_later_but_after_an_error_nobody_knows(error: Exception) -> None:
    assert isinstance(await meaning(error), TryLater)
    assert isinstance(await meaning(error, 429, 429), TryLater)
    assert isinstance(await meaning(error, 502), Unclear)
    assert isinstance(await meaning(error, 502, 429), Unclear)


async def test_a_429_waits_as_long_as_it_says() -> None:
    found = await meaning(answered(429, "error code: 1015", **{"Retry-After": "17"}), 429)
    assert isinstance(found, TryLater)
    assert found.after == 17


@pytest.mark.parametrize("error", [coded(500, 0), ConnectionResetError(), ValueError("no JSON")])
async def test_what_broke_on_the_way_may_have_arrived(error: Exception) -> None:
    assert isinstance(await meaning(error, 500), Unclear)


async def test_what_another_process_has_is_left_to_it() -> None:
    assert isinstance(await meaning(NotOurs()), TakenOver)


async def test_a_page_that_is_no_utf_8_is_of_something_on_the_way() -> None:
    async def page() -> str:
        return b"<html>Acc\xe8s refus\xe9</html>".decode()

    with pytest.raises(Unclear):
        await Requests(discord.Client(intents=discord.Intents.none())).answered(page)
