"""A provider that a test plays: a connection to it, and a channel whose lists it keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any, ClassVar
from urllib.parse import urlencode

from marshmallow import fields

from growthcore.api import (
    AddressKind,
    Capabilities,
    Category,
    Channel,
    Compiled,
    ConfigError,
    ConfigSchema,
    Connection,
    ConnectionField,
    ConnectionStatus,
    HttpResponse,
    OutgoingMessage,
    ParamsSchema,
    Preview,
    ProviderTemplate,
    Receipt,
    Secret,
    Sender,
    SenderField,
    Template,
    TemplateCode,
    TemplateField,
    Text,
    hookimpl,
    labelled,
)
from growthcore.api.values import JSON
from growthcore.testing.plugins import a_manifest

CODE = "a-good-code"
"""The code that the provider gives to whom it lets in."""


class MallConfig(ConfigSchema):
    """What the connection takes."""

    mall = fields.String(required=True, metadata=labelled(Text("쇼핑몰 아이디", "Mall id")))
    client_secret = Secret(required=True, metadata=labelled(Text("앱 비밀 키", "App secret")))


class TextsConfig(ConfigSchema):
    """What the channel takes."""

    connection = ConnectionField(
        "outside_mall", required=True, metadata=labelled(Text("연동", "Connection"))
    )
    service = fields.String(required=True, metadata=labelled(Text("서비스 ID", "Service id")))
    secret = Secret(required=True, metadata=labelled(Text("비밀 키", "Secret key")))


class TextsContent(ParamsSchema):
    """What a marketer fills in."""

    sender = SenderField(required=True, metadata=labelled(Text("발신번호", "Sender number")))
    template = TemplateCode(load_default=None, metadata=labelled(Text("템플릿", "Template")))
    body = TemplateField(required=True, metadata=labelled(Text("내용", "Text")))


class Outside:
    """What the provider knows and says.

    ``says`` is what :meth:`Channel.verify` and the syncs raise; ``launches`` the query string it opens
    our app with; ``finished`` what came back with people. ``verify_before_save`` is the channel's.
    """

    def __init__(
        self,
        authorize_url: str = "https://provider.example/authorize",
        *,
        verify_before_save: bool = False,
    ) -> None:
        self.authorize_url = authorize_url
        self.verify_before_save = verify_before_save
        self.senders: Sequence[Sender] = ()
        self.templates: Sequence[ProviderTemplate] = ()
        self.says: Exception | None = None
        self.launches: str | None = None
        self.finished: list[Mapping[str, str]] = []
        self.verified: list[Mapping[str, Any]] = []

    def plugin(self, name: str = "outside") -> Any:
        """A plugin that offers both, for :func:`growthcore.testing.plugins.plugins_of`."""
        shared = {"outside": self, "verify_before_save": self.verify_before_save}
        connection = type("OurMall", (Mall,), {"outside": self})
        channel = type("OurTexts", (Texts,), shared)

        class Plugin:
            MANIFEST = a_manifest(name, Category.CHANNEL)

            @staticmethod
            @hookimpl
            def growthcore_connections() -> list[type[Connection]]:
                return [connection]

            @staticmethod
            @hookimpl
            def growthcore_channels() -> list[type[Channel]]:
                return [channel]

        return Plugin


class Mall(Connection):
    """The connection; ``outside`` is the test's."""

    outside: ClassVar[Outside]
    id = "outside_mall"
    title = Text("바깥 쇼핑몰", "Outside mall")
    Config = MallConfig

    def authorize_url(self, redirect_uri: str, state: str) -> str:
        """The provider's page, with what was asked."""
        asked = {"redirect_uri": redirect_uri, "state": state, "response_type": "code"}
        return f"{self.outside.authorize_url}?{urlencode(asked)}"

    def finish(self, redirect_uri: str, query: Mapping[str, str]) -> None:
        """Take the one good code."""
        self.outside.finished.append(dict(query))
        if query.get("code") != CODE:
            raise ConfigError("The code was not accepted.")
        expires_at = self.context.clock.now() + timedelta(days=14)
        known = {"scopes": ["mall.read_customer"], "expires_at": expires_at.isoformat()}
        self.context.state.update(lambda state: state.update({"token": "t", **known}))

    def accepts_launch(self, raw_query: str) -> bool:
        """Whether it is the query string the provider opens our app with."""
        return raw_query == self.outside.launches

    def status(self) -> ConnectionStatus:
        """Connected while there is a token."""
        kept = self.context.state.read()
        return ConnectionStatus(
            connected="token" in kept,
            scopes=kept.get("scopes", ()),
            expires_at=fields.AwareDateTime().deserialize(kept["expires_at"]) if kept else None,
        )

    def disconnect(self) -> None:
        """Forget everything."""
        self.context.state.update(dict.clear)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        body: JSON | None = None,
    ) -> HttpResponse:
        """Ask the mall."""
        return self.context.http.request(method, f"https://{self.context.config['mall']}{path}")


class Texts(Channel):
    """The channel; ``outside`` is the test's."""

    outside: ClassVar[Outside]
    id = "outside_texts"
    title = Text("바깥 문자", "Outside texts")
    medium = "sms"
    address = AddressKind.PHONE
    capabilities = Capabilities(syncs_senders=True, syncs_templates=True)
    template_labels = MappingProxyType({"link": Text("링크", "Link")})
    senders_title = Text("발신번호", "Sender numbers")
    senders_help = Text(
        "서비스에서 사전 등록한 번호만 동기화됩니다.", "Register numbers at the service."
    )
    Config = TextsConfig
    Content = TextsContent

    def verify(self) -> None:
        """Note the configuration, and raise what the test says."""
        self.outside.verified.append(self.context.config)
        self._speak()

    def sync_senders(self) -> Sequence[Sender]:
        """The senders, unless the test says something else."""
        self._speak()
        return self.outside.senders

    def sync_templates(self) -> Sequence[ProviderTemplate]:
        """The templates, unless the test says something else."""
        self._speak()
        return self.outside.templates

    def compile(self, content: Mapping[str, Any]) -> Compiled:
        """The body with its variables."""
        template = Template(content["body"])
        return Compiled(
            names=template.names, render=lambda recipient: template.render(recipient.values)
        )

    def preview(self, rendered: str) -> Preview:
        """The text."""
        return Preview(text=rendered)

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Take everything."""
        return [Receipt.accepted(message.reference) for message in batch]

    def _speak(self) -> None:
        if self.outside.says:
            raise self.outside.says
