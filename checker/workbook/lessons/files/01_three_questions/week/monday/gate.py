"""The third question, asked of the model: are at least 8 of 10 frozen berries told right?"""

import sys

from ripe import accuracy, learn

KNOWN = [(13.1, True), (12.4, True), (14.0, True), (8.2, False), (7.5, False), (9.1, False)]
FROZEN = [
    (12.9, True), (11.8, True), (13.4, True), (10.9, True), (11.2, True),
    (8.8, False), (9.6, False), (7.1, False), (10.1, False), (11.4, False),
]  # fmt: skip

share = accuracy(FROZEN, learn(KNOWN))
print(f"accuracy {share:.2f} on {len(FROZEN)} frozen berries, 0.80 is needed")
sys.exit(share < 0.80)
