"""A nearest-centroid classifier: every class lights a fire, new rows sit down at the nearest."""

from campfire.centroids import NearestCentroid
from campfire.table import Table, read

__all__ = ["NearestCentroid", "Table", "read"]
__version__ = "1.0.0"
