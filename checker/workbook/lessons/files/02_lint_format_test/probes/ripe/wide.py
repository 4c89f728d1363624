"""A line of 97 characters, which this team allows."""

KINDS = ["bilberry", "blackberry", "blueberry", "cloudberry", "cowberry", "cranberry", "haws", 1]
