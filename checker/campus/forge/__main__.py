"""`python -P -m checker.campus.forge --place FOLDER` serves the forge until it is ended."""

from __future__ import annotations

import argparse
from pathlib import Path


def main() -> None:
    """Serve."""
    import uvicorn

    from checker.campus.forge.app import application
    from checker.campus.forge.site import PORT, Site
    from checker.campus.place import HOST, Place

    parser = argparse.ArgumentParser(prog="checker.campus.forge")
    parser.add_argument("--place", type=Path, required=True, help="the campus's folder")
    place = Place.open(parser.parse_args().place)
    uvicorn.run(
        application(Site.of(place)),
        host=HOST,
        port=place.port(PORT),
        lifespan="off",
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
