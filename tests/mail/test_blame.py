"""Whom refusals blame that real mail servers answer: of Postfix, Exim, Exchange, Gmail, Amazon, cPanel."""

from __future__ import annotations

import pytest

from bot.mail.blame import KINDS, Blame, blame_of, kind_of

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
    code, said = int(answer[:3]), answer[4:]
    blame = blame_of(code, said, recipient=ADA, sender=FROM)
    assert (blame is Blame.RECIPIENT) is is_theirs


BY_KIND = {
    "restricted": [
        "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
        "550 5.7.124 Sender not in allowed-senders list",
        "525 5.7.13 Disabled recipient address",
    ],
    "login": [
        "535 5.7.8 Authentication failed for user unknown",
        "550 Please turn on SMTP Authentication in your mail client.",
        "550 Unauthenticated senders not allowed",
    ],
    "suppressed": [
        "550 5.7.1 recipient address was suppressed due to customer policy",
        "550 Not delivering to previously bounced address",
        "554 5.1.1 Address is on the suppression list for your account",
    ],
    "their rate": [
        "550-5.2.1 The user you are trying to contact is receiving mail at a rate that\n5.2.1 prevents more",
        "550 5.2.121 RESOLVER.RST.RecipientRateLimited",
    ],
    "our quota": [
        "550 5.2.2 Submission quota exceeded",
        "550 5.1.90 Your message can't be sent because you've reached your daily limit",
        "550 5.4.5 Daily user sending limit exceeded",
        "550 5.4.6 <ada.limit@example.org> Sender Daily Quota Exceeded",
        "550 Domain example.com has exceeded the max defers and failures per hour (5/5 (100%)) allowed.",
        "550 Ip frequency limited",
        "554 5.7.1 You have exceeded your quota",
        "552 Too many recipients",
    ],
    "our account": [
        "550 5.2.1 Your account has been disabled",
        '550 Outgoing mail from "papers@example.com" has been suspended.',
        "554 Message rejected: Email address is not verified: ada.limit@example.org",
    ],
    "sender": [
        "553 5.7.1 <papers@example.com>: Sender address rejected: not owned by user paperboy",
        "553 5.1.8 <papers@example.com>... Domain of sender address papers@example.com does not exist",
        "550 Sender verify failed",
    ],
    "sender named": ["550 papers@example.com unknown user account"],
    "our host": [
        "550 <ada.limit@example.org>: Helo command rejected: need fully-qualified hostname",
        "554 5.7.1 <ada.limit@example.org>: Client host rejected: Access denied",
        "550 5.7.25 [192.0.2.1] The IP address sending this message does not have a PTR record setup",
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
        "554 Host network not allowed",
    ],
    "relaying": [
        "550 5.4.1 Relay Access Denied",
        "550 ada.limit@example.org: relay not permitted",
        "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    ],
    "server away": [
        "550 Requested action not taken: mailbox unavailable\ninvalid DNS MX or A/AAAA resource record",
        "552 5.3.1 Mail system full",
        "554 5.4.6 Too many hops",
        "550 <ada.limit@example.org>: Recipient address rejected: Greylisted, see https://example.net/help",
        "550 5.7.1 <ada.limit@example.org>: User is locked. Please try again later!",
    ],
    "disabled": [
        "550 5.2.1 The email account that you tried to reach is disabled",
        "550 5.2.1 This mailbox has been blocked due to inactivity (UserSearch)",
        "554 delivery error: dd This account has been disabled or discontinued [#102]",
        "550 Mailbox is frozen. See https://example.net/err/3/",
    ],
    "full": [
        "552 mailbox full",
        "552 5.2.2 Over quota",
        "552-5.2.2 The recipient's inbox is out of storage space.",
        "552 Requested mail action aborted: exceeded storage allocation\nQuota exceeded",
        "552 5.2.2 <ada.limit@example.org>: user is over quota",
    ],
    "unknown": [
        "554 delivery error: dd This user doesn't have a yahoo.com account (ada.limit@example.org) [0]",
        "553 sorry, no mailbox here by that name (#5.1.1)",
        "550 5.7.1 No such user!",
        "550 User not found: ada.limit@example.org",
        "550 5.1.1 <ada.limit@example.org>: User unknown in relay recipient table",
        "550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 : User unknown",
        "551 not our customer",
        "550 5.5.0 Adresse destinataire invalide. LPN007_416",
    ],
    "unknown to Exchange": [
        "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [X.prod.outlook.com]",
        "550 5.4.1 [ada.limit@example.org]: Recipient address rejected: Access denied",
        "550 5.4.1 All recipient addresses rejected : Access denied",
    ],
    "domain": [
        "550 5.4.310 DNS domain gone.example does not exist [Message=InfoDomainNonexistent]",
        "550 5.4.4 Host or domain name not found",
        "556 5.1.10 Recipient address has null MX",
        "550 Host unknown",
    ],
    "content": [
        "550 Requested action not taken: mailbox unavailable\nReject due to policy restrictions.",
        "550 5.7.1 <ada.limit@example.org>: Recipient address rejected: Mail appeared to be SPAM or forged",
        "554 5.7.1 Your message was rejected due to example.com's DMARC policy.",
        "552 5.2.3 Message size exceeds fixed maximum message size (10485760)",
    ],
    "passing": ["554 5.3.0 Internal error", "550 5.2.0 Mailbox is currently unavailable"],
    "vague": ["550 Maximum credits exceeded", "554 5.7.705 Access denied, tenant has exceeded threshold"],
    "address": [
        "550 5.1.1 RESOLVER.ADR.Something",
        "550 <Ada.Limit@Example.org> rejected",
        "550 Requested action not taken: mailbox unavailable",
        "550 5.4.4 Unable to route",
        "501 5.1.3 Bad recipient address syntax",
    ],
}
"""Answers of real servers by the kind that has to know them, with the addresses of these tests."""


@pytest.mark.parametrize(
    ("kind", "answer"), [(kind, answer) for kind, answers in BY_KIND.items() for answer in answers]
)
def test_the_first_kind_that_knows_an_answer_is_the_right_one(kind: str, answer: str) -> None:
    found = kind_of(int(answer[:3]), answer[4:], recipient=ADA, sender=FROM)
    assert found is not None
    assert found.name == kind


def test_every_kind_has_answers_that_only_it_is_for() -> None:
    assert [each.name for each in KINDS] == [*BY_KIND]


@pytest.mark.parametrize(
    "answer",
    [
        "554 Transaction failed",
        "550 Access denied",
        "550 5.7.1 <ada.limit@example.org>: Recipient address rejected: Access denied",
        "521 5.2.1 (CON:B1) https://example.com/mailbox-full/unknown-user",
        "550 5.2.0 Message filtered",
    ],
)
def test_what_nobody_can_tell_blames_nobody(answer: str) -> None:
    assert blame_of(int(answer[:3]), answer[4:], recipient=ADA, sender=FROM) is Blame.UNCLEAR


@pytest.mark.parametrize("local", ["relay", "spam", "helo", "no.such.user", "quota"])
def test_the_words_of_an_address_say_nothing(local: str) -> None:
    address = f"{local}@full-mailbox.example.org"
    said = f"5.1.1 <{address}>: not taken"
    assert blame_of(550, said, recipient=address, sender=FROM) is Blame.RECIPIENT
    assert blame_of(554, f"<{address}>: no", recipient=address, sender=FROM) is Blame.UNCLEAR
