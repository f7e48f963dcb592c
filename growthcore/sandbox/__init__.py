"""Stand-ins for the outside world: for demos, tests and integrators."""
