"""The outside world, a module a service: each asks and describes, none judges."""
