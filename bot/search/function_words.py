"""The words of a question that only ask: "how do I find papers on" tells nothing about what is looked for.

Function words are NLTK's English list and the other closed classes of English words.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from bot.paper.text import stems

FUNCTION: Final = frozenset(
    """
    a an the this that these those each every either neither both all any some no none another other
    others such same own few fewer less least many much more most several enough half i me my mine
    myself we us our ours ourselves you your yours yourself yourselves he him his himself she her
    hers herself it its itself they them their theirs themselves one ones oneself anyone anybody
    anything someone somebody something everyone everybody everything nobody nothing who whom whose
    which what whatever whichever whoever when whenever where wherever why how however there here
    then now thus hence therefore be am is are was were been being have has had having do does did
    doing done can cannot could may might must shall should will would ought let lets aboard about
    above across after against along alongside amid among amongst around as at before behind below
    beneath beside besides between beyond by despite down during except for from in inside into like
    near of off on onto out outside over past per regarding concerning since than through throughout
    till to toward towards under underneath until unto up upon versus via vs with within without and
    or nor but yet so if unless because although though while whilst whereas whether not only just
    also even ever too very quite rather really still already almost again once else instead maybe
    perhaps etc dont doesnt didnt isnt arent wasnt werent cant couldnt wont wouldnt shouldnt hasnt
    havent hadnt aint im ive youre youve theyre weve whats whos wheres hows thats theres heres
    please pls plz thanks thx wanna gonna gimme lemme dunno
    """.split()  # noqa: SIM905 - read as text, not as two hundred strings
)

FUNCTION_STEMS: Final = frozenset(stems(FUNCTION))

ASKING: Final = frozenset(
    """
    paper papers article articles preprint preprints publication publications literature work works
    study studies research topic topics subject subjects question questions thing things stuff idea
    ideas way ways kind kinds find finds finding found show shows showing give gives giving get gets
    got getting tell tells look looks looking search searching see seen want wants wanted need needs
    know knows knowing read reading recommend suggest list explain explains describe describes
    discuss discusses talk talks talking say says deal deals dealing handle cover covers mention
    mentions write writes wrote written publish published make makes made making try tries tried
    trying use used happens related relevant interested interesting interest good best better great
    nice cool favourite favorite exist exists come comes called named first hi hello hey thank help
    well often far
    """.split()  # noqa: SIM905 - read as text, not as two hundred strings
)
"""Words that ask for papers beside function words at the beginning of a question."""

_AT_THE_END: Final = frozenset(
    """
    paper papers article articles preprint preprints publication publications literature stuff thing
    things work find found see know want need read recommend related relevant interested interesting
    good best better great nice cool exist exists called named first hi hello hey thank help
    """.split()  # noqa: SIM905 - as above
)
"""Those of them that ask at the end of a query, too: "an AI that writes" is a subject."""

PAPERS: Final = frozenset(
    """
    paper papers article articles preprint preprints publication publications literature work works
    study studies research stuff thing things what anything something
    """.split()  # noqa: SIM905 - read as text, not as two hundred strings
)
"""What is asked for by whoever asks for papers on a subject."""

_NEWEST: Final = frozenset({"latest", "newest"})
_NEW: Final = frozenset({"new", "recent", "recently"})
_OPENING: Final = FUNCTION | ASKING | _NEWEST | _NEW
_CLOSING: Final = FUNCTION | _AT_THE_END | _NEWEST | _NEW

_SEARCHES: Final = frozenset({"search", "searching"})
_MEANS: Final = frozenset({"with", "by", "as", "via", "under", "against", "without"})
"""After the first word of a query these make it the subject."""

_WRITTEN: Final = frozenset(
    {"paper", "papers", "article", "articles", "preprint", "preprints", "publication", "publications"}
)
"""Things that are by somebody: "papers by" asks for a name, where "research by" may be what agents do."""

_PREPOSITIONS: Final = frozenset({"for", "of", "with", "in", "on", "to", "about", "by", "from", "as"})
"""Before the last word of a query these make it the subject."""

_CONTRACTED: Final = frozenset({"s", "t", "m", "d", "ll", "re", "ve"})
_NEGATED: Final = frozenset(
    """
    ain aren can couldn didn doesn don hadn hasn haven isn mightn mustn needn shan shouldn wasn
    weren won wouldn
    """.split()  # noqa: SIM905 - as above
)


@dataclass(frozen=True, slots=True)
class Silence:
    """What a question only asks with."""

    places: frozenset[int]
    """Of the words that tell nothing about what is looked for."""
    newest: bool
    """Whether the newest are asked for: "the latest papers on"."""


def silence(typed: Sequence[str], whole: Set[int], contracted: Set[int]) -> Silence:
    """Which of a query's words only ask; those at places in `whole` (in a phrase, with a hyphen) never do.

    Function words always do, as do their pieces at places in `contracted`. Words that ask for papers do in
    the run of such words that begins or ends the query, where it holds a function word: "paper
    recommendation" is a subject.
    """
    words = ["do" if place in contracted else word for place, word in enumerate(typed)]
    quiet = {place for place, word in enumerate(words) if place not in whole and word in FUNCTION}
    newest = False
    places = range(len(words))
    for run in (_run(words, whole, places, _OPENING), _run(words, whole, places[::-1], _CLOSING)):
        spoken = {words[place] for place in run}
        asks_for_newest = bool(spoken & _NEWEST or (spoken & _NEW and spoken & PAPERS))
        newest |= asks_for_newest
        if asks_for_newest or spoken & FUNCTION:
            quiet.update(place for place in run if words[place] in ASKING and not _is_subject(words, place))
        if asks_for_newest:
            quiet.update(place for place in run if words[place] in _NEWEST | _NEW)
    return Silence(frozenset(quiet), newest)


def _is_subject(words: Sequence[str], place: int) -> bool:
    """Whether an asking word is what is looked for: "search with agents", "agents for research"."""
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    if words[place] in _SEARCHES and after != "for":
        return True
    if words[place] in _WRITTEN and after == "by":
        return False
    return after in _MEANS if place == 0 else place == len(words) - 1 and before in _PREPOSITIONS


def _run(words: Sequence[str], whole: Set[int], places: range, plain: Set[str]) -> list[int]:
    return list(takewhile(lambda place: place not in whole and words[place] in plain, places))


def contracted(piece: Sequence[str]) -> list[int]:
    """Which words of a piece with an apostrophe are what is left of function words: both of "don't"."""
    tail = [place for place, word in enumerate(piece) if place and word in _CONTRACTED]
    head = [0] if len(piece) == 2 and piece[1] == "t" and piece[0] in _NEGATED else []
    return head + tail
