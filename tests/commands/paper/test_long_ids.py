"""However long a paper's id, its buttons fit and find it again."""

from __future__ import annotations

from bot.paper.model import Paper
from bot.views.custom_ids import LONGEST
from tests.support.putting import put_in
from tests.support.reading import buttons_of, opens, text_of, walk

LONG = [
    Paper(id=f"{letter}{'0123456789abcdef:' * 3}"[:64], title=f"Negotiation among agents, part {letter}")
    for letter in "abc"
]


async def test_papers_with_long_ids_are_found_opened_and_compared(world):
    await put_in(world.services.library, LONG)
    query = "negotiation among agents " + "of every kind " * 4
    response = (await world.alice.slash(world.channel, "paper find", query=query, sort="upvotes")).response
    assert all(len(part.get("custom_id", "")) <= LONGEST for part in walk(response.components))

    listed = (await world.alice.slash(world.channel, "paper similar", paper=LONG[0].id)).response
    assert "part a" in text_of(listed)
    await world.alice.click(listed, custom_id=opens(listed)[0])
    assert "part " in text_of(listed)
    await world.alice.click(listed, label="Back")
    assert "Papers like" in text_of(listed)

    card = (await world.alice.slash(world.channel, "paper show", paper=LONG[1].id, private=True)).response
    cited = await world.alice.click(card, label="Cite")
    assert "part b" in text_of(cited.response)
    assert "More" in buttons_of(card)
