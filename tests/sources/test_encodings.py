"""Text in the encodings that people's programs still write."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.paper.model import Paper
from bot.sources.files import PaperFile


def read(file: PaperFile) -> list[Paper]:
    return [paper for harvest in file.harvests() for paper in harvest.papers]


def bibtex(title: str) -> str:
    return f"@article{{a,\n  title = {{{title}}},\n  author = {{Doe, Ada}},\n  eprint = {{2205.00001}}\n}}\n"


@pytest.mark.parametrize(
    ("title", "encoding", "said"),
    [
        ("Un étang tranquille", "utf-8", None),
        ("Un étang tranquille", "utf-8-sig", None),
        ("Un étang tranquille", "cp1252", "Windows-1252"),
        ("Größe – “Ærø”", "cp1252", "Windows-1252"),
        ("São Paulo", "latin-1", "Windows-1252"),
        ("基于深度学习的图像识别研究", "gb18030", "GB18030"),
        ("深層学習による画像認識の研究", "shift_jis", "Shift-JIS"),
        ("Un étang 研究", "utf-16", "UTF-16"),
        ("Un étang tranquille", "utf-16-le", "UTF-16-LE"),
        ("Un étang tranquille", "utf-16-be", "UTF-16-BE"),
        ("Plain", "ascii", None),
    ],
)
def test_the_encoding_is_found_out_and_named(
    tmp_path: Path, title: str, encoding: str, said: str | None
) -> None:
    for name, text in {
        "p.bib": bibtex(title),
        "p.csv": f"title,arxiv_id\n{title},2205.00001\n",
        "p.ris": f"TY  - JOUR\nTI  - {title}\nAU  - Doe, Ada\nER  - \n",
        "p.jsonl": f'{{"title": "{title}"}}\n',
        "p.json": f'[{{"title": "{title}"}}]',
    }.items():
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        file = PaperFile(path)
        assert [paper.title for paper in read(file)] == [title], name
        assert file.unusual_encoding == said, name


def test_an_encoding_that_is_named_overrules(tmp_path: Path) -> None:
    path = tmp_path / "p.bib"
    path.write_bytes(bibtex("Łódź").encode("cp1250"))
    assert [paper.title for paper in read(PaperFile(path, encoding="cp1250"))] == ["Łódź"]


def test_one_line_in_another_encoding_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes("title\nÉtang un\nÉtang deux\n".encode() + "Étang trois\n".encode("cp1252"))
    assert [paper.title for paper in read(PaperFile(path))] == ["Étang un", "Étang deux", "Étang trois"]


def test_a_file_put_together_from_several_encodings_keeps_its_papers(tmp_path: Path) -> None:
    path = tmp_path / "p.bib"
    plain = b"@misc{a, title={A Census of Reeds}}\n" * 100
    pieces = ("Größe".encode("cp1252"), b"S\x8dlvia", "Größe".encode(), b"ka\xbfdego", "é".encode("cp1252"))
    path.write_bytes(plain + b"".join(b"@misc{a,\n title={Reeds of " + piece + b"}}\n" for piece in pieces))
    file = PaperFile(path)
    titles = [paper.title.removeprefix("Reeds of ") for paper in read(file)[100:]]
    assert [titles[0], titles[2], titles[4]] == ["Größe", "Größe", "é"]
    assert len(titles) == 5
    assert file.unusual_encoding == "Windows-1252"


@pytest.mark.parametrize("name", ["utf-9", "rot13", "", "../../etc", "hex"])
def test_an_encoding_that_is_none(tmp_path: Path, name: str) -> None:
    path = tmp_path / "p.bib"
    path.write_bytes(b"@misc{a, title={x}}")
    if name:
        with pytest.raises(SourceError, match="I don't know the encoding"):
            PaperFile(path, encoding=name)


def test_a_named_encoding_that_does_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "p.bib"
    path.write_bytes(b"@misc{a, title={x\x81}}")
    with pytest.raises(SourceError, match=r"is not Windows-1252 text\. Name its encoding with --encoding"):
        read(PaperFile(path, encoding="cp1252"))


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "p.bib"
    path.write_bytes(b"@misc{a, title={" + bytes(range(128, 256)) * 20 + b"}}")
    with pytest.raises(SourceError, match="Name it with --encoding"):
        read(PaperFile(path))
