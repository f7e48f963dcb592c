"""Analytics: which message an order is owed to, and what campaigns earned."""
