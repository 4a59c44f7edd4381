"""What mail servers say, in whatever encoding: it decides as any other answer, and is kept readable."""

from __future__ import annotations

from datetime import timedelta

import aiosmtplib
import pytest

from bot.mail.server_words import said_in
from bot.reasons import Code
from tests.mail.conftest import ANN, Office
from tests.mail.test_unclear import ADA, DAILY, hours_pass, papers_by_mail

LATIN = "550 5.1.1 Utilisateur inconnu (désactivé)"


async def due(office: Office) -> None:
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    assert mine.next_due_at is not None
    office.clock.now = mine.next_due_at + timedelta(seconds=1)
    await office.at_rest()


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
async def test_who_is_refused_in_any_encoding_is_paused_at_once(office: Office, encoding: str) -> None:
    await office.subscribe(ANN, ADA, DAILY)
    office.post.answers[ADA] = LATIN.encode(encoding)
    await office.brings("Debate of Agents One")
    await due(office)
    paused = (await office.service.standing(ANN)).paused
    assert paused is not None
    assert (paused.code, paused.params["text"]) == (Code.MAIL_REFUSED, LATIN)


async def test_who_is_put_off_in_latin_1_has_the_papers_in_the_next_mail(office: Office) -> None:
    await office.subscribe(ANN, ADA, DAILY)
    office.post.answers[ADA] = "451 4.2.1 Réessayez".encode("latin-1")
    await office.brings("Debate of Agents One", "Debate of Agents Two")
    await due(office)
    await hours_pass(office, 21)
    assert (await office.service.standing(ANN)).paused is None
    office.post.answers.clear()
    await hours_pass(office, 5)
    ((_, papers),) = papers_by_mail(office).items()
    assert papers == {"Debate of Agents One", "Debate of Agents Two"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("5.1.1 d\udce9sactiv\udce9", "550 5.1.1 désactivé"),
        ("5.1.1 nul\0 byte\n and  lines", "550 5.1.1 nul byte and lines"),
        ("\udc81", "550 \ufffd"),
        ("x" * 199 + " ada@example.org", "550 " + "x" * 196),
        ("x" * 190 + " ada@example.org", "550 " + "x" * 190 + " …"),
    ],
)
def test_what_is_kept_is_one_line_without_the_address(words: str, said: str) -> None:
    assert said_in(aiosmtplib.SMTPResponseException(550, words), address="ada@example.org") == said


def test_an_error_without_words_is_told_by_its_name() -> None:
    assert said_in(ConnectionResetError()) == "ConnectionResetError"
