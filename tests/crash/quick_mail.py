"""The bot, as it is, but for how long it waits until another try: nobody waits for a test's mail server."""

from __future__ import annotations

from datetime import timedelta

from bot.cli import main
from bot.delivery.lifecycle import Patience
from bot.mail import mail_engine, smtp_sender

smtp_sender.SmtpSender.__init__.__kwdefaults__.update(later=0.5, away=0.2)
mail_engine.PATIENCE = Patience(
    lease=timedelta(seconds=20), settle=timedelta(seconds=0.1), longest_wait=timedelta(seconds=2)
)

main()
