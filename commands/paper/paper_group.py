"""The `/paper` group, to which the files beside this one add their commands."""

from __future__ import annotations

from discord import app_commands

paper = app_commands.Group(
    name="paper",
    description="Find, read and cite research papers.",
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
)

Typed = app_commands.Range[str, 1, 200]
"""What a member may type for a search or a paper."""
