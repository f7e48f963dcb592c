"""The trigger."""

from datetime import timedelta

from growthcore.api import (
    DurationField,
    Occasion,
    ParamsSchema,
    Text,
    Trigger,
    Window,
    labelled,
)
from growthcore_wishlist.condition import EVENT


class Params(ParamsSchema):
    wait = DurationField(
        load_default=timedelta(days=3), metadata=labelled(Text("대기 시간", "Wait"))
    )


class WishWaits(Trigger):
    id = "wish_waits"
    title = Text("위시리스트에 담은 뒤", "A wish waits")
    Params = Params

    def listens_to(self, params):
        return frozenset({EVENT})

    def match(self, event, params, ports):
        if event.name != EVENT or event.customer_id is None:
            return None
        return Occasion(
            key=f"wish:{event.id}",
            customer_id=event.customer_id,
            at=event.occurred_at + params["wait"],
        )

    def describe(self, params):
        wait = Window(length=params["wait"]).describe()
        return Text(f"위시리스트에 담고 {wait.ko}", f"a wish was made {wait.en}")
