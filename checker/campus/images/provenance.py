"""What BuildKit says of a build, written beside the image as BuildKit writes it: an in-toto statement of the run.

Its shape is that of SLSA 0.2, BuildKit's default (moby/buildkit, `docs/attestations/slsa-provenance.md`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from checker.campus.images.layout import CONFIG, INDEX, MANIFEST, Descriptor, Layout
from checker.campus.images.order import Order, Run

_IN_TOTO = "application/vnd.in-toto+json"
_SLSA = "https://slsa.dev/provenance/v0.2"


def attested(
    layout: Layout, images: Sequence[Descriptor], order: Order, run: Run, began: datetime
) -> Descriptor:
    """Return an index of images with, for each, what is to be said of the run that built it."""
    notes = [_note(layout, one, _statement(one, order, run, began)) for one in images]
    content = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [*images, *notes]}
    return layout.put_json(content, INDEX)


def _note(layout: Layout, image: Descriptor, statement: dict[str, Any]) -> Descriptor:
    unknown = {"architecture": "unknown", "os": "unknown", "config": {}}
    layer = layout.put(json.dumps(statement).encode(), _IN_TOTO)
    described = {**layer, "annotations": {"in-toto.io/predicate-type": _SLSA}}
    config = {**unknown, "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": layout.put_json(config, CONFIG),
        "layers": [described],
    }
    return {
        **layout.put_json(manifest, MANIFEST),
        "annotations": {
            "vnd.docker.reference.digest": image["digest"],
            "vnd.docker.reference.type": "attestation-manifest",
        },
        "platform": {"architecture": "unknown", "os": "unknown"},
    }


def _statement(image: Descriptor, order: Order, run: Run, began: datetime) -> dict[str, Any]:
    source: dict[str, Any] = {"uri": f"{run.server}/{run.repository}.git#{run.ref}"}
    if run.commit:
        source["digest"] = {"sha1": run.commit}
    platform = image.get("platform", {})
    arguments = {f"build-arg:{name}": value for name, value in order.build_args.items()}
    labels = {f"label:{name}": value for name, value in order.labels.items()}
    return {
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": _SLSA,
        "subject": [{"name": "_", "digest": {"sha256": image["digest"].removeprefix("sha256:")}}],
        "predicate": {
            "builder": {"id": run.url},
            "buildType": "https://mobyproject.org/buildkit@v1",
            "materials": [source],
            "invocation": {
                "configSource": {**source, "entryPoint": order.dockerfile},
                "parameters": {"frontend": "dockerfile.v0", "args": {**arguments, **labels}},
                "environment": {
                    "platform": f"{platform.get('os', 'linux')}/{platform.get('architecture', 'amd64')}"
                },
            },
            "metadata": {
                "buildStartedOn": _moment(began),
                "buildFinishedOn": _moment(datetime.now(UTC)),
                "completeness": {"parameters": True, "environment": True, "materials": False},
                "reproducible": False,
            },
        },
    }


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S.%fZ}"
