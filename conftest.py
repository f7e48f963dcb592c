"""What the tests of the core and of every bundled plugin share."""

from hypothesis import settings

pytest_plugins = ["growthcore.testing.fixtures"]

# How long an example takes depends on what else the machine does: no reason to fail.
settings.register_profile("growthcore", deadline=None)
settings.load_profile("growthcore")
