"""What the tests of the core and of every bundled plugin share."""

from hypothesis import settings

pytest_plugins = ["growthcore.testing.fixtures"]

# How long an example takes depends on what else the machine does: no reason to fail.
# Half of the default: the whole suite has to end within CI's time. What needs more says so itself.
settings.register_profile("growthcore", deadline=None, max_examples=50)
settings.load_profile("growthcore")
