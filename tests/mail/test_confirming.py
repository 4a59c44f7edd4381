"""An address is written to once its owner has said so, and no longer than they want."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select, update

from bot.errors import UserError
from bot.mail.mail_keys import hash_of
from bot.mail.mail_times import next_mail
from bot.mail.mailbox import read_address
from bot.readers.mailing import Asked, Content, MailPlan
from bot.reasons import Code, reason
from bot.state.all_tables import metadata
from bot.state.mail_tables import mail_subscriptions
from bot.state.personal import People
from bot.state.subscriptions import Subscriptions
from bot.web.mail_routes import add_mail_routes
from bot.web.middlewares import limited
from bot.web.visitors import AT_ONCE, Visitors
from tests.mail.conftest import ANN, BOB, PUBLIC, Office
from tests.support.mail_desk import KEYS
from tests.support.mail_server import text_in

ADA = "Ada.Lovelace+papers@Example.org"
READ = "Ada.Lovelace+papers@example.org"


async def everything(office: Office) -> str:
    def read(connection):
        return {
            table.name: [tuple(row) for row in connection.execute(select(table))]
            for table in metadata.sorted_tables
        }

    return str(await office.store.read(read))


async def test_an_address_is_asked_once_and_gets_papers_after_its_button_was_pressed(office: Office) -> None:
    path = await office.ask(ANN, ADA)
    (mail,) = office.post.to(READ)
    assert mail["Subject"] == "Confirm your address for Paperboy"
    assert text_in(mail, "plain").count(PUBLIC) == 1, "one link"
    assert "List-Unsubscribe" not in mail
    looked = await office.pages.get(path)
    assert looked.status == 200
    assert "Yes, confirm" in await looked.text()
    assert (await office.service.standing(ANN)).waiting == READ
    await office.pages.head(path)
    assert await office.service.subscriptions.of(ANN) is None, "looking changes nothing"
    confirmed = await office.pages.post(path)
    text = await confirmed.text()
    assert "You get trending papers every Monday at 09:00, UTC." in text
    assert "The first comes on Monday, 5 January." in text
    await office.move_to_due(ANN)
    _, papers = office.post.to(READ)
    assert papers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_a_link_is_used_once(office: Office) -> None:
    path = await office.ask(ANN, ADA)
    await office.pages.post(path)
    await office.service.subscriptions.stop(ANN)
    again = await office.pages.post(path)
    assert again.status == 410
    assert "used already" in await again.text()
    assert await office.service.subscriptions.of(ANN) is None


async def test_a_link_is_good_for_a_day_and_then_the_address_is_gone(office: Office) -> None:
    path = await office.ask(ANN, ADA)
    office.clock.move(hours=24)
    assert (await office.pages.get(path)).status == 410
    assert (await office.pages.post(path)).status == 410
    await office.service.subscriptions.clean_up()
    assert "'mail_subscriptions': []" in await everything(office)


async def test_neither_an_address_nor_a_link_can_be_read_from_the_database(office: Office) -> None:
    path = await office.ask(ANN, ADA)
    await office.subscribe(BOB, "bob@example.org")
    await office.move_to_due(BOB)
    stored = await everything(office)
    off = office.path_in(office.post.to("bob@example.org")[-1])
    for secret in ("Lovelace", "lovelace", "bob@", path.rpartition("/")[2], off.rpartition("/")[2]):
        assert secret not in stored


async def test_that_was_not_me_blocks_the_address_for_everybody_and_for_ever(office: Office) -> None:
    path = await office.ask(ANN, ADA)
    block = path.replace("/confirm/", "/block/")
    assert "Yes, confirm" in await (await office.pages.get(block)).text(), "looking changes nothing"
    said = await office.pages.post(block)
    assert "write to this address again, whoever asks" in await said.text()
    assert (await office.pages.get(path)).status == 410
    office.clock.move(days=2)
    for person, address in ((ANN, ADA), (BOB, READ.upper())):
        assert await office.service.ask(person, address, MailPlan()) is Asked.TAKEN, "as for any address"
    await office.settled()
    assert len(office.post.raw) == 1
    assert "Lovelace" not in await everything(office)


async def test_that_was_not_me_works_when_the_link_is_too_old(office: Office) -> None:
    path = await office.ask(ANN, ADA)
    office.clock.move(days=30)
    await office.service.subscriptions.clean_up()
    assert (await office.pages.post(path.replace("/confirm/", "/block/"))).status == 200
    await office.service.ask(BOB, ADA, MailPlan())
    await office.settled()
    assert len(office.post.raw) == 1


async def test_blocking_leaves_what_the_owner_wants(office: Office) -> None:
    await office.subscribe(ANN, ADA)
    office.clock.move(days=1)
    path = await office.ask(BOB, ADA)
    assert "Mails that another link started still come." in await (await office.pages.get(path)).text()
    blocked = await office.pages.post(path.replace("/confirm/", "/block/"))
    assert "These mails" not in await blocked.text()
    assert await office.service.subscriptions.of(ANN) is not None
    assert (await office.service.standing(BOB)).waiting is None


async def test_that_was_not_me_ends_what_this_very_link_began(office: Office) -> None:
    path = await office.ask(BOB, ADA)
    await office.pages.post(path)
    used = await (await office.pages.get(path)).text()
    assert "You get trending papers every Monday at 09:00, UTC." in used
    assert "ends these mails for good" in used
    blocked = await office.pages.post(path.replace("/confirm/", "/block/"))
    assert "These mails have ended" in await blocked.text()
    assert await office.service.subscriptions.of(BOB) is None
    assert "ends these mails for good" not in await (await office.pages.get(path)).text(), "they have ended"
    office.clock.move(days=8)
    await office.settled()
    assert len(office.post.raw) == 1, "the one that asked"


async def test_the_page_says_what_would_come_before_it_is_confirmed(office: Office) -> None:
    path = await office.ask(BOB, ADA, MailPlan(Content.TOPIC, "pills", "pills & more"))
    page = await (await office.pages.get(path)).text()
    assert "You would get new papers on pills &amp; more every Monday at 09:00, UTC." in page


async def test_a_confirmed_address_gets_mails_though_its_link_was_refused_at_last(office: Office) -> None:
    path = await office.ask(ANN, ADA)
    paused = update(mail_subscriptions).values(
        paused_at=office.clock(), paused_reason=reason(Code.MAIL_REFUSED, text="550 no")
    )
    await office.store.change(paused)
    await office.pages.post(path)
    assert (await office.service.standing(ANN)).paused is None
    await office.move_to_due(ANN)
    assert len(office.post.to(READ)) == 2


async def test_an_address_that_another_takes_over_from_is_noted_as_ended(office: Office) -> None:
    noted: list[str] = []

    async def note(link_hash: str) -> None:
        noted.append(link_hash)

    await office.subscribe(ANN, ADA)
    subscriptions = Subscriptions(office.store, office.clock, next_mail, note)
    office.clock.move(days=1)
    path = await office.ask(ANN, "new@example.org")
    await subscriptions.confirm(hash_of(path.rpartition("/")[2]))
    assert len(noted) == 1
    await subscriptions.stop(ANN)
    assert len(set(noted)) == 2


async def test_an_address_gets_one_unconfirmed_mail_a_day_whoever_asks(office: Office) -> None:
    await office.ask(ANN, ADA)
    for person in (ANN, BOB):
        assert await office.service.ask(person, READ, MailPlan()) is Asked.TAKEN
    await office.settled()
    assert len(office.post.raw) == 1
    office.clock.move(hours=24)
    await office.ask(BOB, READ)
    assert len(office.post.raw) == 2


async def test_a_person_names_three_addresses_a_day_also_after_deleting_their_data(office: Office) -> None:
    for number in range(3):
        await office.service.ask(ANN, f"a{number}@example.org", MailPlan())
    await People(office.store).forget(ANN)
    with pytest.raises(UserError, match="You've named 3 addresses within a day"):
        await office.service.ask(ANN, "a4@example.org", MailPlan())
    assert await office.service.ask(ANN, "A1@example.org", MailPlan()) is Asked.TAKEN
    assert await office.service.ask(BOB, "a4@example.org", MailPlan()) is Asked.TAKEN
    office.clock.move(hours=24)
    assert await office.service.ask(ANN, "a4@example.org", MailPlan()) is Asked.TAKEN


async def test_a_hundred_unconfirmed_mails_leave_in_a_day(office: Office) -> None:
    for number in range(100):
        await office.service.ask(number, f"a{number}@example.org", MailPlan())
    for address in ("a101@example.org", "a1@example.org"):
        with pytest.raises(UserError, match="Too many people asked for mails today"):
            await office.service.ask(ANN, address, MailPlan())
    await office.settled()
    assert len(office.post.raw) == 100


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@localhost",
        "ada@example",
        "ada@127.0.0.1",
        "a da@example.org",
        "ada@example.org\nBcc: eve@example.org",
        "ada@example.org,eve@example.org",
        "ada@exa\r\nmple.org",
        "<ada@example.org>",
        '"a\r\nb"@example.org',
        "ada@-example.org",
        "ädä@example.org",
        "a..b@example.org",
        "=?utf-8?q?=0D=0ABcc=3A_eve?=@example.org",
        "x" * 65 + "@example.org",
        "ada@" + "x" * 64 + ".org",
        "ada@example.org>",
    ],
)
def test_what_is_no_address_is_said_in_a_sentence(typed: str) -> None:
    with pytest.raises(UserError, match="doesn't look like an e-mail address"):
        read_address(typed)


async def test_a_domain_in_other_letters_is_written_to(office: Office) -> None:
    await office.ask(ANN, " ada@bücher.example ")
    assert [address for address, _ in office.post.raw] == ["ada@xn--bcher-kva.example"]


async def test_nothing_that_a_stranger_typed_is_in_the_mail_that_asks(office: Office) -> None:
    topic = "BUY http://evil.example NOW"
    await office.ask(ANN, ADA, MailPlan(Content.TOPIC, topic, topic))
    (mail,) = office.post.mails
    assert "evil" not in text_in(mail, "plain") + text_in(mail, "html") + str(mail["Subject"])


async def test_unsubscribing_needs_a_button_and_deletes_the_address(office: Office) -> None:
    await office.subscribe(ANN, ADA)
    await office.move_to_due(ANN)
    off = office.path_in(office.post.to(READ)[-1])
    for ask in (office.pages.get, office.pages.head, office.pages.get):
        assert (await ask(off)).status == 200
    assert await office.service.subscriptions.of(ANN) is not None
    stopped = await office.pages.post(off)
    assert "Stopped" in await stopped.text()
    tables = await everything(office)
    for table in ("mail_subscriptions", "mails", "mailed"):
        assert f"'{table}': []" in tables
    for ask in (office.pages.get, office.pages.post):
        answer = await ask(off)
        assert answer.status == 200
        assert "Already off" in await answer.text()


async def test_a_mail_program_unsubscribes_with_one_post_without_a_cookie(office: Office) -> None:
    await office.subscribe(ANN, ADA)
    await office.move_to_due(ANN)
    link = str(office.post.to(READ)[-1]["List-Unsubscribe"])
    assert link.startswith(f"<{PUBLIC}/mail/off/")
    office.pages.session.cookie_jar.clear()
    path = link.strip("<>").removeprefix(PUBLIC)
    answer = await office.pages.post(path, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status, answer.cookies) == (200, {})
    assert await office.service.subscriptions.of(ANN) is None


async def test_after_deleting_all_data_only_hashes_are_left_and_the_link_says_already_off(
    office: Office,
) -> None:
    await office.subscribe(ANN, ADA)
    await office.move_to_due(ANN)
    off = office.path_in(office.post.to(READ)[-1])
    await People(office.store).forget(ANN)
    answer = await office.pages.post(off)
    assert "Already off" in await answer.text()
    stored = await everything(office)
    assert str(ANN) not in stored
    assert "Lovelace" not in stored


async def test_another_address_takes_over_when_it_is_confirmed(office: Office) -> None:
    await office.subscribe(ANN, ADA)
    await office.move_to_due(ANN)
    had = await office.service.mails.had((await office.service.subscriptions.of(ANN)).id)
    off = office.path_in(office.post.to(READ)[-1])
    office.clock.move(days=1)
    path = await office.ask(ANN, "new@example.org")
    standing = await office.service.standing(ANN)
    assert (standing.address, standing.waiting) == (READ, "new@example.org")
    await office.pages.post(path)
    standing = await office.service.standing(ANN)
    assert (standing.address, standing.waiting) == ("new@example.org", None)
    assert standing.subscription_id is not None
    assert await office.service.mails.had(standing.subscription_id) == had
    assert "Already off" in await (await office.pages.get(off)).text()


async def test_who_names_their_own_address_again_is_told_so(office: Office) -> None:
    await office.subscribe(ANN, ADA)
    assert await office.service.ask(ANN, READ, MailPlan()) is Asked.THEIRS


@pytest.mark.parametrize("path", ["/mail/off/nothing", "/mail/confirm/nothing", f"/mail/off/{'x' * 5_000}"])
async def test_a_link_that_nobody_made_is_a_sentence(office: Office, path: str) -> None:
    for ask in (office.pages.get, office.pages.post):
        answer = await ask(path)
        assert answer.status == 404
        assert "Open the whole link from the mail" in await answer.text()


async def test_a_whole_link_that_nobody_knows_any_more_has_nothing_to_stop(office: Office) -> None:
    """Of a subscription that came after the backup which was restored, say: nobody is asked to post again."""
    path = f"/mail/off/{KEYS.link_token(KEYS.new_salt())}"
    looked = await office.pages.get(path)
    posted = await office.pages.post(path, data={"List-Unsubscribe": "One-Click"})
    for answer in (looked, posted):
        assert answer.status == 200
        assert "No mails are sent by this link." in await answer.text()
    assert (await office.pages.post(path[:-1])).status == 404, "a part is missing"


async def test_links_behind_which_a_gateway_puts_a_slash_work_with_all_that_is_on_their_pages(
    office: Office,
) -> None:
    confirm = f"{await office.ask(ANN, ADA)}/"
    looked = await office.pages.get(confirm)
    text = await looked.text()
    assert "Yes, confirm" in text
    led_to = [urljoin(confirm, link) for link in re.findall(r'(?:href|action)="([^"]+)"', text)]
    assert led_to == ["/mail/style.css", confirm[:-1], confirm[:-1].replace("confirm", "block"), "/"]
    assert "all set" in await (await office.pages.post(confirm)).text()
    assert "Noted" in await (await office.pages.post(confirm.replace("confirm", "block"))).text()
    await office.subscribe(BOB, "bob@example.org")
    await office.move_to_due(BOB)
    off = f"{office.path_in(office.post.to('bob@example.org')[-1])}/"
    assert "Stop these mails?" in await (await office.pages.get(off)).text()
    ended = await office.pages.post(off, data={"List-Unsubscribe": "One-Click"})
    assert "Stopped" in await ended.text()
    assert await office.service.subscriptions.of(BOB) is None


async def test_a_mail_provider_ends_the_mails_of_many_at_once(office: Office) -> None:
    app = web.Application(middlewares=[limited(Visitors([]))])
    add_mail_routes(app, office.service.links, "/papers")
    async with TestClient(TestServer(app)) as pages:
        statuses = {
            (await pages.post(f"{path}{number}")).status
            for path in ("/mail/off/", "/papers/mail/off/")
            for number in range(AT_ONCE)
        }
    assert statuses == {404}, "none is told to come back later"


async def test_pages_run_nothing_load_nothing_and_tell_nobody(office: Office) -> None:
    page = await office.pages.get(await office.ask(ANN, ADA))
    headers, text = page.headers, await page.text()
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "private, no-store")
    assert "<script" not in text
    assert "style=" not in text
    assert "http" not in text.replace("http-equiv", "")
    style = await office.pages.get("/mail/style.css")
    assert style.content_type == "text/css"
    assert "prefers-color-scheme: dark" in await style.text()


async def test_a_state_that_is_away_is_a_sentence_and_asks_to_post_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.subscribe(ANN, ADA)
    await office.move_to_due(ANN)
    off = office.path_in(office.post.to(READ)[-1])

    async def breaks(_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(office.store, "write", breaks)
    answer = await office.pages.post(off)
    assert answer.status == 503
    assert "try again in a few minutes" in await answer.text()
    monkeypatch.undo()
    assert "Stopped" in await (await office.pages.post(off)).text()
