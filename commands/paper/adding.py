"""`/paper add`, and `/settings add`, which says who may."""

from __future__ import annotations

from typing import Protocol, cast

import discord
from discord import app_commands

from bot.catalog.adding import add
from bot.errors import NotAllowed
from bot.state.added import AddRule, Who
from bot.views.layout import Layout, Notice
from bot.views.paper_card import PaperCard
from commands.answering.context import Interaction, catalog_of, owner_of, services_of
from commands.answering.cooldown import Cooldowns
from commands.answering.replies import Manner, answer, manner
from commands.paper.group import paper

settings = app_commands.Group(
    name="settings",
    description="How Paperboy works in this server.",
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


class _HasAdditions(Protocol):
    additions: Cooldowns
    """How often a person may add papers where no server's rule holds."""


_KNOWN = "Already in the catalog."
_MAY = {
    Who.EVERYBODY: "Everybody in this server may add papers.",
    Who.MODERATORS: "Members with Manage Messages may add papers.",
    Who.ADMINS: "Members with Manage Server may add papers.",
}


@paper.command(name="add", description="Add a paper by its arXiv id, its address, or BibTeX.")
@app_commands.describe(
    reference="As in 2411.13543, a link to arXiv or Hugging Face, or a BibTeX entry",
    private="Show the answer only to you",
)
async def add_command(
    interaction: Interaction, reference: app_commands.Range[str, 1, 4000], private: bool = False
) -> None:
    async def work() -> Layout:
        await _check_may_add(interaction)
        return await _added(interaction, reference)

    await answer(interaction, work(), manner(private))


async def _added(interaction: Interaction, reference: str) -> Layout:
    services = services_of(interaction)
    sources = (services.sources.arxiv, services.sources.hugging_face)
    addition = await add(catalog_of(interaction), sources, reference)
    paper_itself = addition.paper
    await services.library.paper(paper_itself.id)  # where it is hidden, that is said
    if not addition.new:
        return PaperCard(paper_itself, note=_KNOWN)
    if addition.origin is None:
        # No source knows it: it is kept as it was written, for this server or person alone.
        new = await services.written.keep(owner_of(interaction), paper_itself)
        return PaperCard(paper_itself, note="Added from your BibTeX." if new else _KNOWN)
    await services.added.keep(paper_itself, addition.origin)
    await services.written.forget(paper_itself.id)
    return PaperCard(paper_itself, note="Added.")


async def _check_may_add(interaction: Interaction) -> None:
    """In a server where the bot is a member its rule holds; anywhere else a cooldown does."""
    guild_id = interaction.guild_id
    if guild_id is None or interaction.client.get_guild(guild_id) is None:
        cast(_HasAdditions, interaction.client.tree).additions.take(interaction)
        return
    rule = await services_of(interaction).add_rules.of_guild(guild_id)
    if not _may_add(interaction, rule):
        raise NotAllowed(f"{_MAY[rule.who]} An admin can change that with `/settings add`.")


def _may_add(interaction: Interaction, rule: AddRule) -> bool:
    permissions = interaction.permissions
    member = interaction.user
    if rule.role_id and isinstance(member, discord.Member) and member.get_role(rule.role_id):
        return True
    match rule.who:
        case Who.EVERYBODY:
            return True
        case Who.MODERATORS:
            return permissions.manage_messages
        case Who.ADMINS:
            return permissions.manage_guild


@settings.command(name="add", description="Choose who may add papers with /paper add.")
@app_commands.describe(
    who="Everybody, or members with a permission", role="Members with this role may add papers, too"
)
@app_commands.choices(
    who=[
        app_commands.Choice(name="Everybody", value=Who.EVERYBODY.value),
        app_commands.Choice(name="Manage Messages", value=Who.MODERATORS.value),
        app_commands.Choice(name="Manage Server", value=Who.ADMINS.value),
    ]
)
async def settings_add(interaction: Interaction, who: str, role: discord.Role | None = None) -> None:
    async def work() -> Layout:
        if interaction.guild_id is None:
            raise NotAllowed("These settings are for servers in which the bot is a member.")
        rule = AddRule(Who(who), role.id if role else None)
        await services_of(interaction).add_rules.change(interaction.guild_id, rule)
        too = f" So may members with {role.mention}." if role and rule.who is not Who.EVERYBODY else ""
        return Notice(_MAY[rule.who] + too)

    await answer(interaction, work(), Manner.PRIVATE)
