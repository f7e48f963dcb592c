"""The condition."""

from growthcore.api import Condition, Members, ParamsSchema, Text, WindowField, labelled

EVENT = "add_to_wishlist"


class Params(ParamsSchema):
    within = WindowField(required=True, metadata=labelled(Text("기간", "Period")))


class Wished(Condition):
    id = "wished"
    title = Text("위시리스트에 담음", "Put something on the wish list")
    Params = Params

    def members(self, query, params):
        wishes = query.events(EVENT, params["within"])
        return Members(wishes.distinct(), estimate=query.estimate(wishes))

    def describe(self, params):
        window = params["within"].describe()
        return Text(
            f"{window.ko} 위시리스트에 상품을 담음", f"put something on the wish list {window.en}"
        )
