"""Whom refusals blame that real mail servers answer: of Postfix, Exim, Exchange, Gmail, Amazon, cPanel."""

from __future__ import annotations

import pytest

from bot.mail.blame import blames_recipient

ADA, FROM = "ada.limit@example.org", "papers@example.com"

THEIRS = [
    "550 5.1.1 <ada.limit@example.org>: Recipient address rejected: User unknown in relay recipient table",
    "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "550 #5.1.0 Address rejected.",
    "553 5.1.2 <ada.limit@example.org>: Bad destination host",
    "550 5.2.1 The email account that you tried to reach is disabled",
    "552 5.2.2 The email account that you tried to reach is over quota",
    "550 No such user here",
    "550 <Ada.Limit@Example.org> rejected",
    "551 User not local",
    "550 5.0.0 <ada.limit@example.org>... User unknown",
    "550 5.5.0 Requested action not taken: mailbox unavailable",
    "553 sorry, that recipient is unknown",
    "550 Unrouteable address",
]
OURS = [
    "553 5.7.1 <papers@example.com>: Sender address rejected: not owned by user paperboy",
    "554 5.7.1 <ada.limit@example.org>: Relay access denied",
    "550 5.7.1 Relaying denied",
    "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
    "550 5.4.6 <ada.limit@example.org> Sender Daily Quota Exceeded",
    "550 5.4.6 Unusual sending activity detected",
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using Spamhaus",
    "550 5.7.1 blocked using zen.spamhaus.org",
    "554 5.7.1 You have exceeded your quota",
    "550 Domain example.com has exceeded the max emails per hour (100/100 (100%)) allowed",
    "554 Message rejected: Email address is not verified: ada.limit@example.org",
    "550 The from address does not match a verified Sender Identity",
    "550 Unauthenticated senders not allowed",
    "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
    "554 5.2.252 SendAsDenied; papers@example.com not allowed to send as another@example.com",
    "550 5.1.8 Access denied, bad outbound sender",
    "553 5.1.7 Sender address rejected",
    "550 5.1.0 <papers@example.com>: Sender address rejected: User unknown in virtual mailbox table",
    "550 5.7.501 Access denied, spam abuse detected",
    "550 5.7.26 This mail has been blocked because the sender is unauthenticated",
    "550 Sender verify failed",
    "550 ada.limit@example.org: relay not permitted",
    "550 papers@example.com unknown user account",
    "550 ada.limit@example.org refused by local policy",
    "550 5.4.5 Daily user sending limit exceeded",
    "552 5.3.1 Mail system full",
    "554 5.3.2 Closed",
    "535 5.7.8 Authentication failed for user unknown",
    "530 5.7.0 Must issue a STARTTLS command first",
    "554 Transaction failed",
    "550 Access denied",
]


@pytest.mark.parametrize(
    ("answer", "is_theirs"), [(each, True) for each in THEIRS] + [(each, False) for each in OURS]
)
def test_a_recipient_is_blamed_for_the_address_alone(answer: str, is_theirs: bool) -> None:
    code, _, said = answer.partition(" ")
    assert blames_recipient(int(code), said, recipient=ADA, sender=FROM) is is_theirs
