"""Papers that come while one looks: made up, so that nobody takes them for real ones."""

from __future__ import annotations

from collections.abc import Iterator

from bot.paper.model import Paper

_TITLES = (
    (
        "Web Agents That Ask Before They Act",
        "Multi-Agent Debate With a Silent Listener",
        "Reasoning Models That Know When to Stop",
    ),
    (
        "A Benchmark of Agents in Text Games",
        "Debating Agents Agree Too Soon",
        "Small Models as Judges of Large Ones",
    ),
    (
        "Planning With Tools That Fail",
        "Agents That Remember Each Other",
        "Diffusion Models Without a Schedule",
    ),
)


def arriving() -> Iterator[list[Paper]]:
    """Three at a time."""
    number = 0
    for titles in _TITLES:
        papers = []
        for title in titles:
            number += 1
            abstract = f"{title}. This paper is made up for the demo: it studies {title.lower()}."
            papers.append(
                Paper(id=f"demo-{number}", title=title, abstract=abstract, authors=("Ada Example",))
            )
        yield papers
