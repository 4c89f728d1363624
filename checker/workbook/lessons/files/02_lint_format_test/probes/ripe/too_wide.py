"""A line of 120 characters, which no review shows side by side."""

KINDS = ["bilberry", "blackberry", "blueberry", "cloudberry", "cowberry", "cranberry", "gooseberry", "raspberry", "fig"]
