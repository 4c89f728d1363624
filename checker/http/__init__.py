"""The one door to the network: what is asked for, what comes back, and what keeps both in bounds.

Services build a `Request` and get a `Page`; which of the doors stands behind `Http` — the live one, or a replay of a
saved case — they never know.
"""

from checker.http.addresses import Addresses
from checker.http.page import Http, Offline, Page, Request

__all__ = ["Addresses", "Http", "Offline", "Page", "Request"]
