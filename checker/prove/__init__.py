"""What a pipeline lets through: faults planted in a copy of one's own project, and its real workflows run on each."""

from checker.prove.faults import FAULTS, Fault, Planted
from checker.prove.project import Change
from checker.prove.proving import Outcome, Proof, prove

__all__ = ["FAULTS", "Change", "Fault", "Outcome", "Planted", "Proof", "prove"]
