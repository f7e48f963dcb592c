"""The algorithm."""

import numpy as np

from growthcore.api import Algorithm, Key, ParamsSchema, Scored, Text
from growthcore_wishlist.condition import EVENT


class MostWished(Algorithm):
    id = "most_wished"
    title = Text("위시리스트 인기 상품", "Most wished for")
    key = Key.NONE
    Params = ParamsSchema

    def fit(self, interactions, params):
        wished = [chunk.products for chunk in interactions.chunks([EVENT])]
        if not wished:
            return {}
        products, counts = np.unique(np.concatenate(wished), return_counts=True)
        order = np.lexsort((products, -counts))
        return {"products": products[order], "counts": counts[order]}

    def recommend(self, request):
        artifact = request.artifact
        if "products" not in artifact:
            return []
        best = zip(artifact["products"], artifact["counts"], strict=True)
        return [
            Scored(int(product), float(count), "most_wished")
            for product, count in list(best)[: request.limit]
        ]
