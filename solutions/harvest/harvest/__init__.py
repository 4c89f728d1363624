"""What a season brought: rows of berries, checked and counted."""
