"""Which addresses without an id are papers' pages: those of proceedings, journals and archives, and PDFs."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_LONGEST = 2_048
_FILE = re.compile(r"\.(?:pdf|ps|ps\.gz)$", re.IGNORECASE)
_PAGES = re.compile(
    # Conferences.
    r"(?:papers|proceedings)\.(?:nips|neurips)\.cc/paper|openreview\.net/(?:forum|pdf|references|attachment)"
    r"|proceedings\.mlr\.press/v\d|(?:openaccess|cv-foundation)\.thecvf\.com/|cv-foundation\.org/openaccess/"
    r"|ecva\.net/papers/|bmva\.org/bmvc/|aclanthology\.(?:org|info)/|aclweb\.org/anthology"
    r"|ijcai\.org/(?:abstract|papers|proceedings)|(?:ojs\.)?aaai\.org/(?:index|ocs|ojs|papers|library)"
    r"|isca-(?:speech|archive)\.org/|usenix\.org/(?:system/files|conference/[^/]+/presentation|legacy)"
    r"|roboticsproceedings\.org/|vldb\.org/pvldb|ceur-ws\.org/vol|proceedings\.mlsys\.org/"
    r"|ndss-symposium\.org/ndss-paper|iclr\.cc/virtual/\d+/(?:poster|oral)|icml\.cc/virtual/\d+/(?:poster|oral)"
    # Publishers and journals.
    r"|dl\.acm\.org/(?:citation|doi|ft_gateway)|ieeexplore\.ieee\.org/(?:abstract|document|iel|stamp|xpl)"
    r"|computer\.org/csdl/|link\.springer\.com/(?:article|chapter)|sciencedirect\.com/science/article"
    r"|nature\.com/(?:articles|[a-z]+/journal)|science(?:mag)?\.org/(?:content|doi)|pnas\.org/(?:content|doi)"
    r"|cell\.com/[^#]*/(?:fulltext|abstract|pdf)|academic\.oup\.com/[^/]+/article|direct\.mit\.edu/[^/]+/article"
    r"|mitpressjournals\.org/doi|tandfonline\.com/doi|onlinelibrary\.wiley\.com/doi|epubs\.siam\.org/doi"
    r"|frontiersin\.org/(?:articles|journals)|mdpi\.com/\d|journals\.plos\.org/|jmlr\.org/|jair\.org/"
    r"|transacl\.org/|distill\.pub/\d|worldscientific\.com/doi|iospress\.(?:nl|com)/"
    # Archives and libraries of papers.
    r"|(?:bio|med|chem)rxiv\.org/|eprint\.iacr\.org/\d|ssrn\.com/|osf\.io/preprints"
    r"|hal\.[a-z-]+(?:\.fr)?/[a-z]+-\d|(?:pdfs\.)?semanticscholar\.org/|paperswithcode\.com/paper/"
    r"|(?:pubmed\.)?ncbi\.nlm\.nih\.gov/(?:pmc|pubmed|\d)|europepmc\.org/|researchgate\.net/publication"
    r"|citeseerx?\.(?:ist\.)?psu\.edu/|dblp\.(?:org|uni-trier\.de)/rec|core\.ac\.uk/(?:download|display|reader)"
    r"|adsabs\.harvard\.edu/abs",
    re.IGNORECASE,
)
_WWW = re.compile(r"(?:www|m)\.", re.IGNORECASE)


def is_paper_page(address: str) -> bool:
    """Whether an http(s) address is a paper's page or file by its shape, though it tells no id."""
    try:
        parts = urlsplit(address[:_LONGEST])
        host = _WWW.sub("", parts.hostname or "", count=1)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host:
        return False
    return bool(_FILE.search(parts.path) or _PAGES.match(host + parts.path))


def is_paper_file(address: str) -> bool:
    """Whether an address, which may be a path beside the file it stands in, is that of a PDF or the like."""
    return _FILE.search(address[:_LONGEST].partition("#")[0].partition("?")[0]) is not None
