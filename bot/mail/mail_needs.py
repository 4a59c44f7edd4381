"""What mails are made from, and what of it isn't there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.following.personal_picks import Fits, PersonalPicks
from bot.readers.mailing import Content, Lack, MailPlan
from bot.state.followings import Followings
from bot.state.reading_lists import ReadingLists


@dataclass(frozen=True, slots=True)
class MailNeeds:
    lists: ReadingLists
    followings: Followings
    personal: PersonalPicks
    library: Fits

    async def lack(self, person: int, plan: MailPlan) -> Lack | None:
        """None where all is there."""
        match plan.content:
            case Content.LIST:
                if await self.lists.get(int(plan.text)) is None:
                    return Lack.LIST
                return None if await self.lists.latest_ids(int(plan.text), 1) else Lack.SAVED
            case Content.PICKED:
                return None if await self.personal.has_enough(person, self.library) else Lack.LIKED
            case Content.FOLLOWS:
                return None if await self.followings.of(person) else Lack.FOLLOWS
            case _:
                return None
