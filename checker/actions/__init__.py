"""GitHub Actions understood without running it."""
