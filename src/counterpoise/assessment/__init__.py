"""Questions, arms and paired contrasts, claim checks, regional ledger, conduits."""

from counterpoise.assessment.assess import assess
from counterpoise.assessment.models import Assessment
from counterpoise.assessment.simulate import Comparison, compare, simulate

__all__ = ["Assessment", "Comparison", "assess", "compare", "simulate"]
