"""A small Discord on loopback: REST and gateway over the wire, in a process of its own that outlives the bot.

    python -m tests.discord_stand_in --port 8099

It does what the bot relies on (nonces, rate limits, permissions, threads, sessions that resume), does on
request what the bot has to survive (429, 500, 503, resets, slow answers, dropped gateways), keeps every
message, and checks every request. Tests steer it through `/control/…`: see `tests/support/stand_in.py`.
"""
