"""Stand-ins for the outside world: servers on loopback that answer as GitHub, PyPI and Docker Hub do.

Each is held to what its original publishes of itself, by tests of its own.
"""
