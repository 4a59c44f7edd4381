"""Everything that one process measures, together: made in `main` and passed down, as settings are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.measuring.counts import Count, Lately, Spread

TEN_MINUTES: Final = 600.0
"""Seconds over which Discord counts invalid requests."""

_LATENESS: Final = (1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 21600)
_WAITS: Final = (0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30)
_SEARCHES: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 1.5, 5, 15)
_LAGS: Final = (0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5)


@dataclass(frozen=True, slots=True)
class Figures:
    """All times are in seconds."""

    deliveries: Count = field(default_factory=lambda: Count("kind", "outcome", "reason"))
    """Deliveries that came to their end, or wait; `kind` as the ledger names what it delivers, `outcome`
    sent, skipped, failed or waited, and `reason` the code of why not, else empty."""
    lateness: Spread = field(default_factory=lambda: Spread(_LATENESS, "kind"))
    """From when a delivery was due to when it was there."""
    requests: Count = field(default_factory=lambda: Count("status"))
    """REST requests that Discord answered."""
    rate_limits: Count = field(default_factory=lambda: Count("scope"))
    """429s, by what they hold for: user, global, shared; or network, from what stands before Discord."""
    invalid_requests: Lately = field(default_factory=lambda: Lately(TEN_MINUTES))
    """401, 403 and 429 (but for the shared ones) within ten minutes: at 10,000 Discord blocks the address."""
    rest_waits: Spread = field(default_factory=lambda: Spread(_WAITS))
    """How long a REST request waited for its turn within the budget."""
    searches: Spread = field(default_factory=lambda: Spread(_SEARCHES, "kind"))
    """From asking to answer; `kind` is find, suggest or other."""
    source_failures: Count = field(default_factory=lambda: Count("source"))
    loop_lag: Spread = field(default_factory=lambda: Spread(_LAGS))
    """By how much later than it wished a task was woken."""
