"""Discord's error codes, as far as the stand-in gives them."""

from __future__ import annotations

UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE = 10003, 10004, 10008
UNKNOWN_USER, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION = 10013, 10015, 10062
TAG_REQUIRED, ALREADY_ACKNOWLEDGED, ALREADY_CROSSPOSTED = 40067, 40060, 40033
MISSING_ACCESS, CANNOT_MESSAGE_USER, MISSING_PERMISSIONS = 50001, 50007, 50013
WRONG_CHANNEL_TYPE, INVALID_FORM_BODY, THREAD_EXISTS = 50024, 50035, 160004
THREAD_ARCHIVED, UNKNOWN_TAG = 50083, 10087


class ApiError(Exception):
    """An answer that is no success: HTTP status, Discord's code and sentence."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status, self.code, self.message = status, code, message
