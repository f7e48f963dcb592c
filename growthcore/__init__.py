"""GrowthCore: a self-hosted marketing engine for online shops."""

__version__ = "0.1.0"
