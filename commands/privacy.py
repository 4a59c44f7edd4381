"""`/privacy show` and `/privacy delete`: what the bot keeps about whoever asks, wherever they ask."""

from __future__ import annotations

from discord import app_commands

from bot.readers.owner import Kind, Owner
from bot.views.layout import Layout, Notice
from bot.views.privacy_buttons import DeleteMine, KeepMine
from bot.views.privacy_page import AboutYou, DeleteAll, deleted, nothing_kept
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import Manner, answer, show
from commands.following.mail_commands import mail_of

privacy = app_commands.Group(
    name="privacy",
    description="What I keep about you.",
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
)


@privacy.command(name="show", description="See everything I keep about you.")
async def show_mine(interaction: Interaction) -> None:
    """`/privacy show`."""

    async def work() -> Layout:
        rows = await services_of(interaction).people.about(interaction.user.id)
        return AboutYou(mail_of(interaction).readable(rows)) if rows else nothing_kept()

    await answer(interaction, work(), Manner.PRIVATE)


@privacy.command(name="delete", description="Delete everything I keep about you.")
async def delete_mine(interaction: Interaction) -> None:
    """`/privacy delete`: asks first."""

    async def work() -> Layout:
        rows = await services_of(interaction).people.about(interaction.user.id)
        return DeleteAll(rows) if rows else nothing_kept()

    await answer(interaction, work(), Manner.PRIVATE)


async def _press_delete(interaction: Interaction, _: DeleteMine) -> None:
    async def work() -> Layout:
        services, person = services_of(interaction), interaction.user.id
        rows = await services.people.about(person)
        gone = await services.people.forget(person)
        services.written.look_again(Owner(Kind.PERSON, person))
        return deleted(rows) if gone else nothing_kept()

    await answer(interaction, work(), Manner.TURN)


async def _press_keep(interaction: Interaction, _: KeepMine) -> None:
    await show(interaction, Notice("Nothing was deleted.", private=True), Manner.TURN)


BUTTONS: Handlers = {DeleteMine: _press_delete, KeepMine: _press_keep}
