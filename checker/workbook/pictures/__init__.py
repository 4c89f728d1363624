"""The pictures that several lessons draw, a module each: a figure, and the facts that its text twin tells."""
