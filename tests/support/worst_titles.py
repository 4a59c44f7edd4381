"""The titles that are hardest to show: real ones with LaTeX, signs and scripts, and made ones that attack."""

from __future__ import annotations

import random
import unicodedata

_PIECES = (
    "$\\mathcal{O}(n^2)$ & <b>bold</b>",
    "]]> <!-- --> <![CDATA[ x ]]>",
    "&#0; &#x1F; &nbsp; &bogus; &amp;amp;",
    "\x00\x01\x08\x0b\x0c\x1f\x7f\x85",
    "\u202eevil\u202c \u2066x\u2069 \u200f",
    "\ufffe\uffff \ufdd0 \U0001fffe \U0010ffff",
    "👩‍👩‍👧‍👦 🏳️‍🌈 é",
    "Ω≈ç√∫˜µ≤≥÷ åß∂ƒ©˙∆˚¬…æ",
    "العربية עברית हिन्दी ไทย 日本語 한국어",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L",
    "\\frac{1}{2} \\textbf{x} {\\em y} \\'e \\\"o",
    "`code` **bold** _it_ [a](javascript:alert(1)) <@1> @everyone",
    "{{ 7*7 }} {% raw %} ${x} #{y} <%= z %>",
    '"><script>alert(1)</script>',
    "'; DROP TABLE papers; --",
    "x" * 900,
    "   \t\n  spaces \r\n everywhere  ",
    "\u2028line\u2029paragraph",
    "http://[::1]:80/%00%ff",
    "ﷺ" * 20,
)


def worst_titles(count: int) -> list[str]:
    """So many, each another one; each has a letter at least, as every paper's title does."""
    chance = random.Random(2000)
    planes = [range(0x20, 0x3000), range(0x3000, 0xD7FF), range(0xE000, 0xFFFF), range(0x10000, 0x10FFFF)]
    titles = []
    for number in range(count):
        pieces = chance.sample(_PIECES, chance.randint(1, 4))
        pieces.append(
            "".join(chr(chance.choice(chance.choice(planes))) for _ in range(chance.randint(0, 12)))
        )
        title = f"{unicodedata.normalize(chance.choice(('NFC', 'NFD')), ' '.join(pieces))} {number}"
        titles.append(title)
    return titles
