"""What `/paper find` says of a search that it read otherwise, or that finds nothing."""

from __future__ import annotations

import re

from tests.commands.paper.steps import found
from tests.support.reading import text_of


async def test_a_filter_that_finds_papers_by_itself_is_not_said_to_find_none(world):
    unknown = text_of((await found(world, "Schütze et al., 2024")).response)
    assert "**No papers by “Schütze”.**" in unknown
    known = text_of((await found(world, "Paglieri et al., 2019")).response)
    assert "No papers by" not in known
    other = text_of((await found(world, "author:paglieri title:weather")).response)
    assert "**No papers by “paglieri”.**" not in other


async def test_words_around_an_or_are_said_to_be_looked_for(world):
    text = text_of((await found(world, "agents OR debate")).response)
    assert "I looked for all words of `agents OR debate`: I can't search for one or the other" in text
    assert "left out" not in text


async def test_a_filter_that_cannot_be_read_is_named_and_the_search_goes_on_without_it(world):
    text = text_of((await found(world, "debate after:20xx sort:new")).response)
    assert "I left out `after:20xx`: a date looks like `after:2024`" in text
    assert "I left out `sort:new`: to change the order, use the `sort` option" in text
    assert "**4 papers** in " in text
    assert " for “debate”" in text


async def test_a_misspelt_name_of_a_filter_is_told(world):
    text = text_of((await found(world, "titel:games")).response)
    assert text.startswith("I read `titel:games` as `title:games`.\n")
    assert " for “title:games”, the newest first" in text


async def test_an_address_that_is_no_paper_is_said_to_be_none(world):
    text = text_of((await found(world, "https://example.com/multi-agent-debate")).response)
    assert text == (
        "`https://example.com/multi-agent-debate` isn't a link to a paper; one looks like "
        "`https://arxiv.org/abs/2411.13543`."
    )


async def test_a_phrase_that_no_paper_has_is_searched_by_its_words_and_said_to_be(world):
    text = text_of((await found(world, '"debate agents multi"')).response)
    assert "No paper has these words side by side, so I searched without the quotation marks." in text
    assert "Debate" in text


async def test_the_latest_papers_on_a_subject_are_the_newest_first(world):
    text = text_of((await found(world, "latest papers on agents")).response)
    assert "for “latest papers on agents”, the newest first" in text
    years = [int(year) for year in re.findall(r" · (20\d\d)", text)]
    assert years == sorted(years, reverse=True)
    assert "Showing results for" not in text


async def test_what_no_paper_holds_whole_is_called_related(world):
    text = text_of((await found(world, "zebra negotiation")).response)
    assert re.search(r"\*\*\d+ related papers?\*\* in .* for “zebra negotiation” · none has every word", text)


async def test_a_phrase_that_nothing_has_is_not_quoted_twice(world):
    response = (await found(world, '"no such phrase here"')).response
    assert "Nothing found for “no such phrase here”" in text_of(response)
