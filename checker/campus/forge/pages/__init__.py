"""Pages for people: repositories, pull requests, and runs as a live graph of jobs. Nothing can be changed on them."""
