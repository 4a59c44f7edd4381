"""Titles in other people's lists: what a link to a paper says, or what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.paper.ids import references_in
from bot.sources.markdown_units import Span
from bot.sources.records import SHOWN_ID

_NAMES = "paper papers pdf pdfs arxiv preprint openreview acl doi ps fulltext 论文 論文 原文 논문 文章"
_LABELS = """
link links abs abstract html url here code github project page website web site blog post video slides
poster talk dataset data demo hugging face huggingface hf tweet twitter thread x book full text download
read the this official original version online open access supp supplementary appendix bibtex bib cite
citation model models implementation weights published camera ready source a an and or of in on to journal
proceedings conference article view more info details colab notebook youtube weibo star stars
pytorch tensorflow keras jax python matlab
知乎 主页 链接 鏈接 代码 代碼 下载 下載 全文 项目 地址 コード リンク 코드 링크
"""
_CONNECTIVES = "a an the of in on at to for by with from and or our this that is are as see via here"
_OF_PAPERS = frozenset(_NAMES.split())
"""Words that say of a link that it leads to a paper."""
_OF_LINKS = _OF_PAPERS | frozenset(_LABELS.split())
_WORD = re.compile(r"[^\W\d_]+")
_CHINESE_PAPERS = ("论文", "原文", "文章")
_CHINESE_LABEL = re.compile(
    "(?:论文|原文|文章|全文|代码|源码|开源|下载|地址|链接|主页|项目|数据集|解读|视频|中文|官方)+"
)
"""Without spaces between: `论文下载链接`."""
_DIGIT = re.compile(r"\d")
"""Without one nothing is an id."""
_LETTER = re.compile(r"[^\W\d_]")
_CITED = re.compile(
    r"\W*[^\W\d_][\w'’.-]*(?:(?:,| and| &)? [^\W\d_][\w'’.-]*){0,4},?\s+et\.?\s+al\b.{0,20}"
    r"|\W*[^\W\d_][\w'’-]+(?:\s*(?:and|&)\s*[^\W\d_][\w'’-]+)?,?\s*\(?(?:19|20)\d\d[a-z]?\)?\W*",
    re.IGNORECASE,
)
"""`Vaswani et al., 2017`, `Kingma & Ba (2014)`, and `NeurIPS 2017`, too."""
_DATED = re.compile(
    r"\W*(?:[\w']+\W+)?(?:19|20)\d\d(?:\W+\d\d?)*\W*|\d[\d\W]*"
    r"|\W*(?:[A-Z][A-Za-z&+-]{0,20}\W{0,5}){1,4}[ '’-]\d\d(?:\d\d)?\W*"
    r"(?:(?i:oral|poster|spotlight|best paper)\W*)?"
)
"""A date, or a venue with its year."""
_BRACKETS = re.compile(r"^\s*(?:\([^()]*\)|\[[^\[\]]*\])|(?:\([^()]*\)|\[[^\[\]]*\])\s*$")
_AROUND = ' \t\n|,;:.-–—*_`"“”·•'
_NUMBER = re.compile(r"^\s*(?:\(?\d{1,4}[.):]|\[\d{1,4}\])\s+")
_NUMBERED = re.compile(r"\s*(?:\(?\d{1,4}[.):]|\[\d{1,4}\])\s*(?=\S)")
_FIELD = re.compile(r"\W*(?:[^\W_]{1,30}[ \t/-]?){1,3}\s*(?:\([^()]*\)\s*)?[:：]\s*")
"""What a link is called: `Project page:`, `中文解读：`."""
_LONGEST_FIELD = 100
_FACT = re.compile(
    r"\W{0,9}(?:authors?|affiliations?|institutions?|key ?words?|tags?|tasks?|venue|conference|journal"
    r"|publication|date|year|作者|作者单位|单位|机构|关键词|标签|会议|时间)\W{0,4}[:：]",
    re.IGNORECASE,
)
"""What is told of a paper below its title."""
_NO_LINK = re.compile(
    r"\W{0,9}(?:papers?|arxiv|pdf|code|github|论文|代码)\W{0,4}[:：]\s{0,4}"
    r"(?:none|null|n/?a|tbd|(?:coming )?soon|not \w+(?: yet)?|暂无|无|还?未\w+)?\W{0,9}",
    re.IGNORECASE,
)
_UNENDING = frozenset(_CONNECTIVES.split())
"""Words with which no title ends."""
_SIGN = re.compile(r":[a-z0-9_+-]{2,40}:|[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\ufe0f]+")
"""`:star:` and pictures."""
_QUOTED = re.compile(r"(?:^|[\s(])[\"“„]([^\"“”„]{2,500})[\"”“]\s*(?P<after>.?)", re.DOTALL)
_QUOTES = ('"', "“", "„")
_YEAR_AFTER = re.compile(r"\s*[,.]?\s*[(\[](?:[A-Z]\w*\W+)?(?:19|20)\d\d[^()\[\]]{0,20}[)\]]")
_YEAR_AT_END = re.compile(r"(?<=\S)\s*\((?:19|20)\d\d\)\s*$")
_WIKI_LINK = re.compile(r"\[\[([^\[\]|]{1,500})(?:\|[^\[\]]{0,500})?\]\]")
"""Obsidian's."""
_PEOPLE_AFTER = re.compile(
    r"\s*[,.]\s+(?:(?:[A-Z][\w.'’-]*,?\s+(?:(?:and|&)\s+)?){1,6}et\.?\s+al\b"
    r"|(?:[A-Z]\.[\s-]?){1,3}[A-Z][\w'’-]+\W*(?:$|,|\sand\s|\s&\s))"
)
_VENUE_AFTER = re.compile(
    r"[.,]\s+(?:in\s+)?[A-Z][\w&'’-]*(?:\s[\w&'’-]+){0,3}[\s'’]*(?:(?:19|20)\d\d|['’]\d\d)\W*$|[.,]\s+(?:arXiv|preprint)\W*$",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"\s{2,}|\s[-–—]+\s|[–—]|[.;]\s")
_FEWEST_LETTERS = 3
_FEWEST_WORDS = 3
_MOST_BESIDE = 10
"""Words of a line of prose that a name in bold begins."""
_MOST_AROUND = 4
"""Venues, dates and the like that stand around a title."""
_LONG = 150
"""Characters; what is longer holds more than a title, which ends at the first break."""
_SHORT = 3
_LONGEST = 600
_LONGEST_LINE = 5_000
_LOOKED_AT = 1_000
"""Characters in which a title ends that stands with more."""


def says_paper(words: str) -> bool:
    """Whether a link's words say that it leads to a paper, and nothing else: `PDF`, `论文`, `Full paper`."""
    found = set(_WORD.findall(words.lower()))
    if not any(each in _OF_PAPERS or each.startswith(_CHINESE_PAPERS) for each in found):
        return False
    return _are_labels(found)


def is_label(words: str) -> bool:
    """Whether a link's words are no title: `[pdf]`, `Full Text (PDF)`, `2017`, `NeurIPS 2017`, an id."""
    found = _WORD.findall(words.lower())
    if _are_labels(found) or _CITED.fullmatch(words) or _DATED.fullmatch(words):
        return True
    return _DIGIT.search(words) is not None and next(references_in(words), None) is not None


def _are_labels(words: Iterable[str]) -> bool:
    return all(word in _OF_LINKS or _CHINESE_LABEL.fullmatch(word) for word in words)


def title_on(words: str) -> str:
    """The title that a link's words are; empty where they are a label."""
    words = SHOWN_ID.sub("", _SIGN.sub("", words).strip(), count=1)
    if is_label(words):
        return ""
    words = _YEAR_AT_END.sub("", words)
    return "" if is_label(words) else " ".join(words.split()).strip("*_` ")


def title_among(lines: Iterable[Sequence[Span]], *, is_prose: bool = False) -> str:
    """The title in the lines or cells beside a link; empty where there is none.

    That is what is bold, else what is quoted, else the first line with one, without numbers, venues, dates
    and authors around it. Prose has none but what it begins with in bold, or quotes.
    """
    kept = [[span for span in line if not _is_beside(span)] for line in lines]
    texts = ["".join(span.text for span in line)[:_LONGEST_LINE] for line in kept]
    is_long = sum(len(span.text.split()) for line in kept for span in line) > _MOST_BESIDE
    # "**News**: …" is none.
    bold = _bold(kept, also_first=not (is_prose and is_long))
    candidates = [*bold, *(quoted for text in texts for quoted in _quoted(text))]
    if not is_prose:
        candidates += [_cut(_before_italics(line), text) for line, text in zip(kept, texts, strict=True)]
    return next(filter(_is_title, map(_bare, candidates)), "")


def title_line(lines: Sequence[Sequence[Span]]) -> str:
    """The title that a line of prose above one of links is; empty where it is the end of a sentence."""
    above = next((line for line in reversed(lines) if _said(line) and not tells_no_title(line)), ())
    text = _said(above)
    is_numbered = _NUMBERED.match(text) is not None
    title = title_among([above]) if is_numbered or _is_line_of_its_own(text) else ""
    return title if len(title.split()) >= _FEWEST_WORDS or is_numbered else ""


def begins_entry(lines: Sequence[Sequence[Span]]) -> bool:
    """Whether prose is a title in bold and no more."""
    title = title_among(lines, is_prose=True)
    said = _bare("".join(span.text for line in lines for span in line))
    return len(title.split()) >= _FEWEST_WORDS and said == title


def tells_no_title(line: Sequence[Span]) -> bool:
    """Whether it stands below a title: links with what they lead to, or a fact (`Keywords: reeds`)."""
    said = _said(line)
    if _FACT.match(said) or (len(said) <= _LONGEST_FIELD and _NO_LINK.fullmatch(said)):
        return True
    spans = [span for span in line if span.text.strip()]
    is_told = False
    for place, span in enumerate(spans):
        if span.address:
            is_named = place > 0 and _is_field(spans[place - 1].text)
            is_told = is_told or span.is_bare or is_named or is_label(span.text) or "://" in span.text
            if not is_told:
                return False
        elif not (is_label(span.text) or _is_field(span.text)):
            return False
    return is_told


def _is_field(text: str) -> bool:
    return len(text) <= _LONGEST_FIELD and _FIELD.fullmatch(_SIGN.sub("", text)) is not None


def _said(line: Sequence[Span]) -> str:
    return "".join(span.text for span in line)[:_LONGEST_LINE].strip()


def _is_line_of_its_own(text: str) -> bool:
    """Whether it is no line of a wrapped sentence."""
    last = text.rpartition(" ")[2].lower()
    return text[:1].isupper() and len(text) <= _LONG and text[-1] not in ",;:" and last not in _UNENDING


def _is_beside(span: Span) -> bool:
    """Whether it is an address, or a link's label."""
    return span.is_bare or bool(span.address and is_label(span.text))


def _bold(lines: Sequence[Sequence[Span]], *, also_first: bool) -> Iterator[str]:
    """What is bold at the beginning, in quotes or in some words: `**oral**` behind a title is none."""
    is_first = also_first
    for line in lines:
        run = before = ""
        for span in (*line, Span("")):
            if span.bold:
                run += span.text
                continue
            if run and (is_first or before.endswith(_QUOTES) or len(run.split()) >= _FEWEST_WORDS):
                yield run
            is_first = is_first and not _LETTER.search(span.text) and not (run and _is_title(_bare(run)))
            run, before = "", span.text


def _quoted(text: str) -> Iterator[str]:
    """Whole titles in quotation marks: of `"Why?": Explaining` they are a part."""
    for quoted in _QUOTED.finditer(text):
        before = text[: quoted.start()].rstrip()
        ends = quoted[1].rstrip()[-1:] in ".,?!" and quoted["after"] not in ":"
        if (
            (not before or before[-1] in ".,:;)]–—-")
            and (ends or quoted["after"] in ("", ".", ",", "(", "["))
            and len(quoted[1].split()) > 1
        ):
            yield quoted[1]


def _before_italics(line: Sequence[Span]) -> str:
    """`Title. *Venue, authors*` up to its italics, of `Authors, *Title*` these."""
    text = ""
    for span in line:
        if span.italic and len(text.split()) >= _FEWEST_WORDS:
            return span.text if text.rstrip().endswith(",") else text
        text += span.text
    return ""


def _cut(before_italics: str, text: str) -> str:
    text = _NUMBER.sub("", before_italics or text, count=1)[:_LOOKED_AT]
    for after in (_YEAR_AFTER, _PEOPLE_AFTER, _VENUE_AFTER):
        found = after.search(text)
        if found and len(text[: found.start()].split()) > 1:
            text = text[: found.start()]
    if len(text) <= _LONG:
        return text
    ends = (found.start() for found in _BREAKS.finditer(text) if found.start() >= _SHORT)
    return text[: next(ends, len(text))][:_LONGEST]


def _bare(text: str) -> str:
    text = _WIKI_LINK.sub(r"\1", _NUMBER.sub("", _SIGN.sub("", text), count=1))
    for _ in range(_MOST_AROUND):
        text = _BRACKETS.sub("", text.strip(_AROUND).rstrip("(["))
    return " ".join(text.strip(_AROUND).split())


def _is_title(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return letters >= _FEWEST_LETTERS and not is_label(text)
