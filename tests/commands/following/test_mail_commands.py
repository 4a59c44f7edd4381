"""`/inbox email`, as a person sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.mail.mail_keys import MailKeys
from bot.reasons import Code, reason
from bot.settings import Settings
from bot.state.mail_tables import mail_subscriptions
from tests.mail.conftest import SECRET, mail_settings
from tests.support.reading import buttons_of, fields, parts_of, text_of, walk

ADA = "ada@example.org"
SENT = "If I may write to that address, a mail with a link is on its way."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Of a bot that has mail."""
    return Settings(
        _env_file=None,
        catalog=settings.catalog,
        database_url=settings.database_url,
        **mail_settings(smtp_port=9),
    )


@pytest.fixture(autouse=True)
async def nothing_leaves(world: Any) -> None:
    """What mails do on their way is `tests/mail`'s: here it would take the simulation real time."""
    await world.env.bot.mail.close()


async def email(world: Any, person: Any = None, **options: Any) -> Any:
    return await (person or world.alice).slash(world.channel, "inbox email", **options)


async def named(world: Any, address: str, person: Any = None, **options: Any) -> Any:
    """The answer to the form with this address."""
    person = person or world.alice
    form = await email(world, person, **options)
    if form.response is not None:
        form = await person.click(form.response, label="Change address")
    label = "Your e-mail address"
    return (await person.submit_modal(form, fields(form, **{label: address}))).response


async def confirmed(world: Any, address: str = ADA, person: Any = None, **options: Any) -> None:
    """The person's address, with its link opened and confirmed."""
    person = person or world.alice
    await named(world, address, person, **options)
    service = world.env.bot.mail
    waiting = await service.subscriptions.waiting(person.id)
    token = MailKeys(SECRET).confirm_token(waiting.salt, waiting.address_hash)
    assert await service.links.confirm(token) is not None


async def plan_of(world: Any) -> Any:
    return (await world.env.bot.mail.standing(world.alice.id)).plan


async def test_an_address_is_asked_for_in_a_form_and_the_answer_is_for_the_person_alone(world):
    answer = await named(world, ADA)
    assert answer.ephemeral
    assert text_of(answer).startswith(SENT)
    page = (await email(world)).response
    assert page.ephemeral
    assert (
        "**Mails** to `ada@example.org` · You'll get trending papers every Monday at 09:00, UTC."
        in text_of(page)
    )
    assert "If I may write to that address, a mail with a link is there" in text_of(page)


async def test_the_answer_is_the_same_whatever_is_known_of_the_address(world):
    await confirmed(world, ADA)
    await world.env.bot.mail.subscriptions.block(MailKeys(SECRET).address_hash("no@example.org"))
    answers = {
        text_of(await named(world, address, world.bob))
        for address in (ADA, "no@example.org", "x@example.org")
    }
    assert len(answers) == 1
    pages = {text_of((await email(world, world.bob)).response)}
    await world.env.bot.mail.subscriptions.stop(world.bob.id)
    await world.env.bot.mail.subscriptions.block(MailKeys(SECRET).address_hash("x@example.org"))
    await named(world, "x@example.org", world.bob)
    pages.add(text_of((await email(world, world.bob)).response))
    assert len(pages) == 1, "neither does the page say whether a mail was sent"


async def test_what_is_no_address_is_a_sentence(world):
    answer = await named(world, "ada at example")
    assert text_of(answer) == "That doesn't look like an e-mail address. Try one such as `ada@example.org`."


async def test_options_say_what_comes_and_when(world):
    await confirmed(world, topic="web agents", time="7:30", timezone="Berlin", weekday=4)
    text = text_of((await email(world)).response)
    assert (
        "to `ada@example.org` · You get new papers on web agents every Friday at 07:30, Europe/Berlin."
        in text
    )
    assert "No mail has gone out yet. The next is due <t:" in text
    changed = text_of((await email(world, content="trending", pace="daily")).response)
    assert "Changed." in changed
    assert "You get trending papers every day at 07:30, Europe/Berlin" in changed


async def test_what_a_mail_can_not_bring_is_said_in_a_sentence(world):
    await confirmed(world)
    for options, says in (
        ({"topic": "🤖"}, "isn't a topic"),
        ({"topic": "  "}, "Say in `topic` what it's about"),
        ({"topic": "agents before:2024"}, "asks for old papers only"),
        ({"topic": "agents -agents"}, "leaves out what it asks for"),
        ({"topic": "the"}, "says nothing of what papers are about"),
        ({"topic": "agnets"}, "Did you mean `agents`?"),
        ({"list": "Nothing"}, "You have no list called"),
        ({"topic": "agents", "content": "follows"}, "Give one of"),
        ({"pace": "daily", "weekday": 1}, "has no weekday"),
        ({"time": "25:99"}, "isn't a time I understand"),
    ):
        assert says in text_of((await email(world, **options)).response)
    assert (await plan_of(world)).content == "trending"


async def test_a_word_that_looks_like_a_slip_is_mailed_of_when_it_is_quoted(world):
    await confirmed(world)
    assert 'if you mean just what you typed, `"agnets"`' in text_of(
        (await email(world, topic="agnets")).response
    )
    assert "Changed." in text_of((await email(world, topic='"agnets"')).response)
    assert (await plan_of(world)).text == '"agnets"'


async def test_a_place_that_was_guessed_is_named_and_so_is_a_time_without_a_place(world):
    assert "I took “Gondor” as Gonder, Ethiopia." in text_of(await named(world, ADA, timezone="Gondor"))
    await confirmed(world, timezone="UTC")
    changed = text_of((await email(world, timezone="Gondor")).response)
    assert "Changed. I took “Gondor” as Gonder, Ethiopia." in changed
    assert "I took" not in text_of((await email(world, timezone="Berlin")).response)
    assert "give your city as `timezone`" not in text_of((await email(world, time="9")).response)
    await email(world, timezone="UTC")
    assert "give your city as `timezone`" in text_of((await email(world, time="9")).response)


async def test_what_can_bring_nothing_yet_says_what_is_missing(world):
    await world.alice.slash(world.channel, "list new", name="Later")
    follows = "Nothing comes until you follow something. Try `/follow topic`."
    assert follows in text_of(await named(world, ADA, content="follows"))
    await confirmed(world)
    for options, says in (
        ({"content": "picked"}, "Nothing comes until you've saved 3 papers that you like"),
        ({"content": "follows"}, follows),
        ({"list": "Later"}, "Nothing comes until you save a paper to that list."),
    ):
        assert f"⚠ {says}" in text_of((await email(world, **options)).response)
    assert "⚠" not in text_of((await email(world, content="trending")).response)


async def test_buttons_change_the_pace_and_a_menu_what_comes(world):
    await world.alice.slash(world.channel, "list new", name="Later")
    await confirmed(world)
    page = (await email(world)).response
    await world.alice.click(page, label="Every day")
    assert "every day at 09:00" in text_of(page)
    assert "Every week" in buttons_of(page)
    menu = next(part for part in walk(parts_of(page)) if part["type"] == 3)
    assert [each["label"] for each in menu["options"]] == [
        "Trending papers",
        "What I follow",
        "Picked for me",
        "New papers like those on Later",
    ]
    await world.alice.select(page, [menu["options"][2]["value"]], custom_id=menu["custom_id"])
    assert "You get papers picked for you every day" in text_of(page)
    await world.alice.select(page, [menu["options"][3]["value"]], custom_id=menu["custom_id"])
    assert "new papers like those on your list Later" in text_of(page)
    await world.alice.slash(world.channel, "list delete", name="Later")
    await world.alice.select(page, [menu["options"][1]["value"]], custom_id=menu["custom_id"])
    assert "new papers from what you follow" in text_of(page)


async def test_somebody_elses_list_is_not_chosen(world):
    await world.bob.slash(world.channel, "list new", name="Bob's")
    await confirmed(world)
    page = (await email(world)).response
    menu = next(part for part in walk(parts_of(page)) if part["type"] == 3)
    assert "Bob's" not in str(menu)
    assert "You have no list" in text_of((await email(world, list="Bob's")).response)


async def test_another_address_is_given_with_a_button_and_waits_to_be_confirmed(world):
    await confirmed(world)
    page = (await email(world)).response
    form = await world.alice.click(page, label="Change address")
    sent = fields(form, **{"Your e-mail address": "new@example.org"})
    assert text_of((await world.alice.submit_modal(form, sent)).response).startswith(SENT)
    text = text_of((await email(world)).response)
    assert "to `ada@example.org`" in text
    assert "`new@example.org` waits to be confirmed, and takes over then." in text
    assert "Your mails go to that address already" in text_of(await _again(world, page))


async def _again(world: Any, page: Any) -> Any:
    form = await world.alice.click(page, label="Change address")
    return (await world.alice.submit_modal(form, fields(form, **{"Your e-mail address": ADA}))).response


async def test_stop_ends_the_mails_and_deletes_the_address(world):
    await confirmed(world)
    page = (await email(world)).response
    await world.alice.click(page, label="Stop")
    assert text_of(page) == "Stopped: no more mails come, and I've deleted your address."
    assert await world.env.bot.mail.subscriptions.of(world.alice.id) is None
    assert (await email(world)).modal is not None


async def test_paused_mails_say_why_here_and_in_the_inbox_and_go_on_with_a_button(world):
    await confirmed(world)
    why = reason(Code.MAIL_REFUSED, text="550 5.1.1 *no* such user")
    paused = {"paused_at": world.services.clock(), "paused_reason": why}
    await world.services.store.change(mail_subscriptions.update().values(paused))
    page = (await email(world)).response
    assert "⚠ Paused. The mail server won't take mail for that address: “550 5.1.1 \\*no\\* such" in text_of(
        page
    )
    for command in ("inbox show", "inbox settings"):
        shown = text_of((await world.alice.slash(world.channel, command)).response)
        assert "⚠ Your mails are paused. The mail server won't take mail" in shown
    await world.alice.click(page, label="Try again")
    assert "Paused" not in text_of(page)
    assert "**Mails** · No mail has gone out yet." in text_of(
        (await world.alice.slash(world.channel, "inbox show")).response
    )


async def test_what_is_kept_is_shown_with_the_address_and_all_of_it_goes(world):
    await confirmed(world)
    shown = (await world.alice.slash(world.channel, "privacy show")).response
    assert "1 e-mail address that you gave me" in text_of(shown)
    (file,) = shown.attachments
    kept = json.loads(await file.read())
    assert kept["mail_subscriptions"][0]["address"] == ADA
    asked = (await world.alice.slash(world.channel, "privacy delete")).response
    await world.alice.click(asked, label="Delete it all")
    assert await world.env.bot.mail.subscriptions.of(world.alice.id) is None


async def test_buttons_of_mails_that_were_stopped_say_so(world):
    await confirmed(world)
    page = (await email(world)).response
    await world.env.bot.mail.subscriptions.stop(world.alice.id)
    pressed = (await world.alice.click(page, label="Every day")).response
    assert "You get no mails anymore" in text_of(pressed)
    await world.alice.click(page, label="Stop")
    assert "You get no mails." in text_of(page)


class TestWithoutMail:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return Settings(
            _env_file=None,
            catalog=settings.catalog,
            database_url=settings.database_url,
            **mail_settings(public_url="http://papers.example.org"),
        )

    async def test_it_is_said_in_one_sentence_and_nothing_else_changes(self, world):
        answer = (await email(world)).response
        assert text_of(answer) == "This bot has no mail: its operator hasn't set it up."
        assert answer.ephemeral
        assert "Mails" not in text_of((await world.alice.slash(world.channel, "inbox show")).response)
