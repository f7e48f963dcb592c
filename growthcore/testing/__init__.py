"""The kit for tests of the core and of plugins: fixtures, fakes and conformance suites."""
