"""Every button there is, by its custom_id."""

from __future__ import annotations

# Each family makes itself known as it is imported.
from bot.views import (  # noqa: F401
    feed_buttons,
    follow_buttons,
    list_buttons,
    mail_buttons,
    paper_buttons,
    privacy_buttons,
    server_buttons,
)
from bot.views.button_base import Button, read_button


def decode(custom_id: str) -> Button:
    """The button with this custom_id; StaleButton where there is none."""
    return read_button(custom_id)
