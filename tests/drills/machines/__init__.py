"""Many machines: every role on a host of its own, and each of them loses its power under load.

``./run drill machines`` (docs/operators/scale.md). No test of ``./run test``: it needs root and
minutes. Its own reckoning is tested by ``tests/drills/test_machines.py``.
"""
