"""The channel."""

import json

from growthcore.api import (
    AddressKind,
    Capabilities,
    Channel,
    Compiled,
    ConfigError,
    Preview,
    Receipt,
    Template,
    Text,
)
from growthcore_channel_notice.schema import Config, Content


class NoticeChannel(Channel):
    id = "notice"
    title = Text("알림 서비스", "Notice service")
    medium = "sms"
    address = AddressKind.PHONE
    capabilities = Capabilities(batch_size=1)
    Config = Config
    Content = Content

    def compile(self, content):
        template = Template(content["text"])
        return Compiled(names=template.names, render=lambda to: template.render(to.values))

    def preview(self, rendered):
        return Preview(text=rendered)

    def send(self, batch):
        return [self._post(message) for message in batch]

    def _post(self, message):
        config = self.context.config
        body = {"id": message.reference, "to": message.address, "text": message.rendered}
        response = self.context.http.request(
            "POST",
            config["url"],
            headers={"Authorization": f"Bearer {config['token']}"},
            body=json.dumps(body, ensure_ascii=False).encode(),
        )
        return _receipt(response)


def _receipt(response):
    match response.status:
        case 200 | 201 | 202:
            return Receipt.accepted()
        case 400 | 422:
            return Receipt.rejected("refused")
        case 401 | 403:
            raise ConfigError("The service refuses the token. Enter the current one.")
        case 429:
            return Receipt.retry("too_many", after=30)
    return Receipt.uncertain(f"http_{response.status}")
