"""GitHub: a repository's files, branches, tags, pull requests and releases, its runs and their jobs."""
