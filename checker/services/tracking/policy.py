"""What a student's key to the class's bucket may do: everything under their own prefix, and nothing elsewhere.

Amazon S3 User Guide, "Policies and permissions" and "Condition keys"; Yandex Object Storage, "Bucket policy: data
schema"; both read November 2026. The actions of SeaweedFS were checked with SeaweedFS 4.48.
"""

from __future__ import annotations

import re

RIGHTS = {
    "Read": ("s3:GetObject",),
    "Write": ("s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"),
    "List": ("s3:ListBucket",),
    "Tagging": (),  # for exercises on a campus; elsewhere rules of others may hang on tags
}
"""What a student may do: SeaweedFS's word, and the actions of S3 that it stands for."""

_PRINCIPAL = re.compile(r"[A-Za-z0-9:/._+=,@-]{1,300}")


def seaweedfs(bucket: str, prefix: str) -> tuple[str, ...]:
    """Return the `actions` of an identity in SeaweedFS; the prefix has no slash at its end."""
    return tuple(f"{right}:{bucket}/{prefix}/*" for right in RIGHTS)


def iam(bucket: str, prefix: str, principal: str = "") -> dict[str, object]:
    """Return the policy in AWS's language: for a user, or, with whom it is for, for the bucket.

    `principal` is an ARN at AWS, an account's id at Yandex. Raises ValueError for what is neither.
    """
    if principal and _PRINCIPAL.fullmatch(principal) is None:
        raise ValueError(
            f"{principal[:80]!r} is nobody a policy could be for; expected an ARN (AWS) or the id of a service"
            " account (Yandex)"
        )
    kind = "AWS" if principal.startswith("arn:") else "CanonicalUser"
    whose = {"Principal": {kind: principal}} if principal else {}
    place = f"arn:aws:s3:::{bucket}"
    objects = [one for right, actions in RIGHTS.items() if right != "List" for one in actions]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ListOwnPrefix",
                "Effect": "Allow",
                **whose,
                "Action": list(RIGHTS["List"]),
                "Resource": [place],
                "Condition": {"StringLike": {"s3:prefix": [f"{prefix}/*"]}},
            },
            {
                "Sid": "UseOwnObjects",
                "Effect": "Allow",
                **whose,
                "Action": objects,
                "Resource": [f"{place}/{prefix}/*"],
            },
        ],
    }
