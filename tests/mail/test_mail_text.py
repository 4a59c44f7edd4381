"""What a mail says, in both its parts and its headers, whatever the papers hold."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import time
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.parser import BytesParser
from urllib.parse import parse_qs, unquote, urlsplit

import dkim
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.mail.mail_message import MailEntry
from bot.mail.mime import From, Signature, as_bytes
from bot.paper.cleaning import collapse, visible
from bot.paper.model import Paper
from bot.readers.follows import Followed, InboxPlan, Kind, News, Pace
from bot.readers.mailing import Content, MailKind, MailPlan
from tests.mail.examples import LINK, LONG, PUBLIC, flat, mail, message, paper, parts, raw, read_html
from tests.support.mail_server import parsed, text_in

DAILY = InboxPlan(pace=Pace.DAILY, at=time(7, 30), zone="Europe/Berlin")
GMAIL_CLIPS = 102_000
HOSTILE = (
    "<script>alert(1)</script>",
    "</summary></details></table><h1>Owned",
    "{{ 7 * 7 }} {% raw %}",
    "&lt;b&gt; &amp;amp; &#x3C;",
    "Line\r\nBcc: eve@example.org\r\n\r\nbody",
    "\u202egnp.exe \u2066hidden\u2069",
    "a" * 3_000,
    "=?utf-8?q?=0D=0ABcc=3A_eve=40example=2Eorg?=",
    '" onmouseover="alert(1)',
    ".\r\n.\r\nQUIT",
    "=?utf-8?b?DQpCY2M6IGV2ZUBleGFtcGxlLm9yZw==?= =?q?=0d=0a?=",
    "ファイル 🤖 ﷽ é",
)


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """An RSA key in PEM, and what DNS says of it."""
    folder = tmp_path_factory.mktemp("dkim")
    made = folder / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", made, "2048"], check=True, capture_output=True)
    public = subprocess.run(
        ["openssl", "rsa", "-in", made, "-pubout", "-outform", "PEM"], check=True, capture_output=True
    ).stdout
    text = b"".join(line for line in public.splitlines() if not line.startswith(b"-"))
    return made.read_bytes(), b"v=DKIM1; k=rsa; p=" + text


def test_a_mail_has_its_papers_and_says_why_it_comes_and_how_it_ends():
    made = message(mail(paper(1), paper(2), more=3))
    text = text_in(made, "plain")
    assert made["Subject"] == "This week's trending papers: Debate of Agents, Part 1 and 4 more"
    assert "Ada Lovelace, Charles Babbage, Mary Somerville et al. · 2 January 2026 · 39 upvotes" in flat(text)
    assert "https://arxiv.org/abs/2601.00002" in text
    assert "You get trending papers every Monday at 09:00, UTC." in flat(text)
    assert text.rstrip().endswith(LINK)
    assert made["List-Unsubscribe"] == f"<{LINK}>"
    assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert made["Message-ID"] == "<pb0123456789abcdef0123@example.org>"
    assert made["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("plan", "head"),
    [
        (MailPlan(), "This week's trending papers"),
        (MailPlan(times=DAILY), "Today's trending papers"),
        (MailPlan(Content.TOPIC, "web agents", "web agents"), "New papers on web agents"),
        (MailPlan(Content.LIST, "3", "Later"), "New papers like those on your list Later"),
        (MailPlan(Content.FOLLOWS), "New papers from what you follow"),
    ],
    ids=str,
)
def test_each_kind_of_mail_says_what_it_is(plan: MailPlan, head: str):
    with_papers, without = mail(paper(), plan=plan), mail(plan=plan)
    assert parts(with_papers).text.startswith(f"{head}\n")
    assert parts(without).subject.startswith("Nothing new this week: ")
    assert "All is well: there was nothing new" in parts(without).text
    for made in (with_papers, without):
        assert flat(parts(made).text) == read_html(parts(made).html)


def test_what_brought_a_paper_is_said_where_it_was_followed():
    made_at = mail().at
    follows = [
        Followed(1, 1, kind, "x", shown, made_at)
        for kind, shown in (
            (Kind.TOPIC, "web agents"),
            (Kind.AUTHOR, "Ada Lovelace"),
            (Kind.PAPER, "On Engines"),
            (Kind.LIST, "Later"),
        )
    ]
    entries = [MailEntry(paper(number), each) for number, each in enumerate(follows, 1)]
    entries += [
        MailEntry(paper(5)),
        MailEntry(paper(6), None, News.CODE),
        MailEntry(paper(7), None, News.VERSION, 3),
    ]
    text = parts(mail(entries=tuple(entries), plan=MailPlan(Content.FOLLOWS))).text
    for because in (
        "You follow web agents",
        "You follow papers by Ada Lovelace",
        "Like “On Engines”",
        "Like your list Later",
        "You followed it then",
        "Its code is there now",
        "Version 3 is on arXiv",
    ):
        assert because in text


def test_a_long_abstract_shows_its_first_sentences_and_folds_the_rest():
    html = parts(mail(paper())).html
    summary = re.search(r"<summary[^>]*>(.*?)</summary>", html)
    assert summary is not None
    assert (LONG * 3).startswith(summary[1])
    assert summary[1].endswith("elsewhere. Large language models debate.")
    assert len(summary[1]) <= 280
    assert "<details" not in parts(mail(paper(abstract="Short."))).html


def test_nothing_is_loaded_run_or_counted():
    html = parts(mail(*(paper(number) for number in range(1, 11)))).html
    assert not re.search(r"<(img|script|link|iframe|object|form|svg)|url\(|@import|src=", html)
    links = re.findall(r'href="([^"]*)"', html)
    assert links == [f"https://arxiv.org/abs/2601.{number:05}" for number in range(1, 11)] + [LINK]


def test_it_is_readable_in_the_dark_and_without_a_style_sheet():
    html = parts(mail(paper())).html
    assert "@media (prefers-color-scheme: dark)" in re.sub(r"\s+", " ", html)
    assert 'content="light dark"' in html
    assert re.search(r'<h2 style="[^"]*font-size: 17px', html), "inlined"


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_hostile_is_text(hostile: str):
    made = mail(
        paper(title=hostile, abstract=f"{hostile} " * 40, authors=(hostile,)),
        plan=MailPlan(Content.TOPIC, hostile, hostile),
    )
    read = message(made)
    assert read.defects == []
    assert [each.defects for each in read.iter_parts()] == [[], []]
    assert set(read.keys()) == set(message(mail(paper())).keys()), "no header was slipped in"
    assert (read["To"], read["Bcc"]) == ("ada@example.org", None)
    html = text_in(read, "html")
    assert "<script" not in html
    assert flat(text_in(read, "plain")) == read_html(html)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", html + str(read["Subject"]))
    assert max(map(len, raw(made).split(b"\r\n"))) <= 998


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200).filter(
        lambda text: _is_title(text)
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=600),
    st.text(max_size=80),
)
@settings(deadline=None, max_examples=40)
def test_any_text_is_the_same_in_both_parts(title: str, abstract: str, topic: str):
    made = mail(
        paper(title=title, abstract=abstract), plan=MailPlan(Content.TOPIC, topic or "x", topic or "x")
    )
    read = BytesParser(policy=policy.default).parsebytes(raw(made))
    assert read["To"] == "ada@example.org"
    assert read["Message-ID"] == "<pb0123456789abcdef0123@example.org>"
    assert len(list(read.iter_parts())) == 2


@given(title=st.text(st.sampled_from("aé中“”–… .-?=_X"), min_size=1, max_size=220).filter(str.strip))
@settings(max_examples=200)
@example(title="Relevant CommonSense Subgraphs for “What if...” Procedural Reasoning")
@example(title="é" * 220)
def test_a_subject_is_read_as_it_was_written(title: str):
    signed = raw(mail(paper(title=title), *(paper(number) for number in range(2, 11))))
    head = signed.partition(b"\r\n\r\n")[0]
    by_the_former = make_header(
        decode_header(str(message_from_bytes(signed, policy=policy.compat32)["Subject"]))
    )
    said = parts(mail(paper(title=title), *(paper(number) for number in range(2, 11)))).subject
    assert (
        str(parsed(signed)["Subject"])
        == str(by_the_former)
        == collapse(visible(said).replace("=?", "= ?"))[:200]
    )
    (lines,) = re.findall(rb"^Subject: .*(?:\r\n .*)*", head, re.MULTILINE)
    assert max(map(len, lines.split(b"\r\n"))) <= 78
    assert all(len(word) <= 75 for word in re.findall(rb"=\?\S*\?=", lines))


def _is_title(text: str) -> bool:
    try:
        Paper(id="x", title=text)
    except ValueError:
        return False
    return True


def test_the_worst_papers_that_are_known_make_mails_that_no_program_clips():
    papers = _worst()
    read = message(mail(*papers, *papers[:2]))
    assert flat(text_in(read, "plain")) == read_html(text_in(read, "html"))
    assert len(text_in(read, "html").encode()) < GMAIL_CLIPS


def _worst() -> list[Paper]:
    long = "An abstract of which nobody sees the end. " * 500
    many = tuple(f"Author {number}" for number in range(3_303))
    return [
        *(paper(number, title=text, abstract=long) for number, text in enumerate(HOSTILE[:4], 1)),
        paper(5, abstract=long, authors=many),
        paper(6, title="x " * 2_000, abstract="&<> " * 5_000),
        paper(7, title="<" * 2_000, abstract='"' * 20_000),
        paper(8, abstract="é" * 20_000),
    ]


def test_a_signed_mail_is_verified_with_both_headers_of_unsubscribing(key):
    private, public = key
    signed = raw(mail(paper()), Signature(private, "papers", "example.org"))
    assert dkim.verify(signed, dnsfunc=lambda name, timeout=5: public)
    header = message(mail(paper()), Signature(private, "papers", "example.org"))["DKIM-Signature"]
    names = re.search(r"h=([^;]*);", "".join(str(header).split()))
    assert names is not None
    assert {"from", "to", "subject", "list-unsubscribe", "list-unsubscribe-post"} <= {*names[1].split(":")}
    tampered = signed.replace(b"One-Click", b"Two-Click")
    assert not dkim.verify(tampered, dnsfunc=lambda name, timeout=5: public)


def test_who_writes_instead_of_pressing_names_the_link_to_an_address_that_is_signed_too(key):
    private, public = key
    sender = From.of("papers@example.org", "stop+papers@example.org")
    signed = raw(mail(paper()), Signature(private, "papers", "example.org"), sender)
    assert dkim.verify(signed, dnsfunc=lambda name, timeout=5: public)
    assert not dkim.verify(signed.replace(b"stop%2B", b"none%2B"), dnsfunc=lambda name, timeout=5: public)
    link, mailto = str(parsed(signed)["List-Unsubscribe"]).split(", ")
    assert link == f"<{LINK}>", "what a mail program posts to comes first"
    written = urlsplit(mailto.strip("<>"))
    assert (written.scheme, unquote(written.path)) == ("mailto", "stop+papers@example.org")
    assert parse_qs(written.query) == {"subject": [f"Unsubscribe {LINK}"]}
    assert max(map(len, signed.splitlines())) <= 998


def test_a_mail_that_asks_is_signed_too(key):
    private, public = key
    made = mail(kind=MailKind.CONFIRM)
    assert dkim.verify(
        raw(made, Signature(private, "papers", "example.org")), dnsfunc=lambda name, timeout=5: public
    )


def test_a_long_address_of_the_pages_stays_whole_in_its_header():
    link = f"{PUBLIC}/{'a-long-prefix/' * 12}mail/off/AbCdEfGhIjKlMnOpQrStUvWxYz012345"
    assert message(replace(mail(paper()), link=link))["List-Unsubscribe"] == f"<{link}>"


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("papers@example.org", "Paperboy"),
        ("Papers, daily <papers@example.org>", "Papers, daily"),
        ("Zeitungsjunge für alle <papers@example.org>", "Zeitungsjunge für alle"),
    ],
)
def test_whom_mails_are_from_is_as_it_was_set(setting: str, name: str):
    read = parsed(as_bytes(mail(paper()), parts(mail(paper())), From.of(setting)))
    (sender,) = read["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "papers@example.org")


def test_a_paper_without_an_address_leads_to_its_page():
    assert f"{PUBLIC}/paper/pb-0123" in parts(mail(paper(id="pb-0123"))).text
