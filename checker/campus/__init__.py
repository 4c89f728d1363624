"""The outside world in miniature, on loopback: a forge, a runner, an index, a registry, storage and tracking.

For practice and for tests. It runs the student's own code on the student's own machine; the grader knows nothing of it
but addresses.
"""
