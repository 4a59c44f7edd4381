"""The words by which mail servers tell what is wrong, one pattern a kind of answer."""

from __future__ import annotations

import re
from typing import Final


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_MAILBOX = r"(?:mail ?-?box(?:es)?|user(?:id)?|account|recipient|address(?:ee)?|inbox|customer)"
_LIMIT = r"(?:quota|limit(?:s|ed)?|rates?|maximum)"
_GONE = r"(?:disabled|deactivated|inactive|suspended|frozen|locked|closed|terminated|discontinued|archived)"

# About us

LOGIN: Final = _any(
    r"\bauthentication (?:is )?(?:required|failed|credentials)",
    r"\b(?:must|please) (?:first )?authenticate",
    r"\bsmtp auth",
    r"\bclient was not authenticated",
    r"\bunauthenticated\b",
)
QUOTA: Final = _any(
    r"\b(?:submission|sending|outgoing|outbound|relay|hourly|daily|monthly|rate|frequency)\b"
    rf".{{0,40}}\b{_LIMIT}\b",
    r"\b(?:sender|domain|ip|client|host)\b.{0,40}\bexceed",
    r"\byou(?:'ve| have)\b.{0,30}\b(?:exceed|reached|sent too)",
    rf"\byour (?:\w+ ){{0,3}}{_LIMIT}\b",
    r"\b(?:per|an|each) (?:second|minute|hour|day|month)\b",
    r"\btoo many (?:e?-?mails|messages|connections|sessions|recipients)\b",
    r"\bunusual sending\b",
)
OUR_ACCOUNT: Final = _any(
    rf"\byour (?:\w+ ){{0,2}}account\b.{{0,40}}\b(?:{_GONE}|blocked|banned|restricted|limited|expired|not)\b",
    rf"\b(?:sending|outgoing|outbound|mail from)\b.{{0,40}}\b(?:{_GONE}|blocked|restricted|not allowed)\b",
    r"\b(?:not|never|un) ?(?:been )?verified\b",
    r"\bidentit(?:y|ies)\b",
)
SENDER: Final = _any(
    r"\b(?:sender|from|return)(?: e?-?mail)? (?:address|domain|identity|path)\b",
    r"\bsender (?:is |was |has been )?(?:rejected|denied|refused|not|unknown|invalid|blocked|verif)",
    r"\b(?:bad|banned|invalid|unknown|unverified|outbound|allowed) (?:outbound )?senders?\b",
    r"\bas (?:this )?sender\b",
    r"\bsendasdenied\b",
    r"\bsending domain\b",
    r"\bmail from\b",
)
HOST: Final = _any(
    r"\b(?:helo|ehlo|ptr|rdns|r-?dns)\b",
    r"\b(?:reverse|forward) dns\b",
    r"\b(?:client|sending|your) (?:host|hostname|ip|server|network|client)\b",
    r"\bhost (?:network|rejected|not allowed)\b",
    r"\b(?:ip|ips|ip address|ip=\S+)\b",
    r"\bblocked (?:using|by|for|at|via)\b",
    r"\bblock ?-?list|\bdnsbl\b|\brbl\b|\bspamhaus\b|\breputation\b",
    r"\bconnections? not accepted\b",
    r"\bcannot find your\b",
    r"\bstarttls\b",
)
RELAY: Final = _any(
    r"\brelay(?:s|ed|ing)?\b(?! recipient table)",
    r"\brcpt ?hosts\b",
    r"\bwe (?:don't|do not) handle mail for\b",
    r"\bnot (?:a )?(?:gateway|local host)\b|\bregistered gateway\b",
)
CONTENT: Final = _any(
    r"\bspam|\bunsolicited\b|\bvirus|\bcontent\b|\bheaders?\b|\battachments?\b|\burl\b|\bube\b",
    r"\bpolic(?:y|ies)\b|\bdmarc\b|\bdkim\b|\bspf\b|\bcompliant\b",
    r"\b(?:message|mail)\b.{0,30}\b(?:too (?:large|big)|size|length)\b",
)

# About the moment

RATE_OF_THEIRS: Final = _any(
    r"\breceiving (?:mail )?(?:at a rate|too)\b",
    r"\bmessage receive limit\b",
)
AWAY: Final = _any(
    r"\b(?:mail )?system (?:is )?full\b",
    r"\binsufficient (?:system|disk)\b",
    r"\bhop ?count\b|\btoo many hops\b|\brouting loop\b|\bmail ?loop\b",
    r"\bmessage expired\b|\bqueue\.expired\b",
    r"\binvalid dns (?:mx|a)\b",
    r"\bdns (?:query|lookup|check)\b.{0,20}\bfail",
    r"\b(?:try|come back) (?:it )?(?:again )?(?:later|in \d)|\bplus tard\b",
    r"\bgr[ae]y-?list",
    r"\bservice (?:currently |is )?(?:unavailable|not available|refuse)",
)
PASSING: Final = _any(
    r"\btemporar(?:y|ily)\b",
    r"\bcurrently\b",
    r"\btimed? ?-?out\b",
    r"\b(?:internal|server|system) error\b",
)

# About the address

SUPPRESSED: Final = _any(
    rf"\b{_MAILBOX}\b.{{0,40}}\bsuppress",
    r"\bsuppression list\b|\bsuppressed (?:recipient|address)\b",
    r"\bpreviously (?:bounced|unsubscribed)\b|\bbounced address\b",
)
FULL: Final = _any(
    r"\b(?:mail ?-?box|inbox|mail ?folder|maildir)\b"
    r".{0,60}\b(?:full|over ?quota|quota|out of storage|disk space)\b",
    r"\b(?:full mailbox|mail ?box (?:size|limit))\b",
    rf"\b{_MAILBOX}\b.{{0,60}}\b(?:over|exceed\w*)\b.{{0,20}}\b(?:quota|storage|space)\b",
    r"\b(?:over|out of|exceed\w*)\b.{0,12}\b(?:storage|disk)\b",
    r"\bover ?-?quota\b",
    r"\bboite du destinataire pleine\b",
)
DISABLED: Final = _any(
    rf"\b(?:mail ?-?box|inbox)\b.{{0,30}}\b{_GONE}\b",
    rf"\b(?:recipient|destinataire|tried to reach|trying to (?:reach|contact))\b.{{0,40}}\b{_GONE}\b",
    rf"\b{_GONE} (?:recipient|mail ?box|user|e-?mail address)\b",
    r"\b(?:blocked|disabled|closed|suspended|rejected) (?:due to|for|because of) (?:\w+ )?inactiv",
    rf"\bthis (?:account|address|user) (?:has been |is |was )?(?:permanently )?{_GONE}",
    r"\bno longer (?:valid|accepts|in use|available|active|on (?:this )?server|works)\b",
    r"\bis (?:not|no longer) (?:an )?active\b",
    r"\bcompte du destinataire\b|\brecipient account is blocked\b",
)
UNKNOWN: Final = _any(
    rf"\b{_MAILBOX}(?: name)?\b.{{0,40}}"
    r"\b(?:unknown|not (?:be )?(?:found|exist|known|local|listed|present)|"
    r"(?:doesn't|does not|do not|don't|didn't) exist|inconnu|unrecogni[sz]ed)\b",
    rf"\b(?:no such|unknown|invalid|unroutea?ble|non-?existent) (?:\S+ )?(?:{_MAILBOX}|id|person)\b",
    r"\bno (?:\w+ )?mail ?-?box\b|\bno (?:account|user|one|person) (?:by|with|of|at|here)\b",
    r"\bthere is no one\b|\bnot our (?:customer|user)\b",
    r"\bnot a (?:valid|known) (?:user|mailbox|recipient|address)\b",
    r"\bthis user doesn't have\b|\bdoesn't have an? \S+ account\b",
    r"\brecip(?:ient)?notfound\b|\bbad destination mailbox\b|\bundeliverable address\b",
    r"\b(?:local[ -]part|alias)\b.{0,20}\bunknown\b|\bunknown (?:local|alias)",
    r"\b(?:utilisateur|destinataire) (?:inconnu|invalide)|\badresse (?:du )?destinataire invalide",
    r"\bdestin\w* (?:sconosciuto|desconocido)|\bnie ma takiego\b|\bno existe\b",
)
DOMAIN: Final = _any(
    r"\b(?:dns )?domain\b.{0,40}\b(?:doesn't exist|does not exist|not found|not reachable|unknown)\b",
    r"\b(?:no such|unknown|invalid|nonexistent|bad destination) (?:domain|host)\b|\bhost unknown\b",
    r"\bhost or domain name not found\b|\bunroutea?ble address\b",
    r"\bdomain is not reachable\b|\bnull ?mx\b|\bdoes not accept (?:any )?mail\b|\bbad destination host\b",
)
ADDRESS: Final = _any(
    r"\brecipients?\b.{0,20}\b(?:rejected|refused|denied|unavailable|not)\b",
    r"\baddress(?:es)? rejected\b",
    rf"\b{_MAILBOX}\b.{{0,30}}\b(?:unavailable|not available|not accept\w*|not allowed|{_GONE})\b",
)

# About none that could be told

VAGUE: Final = _any(
    r"\bsenders?\b|\bfrom address\b",
    r"\bquota\b|\blimit(?:s|ed)?\b|\bexceed",
    r"\bblock(?:ed|s|ing)?\b|\bblack ?list|\bban(?:ned)?\b|\bauthenticat|\bverif",
)
