"""Following and the inbox, as a person sees them: proposed, followed, written to, stopped."""

from __future__ import annotations

from datetime import timedelta

from bot.paper.model import Paper
from tests.commands.following.steps import (
    arrive,
    come,
    delivered,
    dm_texts,
    follow,
    letter_to,
    look_every,
    messages_to,
    today,
)
from tests.support.reading import buttons_of, fields, opens, parts_of, text_of, walk


async def test_a_topic_is_proposed_with_what_it_would_have_brought(world):
    await arrive(world, "Debate of Agents on Graphs", "More Debate of Agents", "Weather of Planets")
    draft = (await world.alice.slash(world.channel, "follow topic", topic="debate of agents")).response
    assert draft.ephemeral
    text = text_of(draft)
    assert "Follow **debate of agents**?" in text
    assert "would have brought **2 papers**" in text
    assert "More Debate of Agents" in text
    assert "Weather" not in text
    assert await world.env.bot.inbox.followings.of(world.alice.id) == [], "nothing before Follow"
    await world.alice.click(draft, label="Cancel")
    assert text_of(draft) == "Nothing was changed."


async def test_what_can_not_be_followed_is_said_in_a_sentence(world):
    for topic, says in (("🤖", "isn't a topic"), ("2411.13543", "isn't a topic")):
        answer = (await world.alice.slash(world.channel, "follow topic", topic=topic)).response
        assert says in text_of(answer)
    answer = (await world.alice.slash(world.channel, "follow author", name="!!!")).response
    assert "isn't a name" in text_of(answer)
    answer = (await world.alice.slash(world.channel, "follow saved")).response
    assert "You haven't saved a paper yet." in text_of(answer)
    answer = (await world.alice.slash(world.channel, "follow paper", paper="🤖")).response
    assert "I couldn't find a paper called “🤖”." in text_of(answer)
    answer = (await world.alice.slash(world.channel, "follow paper", paper="2401.00001")).response
    assert "I don't have `2401.00001`" in text_of(answer)


async def test_who_follows_is_welcomed_once_and_told_of_what_comes_after(world):
    await arrive(world, "Old Debate of Agents")
    answer = await follow(world, world.alice, topic="debate of agents")
    assert text_of(answer).startswith("You follow **debate of agents** now.")
    assert "by direct message as papers come" in text_of(answer)
    (welcome,) = await dm_texts(world, world.alice)
    assert "You follow **debate of agents**." in welcome
    assert "Old Debate of Agents" in welcome
    await delivered(world)
    assert len(await dm_texts(world, world.alice)) == 1, "nothing of the time before"
    await arrive(world, "New Debate of Agents", "Weather of Planets", first=50)
    await delivered(world)
    _, letter = await dm_texts(world, world.alice)
    assert "1 new paper for you" in letter
    assert "New Debate of Agents" in letter
    assert "You follow debate of agents" in letter
    assert "Weather" not in letter
    await delivered(world)
    assert len(await dm_texts(world, world.alice)) == 2


async def test_a_paper_comes_once_whatever_brings_it(world):
    await follow(world, world.alice, topic="debate of agents")
    await follow(world, world.alice, topic="agents")
    await follow(world, world.alice, "author", name="Ann Author")
    await arrive(world, "New Debate of Agents", authors=("Ann Author",))
    await delivered(world)
    letters = [
        text for text in await dm_texts(world, world.alice) if "new paper" in text and "for you" in text
    ]
    assert len(letters) == 1
    assert letters[0].count("New Debate of Agents") == 1


async def test_at_most_one_letter_an_hour_bundles_what_came(world):
    await follow(world, world.alice, topic="debate of agents")
    await arrive(world, "First Debate of Agents", first=1)
    await delivered(world)
    await arrive(world, "Second Debate of Agents", "Third Debate of Agents", first=10)
    await delivered(world)
    assert len(await dm_texts(world, world.alice)) == 2
    look_every(world, timedelta(minutes=30))
    await world.env.advance_time(3_700)
    await delivered(world)
    *_, letter = await dm_texts(world, world.alice)
    assert "2 new papers for you" in letter


async def test_more_than_ten_are_counted_and_wait_in_the_inbox(world):
    await follow(world, world.alice, topic="debate of agents")
    await arrive(world, *(f"Debate of Agents Number {number}" for number in range(13)))
    await delivered(world)
    message = messages_to(world.alice)[-1]
    assert "10 new papers for you" in text_of(message)
    assert "3 more" in buttons_of(message)
    page = (await world.alice.slash(world.channel, "inbox show")).response
    assert page.ephemeral
    assert "**Inbox** · 13 papers" in text_of(page)
    await world.alice.click(page, custom_id=opens(page)[0])
    assert text_of(page).startswith("## Debate of Agents")
    await world.alice.click(page, label="Back")
    assert "**Inbox**" in text_of(page)


async def test_a_letters_buttons_work(world):
    await follow(world, world.alice, topic="debate of agents")
    await follow(world, world.alice, topic="weather of planets")
    await arrive(world, "New Debate of Agents", "New Weather of Planets")
    await delivered(world)
    message = letter_to(world.alice)
    refused = (await world.alice.user.click(message, label="Not for me")).response
    menu = next(part for part in walk(parts_of(refused)) if part["type"] == 3)
    await world.alice.user.select(refused, [menu["options"][0]["value"]], custom_id=menu["custom_id"])
    assert "fewer papers like **" in text_of(refused)
    assert [each.refused for each in await world.services.picked.of(world.alice.id)] == [True]
    await world.alice.user.click(refused, label="Undo")
    assert text_of(refused).startswith("Undone: `/paper for-me` may bring papers like **")
    assert await world.services.picked.of(world.alice.id) == []
    asked = (await world.alice.user.click(message, label="Pause a month")).response
    assert text_of(asked) == "Which of these do you want to pause for a month?"
    menu = next(part for part in walk(parts_of(asked)) if part["type"] == 3)
    assert [each["label"] for each in menu["options"]] == ["weather of planets", "debate of agents"]
    await world.alice.user.select(asked, [menu["options"][0]["value"]], custom_id=menu["custom_id"])
    assert text_of(asked).startswith("Paused until <t:")
    assert "weather of planets" in text_of(asked)
    assert "debate of agents" not in text_of(asked)
    assert text_of(asked).endswith("Resume it earlier with `/follow show`.")
    asked = (await world.alice.user.click(message, label="Unfollow")).response
    menu = next(part for part in walk(parts_of(asked)) if part["type"] == 3)
    assert [each["label"] for each in menu["options"]] == ["weather of planets", "debate of agents"]
    await world.alice.user.select(asked, [menu["options"][0]["value"]], custom_id=menu["custom_id"])
    assert text_of(asked) == "Stopped following **weather of planets**."
    again = (await world.alice.user.click(message, label="Unfollow")).response
    assert text_of(again) == "Stopped following **debate of agents**."
    gone = (await world.alice.user.click(message, label="Unfollow")).response
    assert "You don't follow that anymore" in text_of(gone)


async def test_several_papers_of_a_letter_are_refused_and_some_of_them_taken_back(world):
    await follow(world, world.alice, topic="debate of agents")
    await arrive(world, "One Debate of Agents", "Two Debate of Agents", "Three Debate of Agents")
    await delivered(world)
    asked = (await world.alice.user.click(letter_to(world.alice), label="Not for me")).response
    menu = next(part for part in walk(parts_of(asked)) if part["type"] == 3)
    three = [each["value"] for each in menu["options"]]
    await world.alice.user.select(asked, three, custom_id=menu["custom_id"])
    assert "fewer papers like those 3 papers from now on." in text_of(asked)
    assert "change what you follow with `/follow show`" in text_of(asked)
    menu = next(part for part in walk(parts_of(asked)) if part["type"] == 3)
    await world.alice.user.select(asked, three[:2], custom_id=menu["custom_id"])
    assert text_of(asked).startswith("Undone: `/paper for-me` may bring papers like those 2 papers again.")
    assert "-# Still not for you: **" in text_of(asked)
    assert {each.paper_id for each in await world.services.picked.of(world.alice.id)} == {three[2]}
    await world.alice.user.click(asked, label="Undo")
    assert await world.services.picked.of(world.alice.id) == []
    assert "Undo" not in buttons_of(asked)


async def test_all_follows_are_shown_changed_paused_and_stopped(world):
    await follow(world, world.alice, topic="debate of agents")
    page = (await world.alice.slash(world.channel, "follow show")).response
    assert "**You follow 1 thing.** I write by direct message as papers come" in text_of(page)
    menu = next(part for part in walk(parts_of(page)) if part["type"] == 3)
    (option,) = menu["options"]
    one = (await world.alice.select(page, [option["value"]], custom_id=menu["custom_id"])).response
    form = await world.alice.click(one, label="Change")
    label = "Topic, in the words of /paper find"
    await world.alice.submit_modal(form, fields(form, **{label: "weather"}))
    assert "Follow **weather** instead of **debate of agents**?" in text_of(one)
    assert "⚠ I have no paper on it yet. You'll hear of the first one that comes." in text_of(one)
    (unchanged,) = await world.env.bot.inbox.followings.of(world.alice.id)
    assert unchanged.text == "debate of agents", "nothing before Follow"
    await world.alice.click(one, label="Follow")
    assert "Changed.\n**weather**" in text_of(one)
    await world.alice.click(one, label="Pause a month")
    assert "Paused." in text_of(one)
    await arrive(world, "Weather of Planets")
    await delivered(world)
    assert len(await dm_texts(world, world.alice)) == 1, "while it is paused it brings nothing"
    await world.alice.click(one, label="Resume")
    await delivered(world)
    assert len(await dm_texts(world, world.alice)) == 1, "nor afterwards what came meanwhile"
    await world.alice.click(one, label="Stop")
    assert text_of(one) == "Stopped following **weather**."
    gone = await world.alice.slash(world.channel, "follow stop", follow=f"follow:{option['value']}")
    assert "You don't follow that anymore." in text_of(gone.response)


async def test_a_follow_is_stopped_by_a_word_of_it(world):
    await follow(world, world.alice, topic="debate of agents")
    choices = await world.alice.autocomplete(world.channel, "follow stop", "follow", "deb")
    assert [each["name"] for each in choices] == ["debate of agents"]
    stopped = (await world.alice.slash(world.channel, "follow stop", follow="debate")).response
    assert text_of(stopped) == "Stopped following **debate of agents**."
    nothing = (await world.alice.slash(world.channel, "follow stop", follow="debate")).response
    assert text_of(nothing) == "You don't follow anything yet. Try `/follow topic`."


async def test_what_is_to_be_stopped_is_asked_where_it_is_not_clear(world):
    for topic in ("debate of agents", "web agents", "games 12"):
        await follow(world, world.alice, topic=topic)

    async def asked(typed):
        answer = (await world.alice.slash(world.channel, "follow stop", follow=typed)).response
        menus = [part for part in walk(parts_of(answer)) if part["type"] == 3]
        return text_of(answer), {each["label"] for menu in menus for each in menu["options"]}

    both = {"debate of agents", "web agents"}
    assert await asked("agents") == ("Which of these do you want to stop following?", both)
    assert await asked("wbe") == (
        "You don't follow “wbe”. Which of these do you want to stop following?",
        {*both, "games 12"},
    )
    assert (await asked("e"))[1] == {*both, "games 12"}, "one letter stops nothing"
    assert await asked("agents web") == ("Stopped following **web agents**.", set())
    assert await asked("games") == ("Stopped following **games 12**.", set())


async def test_the_same_is_not_followed_twice(world):
    await follow(world, world.alice, topic="debate of agents")
    again = await world.alice.slash(world.channel, "follow topic", topic="Debate  of agents")
    assert "You follow that already." in text_of(again.response)
    assert {"Change", "Pause a month", "Stop"} <= set(buttons_of(again.response))


async def test_papers_like_one_and_its_code_are_told(world):
    await follow(world, world.alice, "paper", paper="2502.12110")
    before = len(await dm_texts(world, world.alice))
    memory = await world.services.library.paper("2502.12110")
    await come(
        world,
        [
            Paper(
                id="2601.00077",
                title="Agentic Memory for Agents, Revisited",
                abstract=memory.abstract,
                published=today(world),
            )
        ],
    )
    await delivered(world)
    *_, letter = await dm_texts(world, world.alice)
    assert len(await dm_texts(world, world.alice)) == before + 1
    assert "Agentic Memory for Agents, Revisited" in letter
    assert "Like “A-MEM" in letter


async def test_code_that_appears_is_told_once(world):
    (paper,) = await arrive(world, "A Paper Without Code", upvotes=1)
    await follow(world, world.alice, "paper", paper=paper.id)
    with_code = paper.model_copy(update={"code_url": "https://github.com/a/b"})
    await come(world, [with_code])
    for _ in range(2):
        await delivered(world)
    letters = [text for text in await dm_texts(world, world.alice) if "Code has appeared" in text]
    assert len(letters) == 1
    assert "Its code is there now" in letters[0]


async def test_each_new_version_is_told_once(world):
    (paper,) = await arrive(world, "A Paper of Many Versions")
    await follow(world, world.alice, "paper", paper=paper.id)
    for version in (1, 2, 2, 1):
        await come(world, [paper.model_copy(update={"arxiv_version": version})])
        await delivered(world)
    letters = [text for text in await dm_texts(world, world.alice) if "A new version has appeared" in text]
    assert len(letters) == 1
    assert "Version 2 is on arXiv" in letters[0]
    await world.alice.slash(world.channel, "inbox settings", where="kept")
    await come(world, [paper.model_copy(update={"arxiv_version": 3})])
    await delivered(world)
    page = (await world.alice.slash(world.channel, "inbox show")).response
    assert "Version 3 is on arXiv" in text_of(page)


async def test_papers_like_those_on_a_list_are_told(world):
    await world.alice.slash(world.channel, "list add", paper="2502.12110")
    answer = await follow(world, world.alice, "saved")
    assert "You follow papers like those on **Saved** now." in text_of(answer)
    assert "when code or a new version of a paper on it appears" in text_of(answer)
    memory = await world.services.library.paper("2502.12110")
    await come(world, [memory.model_copy(update={"arxiv_version": 1})])
    await delivered(world)
    await come(world, [memory.model_copy(update={"arxiv_version": 2})])
    await delivered(world)
    letters = [text for text in await dm_texts(world, world.alice) if "A new version has appeared" in text]
    assert len(letters) == 1
    assert "Version 2 is on arXiv" in letters[0]


async def test_results_and_cards_lead_to_following(world):
    results = (await world.alice.slash(world.channel, "paper find", query="web agents")).response
    draft = (await world.bob.click(results, label="Follow new ones")).response
    assert draft.ephemeral
    assert "Follow **web agents**?" in text_of(draft)
    card = (await world.alice.slash(world.channel, "paper show", paper="2502.12110")).response
    more = (await world.bob.click(card, label="More")).response
    draft = (await world.bob.click(more, label="Follow")).response
    assert "Follow papers like **A-MEM" in text_of(draft)
