"""Reports: a grade, or what would happen, for a terminal, Markdown, JSON or a diagram."""
