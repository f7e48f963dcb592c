"""Benchmarks of GrowthCore: each prints ratios to the best hand-written equivalent."""
