"""`/paper add`, the button Add it, and `/settings add`, which says who may."""

from __future__ import annotations

from typing import Protocol, cast

import discord
from discord import app_commands

from bot.errors import NotAllowed, StaleButton
from bot.paper.ids import ArxivId, is_arxiv_id
from bot.sources.adding import Wanted, known, read_wanted
from bot.state.added import AddRule, Who
from bot.views.layout import Layout, Notice
from bot.views.paper_buttons import Add
from bot.views.paper_card import PaperCard
from commands.answering.context import Handlers, Interaction, owner_of, services_of
from commands.answering.cooldown import Cooldowns
from commands.answering.replies import Manner, answer, manner
from commands.paper.paper_group import paper

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
_WHO = {
    Who.EVERYBODY: "Everyone here",
    Who.MODERATORS: "Moderators (Manage Messages)",
    Who.ADMINS: "Admins (Manage Server)",
}


@paper.command(name="add", description="Add a paper by its arXiv id, a link, or BibTeX.")
@app_commands.describe(
    reference="As in 2411.13543, a link to arXiv or Hugging Face, or a BibTeX entry",
    private="Show the answer only to you",
)
async def add_command(
    interaction: Interaction, reference: app_commands.Range[str, 1, 4000], private: bool = False
) -> None:
    """`/paper add`."""

    async def work() -> Layout:
        return await _added(interaction, await read_wanted(reference))

    await answer(interaction, work(), manner(private))


async def _press_add(interaction: Interaction, pressed: Add) -> None:
    if not is_arxiv_id(pressed.arxiv_id):
        raise StaleButton
    wanted = Wanted(ArxivId(pressed.arxiv_id))
    await answer(
        interaction, _added(interaction, wanted), Manner.PUBLIC if pressed.public else Manner.PRIVATE
    )


async def _added(interaction: Interaction, wanted: Wanted) -> Layout:
    """The card of the paper: to everyone where the catalog has it, else to those who may add."""
    services = services_of(interaction)
    there = await known(services.library, wanted)
    # What was written of an arXiv paper while no source answered gives way to what a source says.
    if there is not None and (there.arxiv_id is None or await services.adder.known(wanted)):
        return PaperCard(there, note=_KNOWN)
    await _check_may_add(interaction)
    addition = await services.adder.add(wanted)
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


async def refusal(interaction: Interaction) -> str:
    """The sentence that says who may add papers here; empty for somebody who may."""
    rule = await _rule_of(interaction)
    return (
        ""
        if rule is None or _may_add(interaction, rule)
        else f"{_who(rule)} can add papers with `/paper add`."
    )


async def _check_may_add(interaction: Interaction) -> None:
    """In a server where the bot is a member its rule holds; anywhere else a cooldown does."""
    rule = await _rule_of(interaction)
    if rule is None:
        cast(_HasAdditions, interaction.client.tree).additions.take(interaction)
    elif not _may_add(interaction, rule):
        # In bold: to whoever can't use a command its mention says so, and nothing else.
        raise NotAllowed(
            f"{_who(rule)} can add papers here. An admin can change that with **/settings add**."
        )


async def _rule_of(interaction: Interaction) -> AddRule | None:
    guild_id = interaction.guild_id
    if guild_id is None or interaction.client.get_guild(guild_id) is None:
        return None
    return await services_of(interaction).add_rules.of_guild(guild_id)


def _who(rule: AddRule) -> str:
    role = f" and members with <@&{rule.role_id}>" if rule.role_id and rule.who is not Who.EVERYBODY else ""
    return _WHO[rule.who] + role


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


@settings.command(name="add", description="Choose who can add papers with /paper add.")
@app_commands.describe(
    who="Everyone, or members with a permission", role="Members with this role can add papers, too"
)
@app_commands.choices(
    who=[
        app_commands.Choice(name="Everyone", value=Who.EVERYBODY.value),
        app_commands.Choice(name="Moderators (Manage Messages)", value=Who.MODERATORS.value),
        app_commands.Choice(name="Admins (Manage Server)", value=Who.ADMINS.value),
    ]
)
async def settings_add(interaction: Interaction, who: str, role: discord.Role | None = None) -> None:
    """`/settings add`."""

    async def work() -> Layout:
        if interaction.guild_id is None:
            raise NotAllowed("These settings only work in a server I'm a member of.")
        rule = AddRule(Who(who), role.id if role else None)
        await services_of(interaction).add_rules.change(interaction.guild_id, rule)
        return Notice(f"{_who(rule)} can add papers now.")

    await answer(interaction, work(), Manner.PRIVATE)


BUTTONS: Handlers = {Add: _press_add}
