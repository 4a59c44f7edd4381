"""Makes data/background.txt.xz: how many of 60,000 arXiv abstracts hold each word.

Run it as `python -m bench.background` where ../shared/data has arXiv's metadata, which are CC0. It writes
counts, no texts: on the first line the number of abstracts, then for each stem how many of them hold it, and
the words as written with that stem that at least three hold. See `bot.search.index.background`.
"""

from __future__ import annotations

import json
import lzma
import re
from collections import Counter, defaultdict
from itertools import islice

from bench.large import DUMP
from bot.paper.text import stems, words
from bot.search.index.background import HELD
from bot.shipped import BACKGROUND

ABSTRACTS = 60_000

_FORMULA = re.compile(r"\$[^$]*\$|\\[a-zA-Z]+")
"""LaTeX, whose letters are no words."""


def main() -> None:
    written: Counter[str] = Counter()
    stemmed: Counter[str] = Counter()
    stem_of: dict[str, str] = {}
    with lzma.open(DUMP, "rt", encoding="utf-8") as lines:
        for line in islice(lines, ABSTRACTS):
            held = set(words(_FORMULA.sub(" ", json.loads(line)["abstract"])))
            new = [word for word in held if word not in stem_of]
            stem_of.update(zip(new, stems(new), strict=True))
            written.update(held)
            stemmed.update({stem_of[word] for word in held})
    forms: dict[str, list[str]] = defaultdict(list)
    for word, count in written.items():
        if count >= HELD and not word.isdigit():
            forms[stem_of[word]].append(word)
    rows = [f"{stemmed[root]} {' '.join(sorted(forms[root]))}\n" for root in sorted(forms)]
    packed = lzma.compress("".join([f"{ABSTRACTS}\n", *rows]).encode(), preset=9 | lzma.PRESET_EXTREME)
    BACKGROUND.write_bytes(packed)
    print(f"{sum(map(len, forms.values())):,} words, {len(forms):,} stems, {len(packed):,} bytes")


if __name__ == "__main__":
    main()
