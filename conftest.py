"""What the tests of the core and of every bundled plugin share."""

pytest_plugins = ["growthcore.testing.fixtures"]
