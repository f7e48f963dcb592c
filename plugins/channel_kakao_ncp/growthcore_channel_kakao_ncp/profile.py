"""What every channel of a Kakao sender profile has in common."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from growthcore.api import AddressKind, Channel, Sender, Text, require
from growthcore_channel_kakao_ncp.client import Sens
from growthcore_channel_kakao_ncp.code_words import WORDS
from growthcore_channel_kakao_ncp.directory import ACTIVE, CHANNEL_STATES, sender_of
from growthcore_channel_kakao_ncp.explaining import explaining
from growthcore_channel_kakao_ncp.pace import Pace
from growthcore_channel_kakao_ncp.schema import SensConfig


class SenderProfile(Channel):
    """A Kakao channel that sends by a SENS project."""

    medium = "kakao"
    address = AddressKind.PHONE
    senders_title = Text("카카오 발신 프로필", "Kakao sender profiles")
    senders_help = Text(
        "NCP 콘솔의 Simple & Easy Notification Service > Biz Message > KakaoTalk Channel에서 등록합니다.",
        "Registered in the NCP console: Simple & Easy Notification Service > Biz Message > KakaoTalk "
        "Channel.",
    )
    reasons = WORDS
    verify_before_save = True
    Config = SensConfig

    @cached_property
    def sens(self) -> Sens:
        """The account's way to SENS."""
        config = self.context.config
        return Sens(
            http=self.context.http,
            base_url=config["base_url"],
            service_id=config["service_id"],
            access_key=config["access_key"],
            secret_key=config["secret_key"],
            now=self.context.clock.now,
            pace=Pace(config["calls_per_second"]),
        )

    @property
    def profile(self) -> str:
        """The Kakao channel's id."""
        return str(self.context.config["channel_id"])

    def verify(self) -> None:
        """Ask for channels and templates with the key. Raises what :class:`Provider.verify` may."""
        with explaining():
            known = {each.get("channelId"): each for each in self.sens.channels()}
            require(
                self.profile in known,
                f"The project has no Kakao channel {self.profile}. Check the channel id, and link "
                "the channel with the project in the NCP console.",
            )
            status = str(known[self.profile].get("channelStatus"))
            state = CHANNEL_STATES.get(status, f"Its status is {status}.")
            require(status == ACTIVE, f"The Kakao channel {self.profile} can't send. {state}")
            self.sens.templates(self.profile)

    def sync_senders(self) -> Sequence[Sender]:
        """The Kakao channels of the project."""
        with explaining():
            return [sender_of(each) for each in self.sens.channels()]
