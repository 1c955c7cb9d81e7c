"""The checks that a process pack can name, by the names it calls them."""

from collections.abc import Mapping
from types import MappingProxyType

from agent.core.checks.acceptance import acceptance
from agent.core.checks.breakdown import breakdown
from agent.core.checks.changes import change
from agent.core.checks.context import Check
from agent.core.checks.request import known_departments, plan_date_leaves_buffer

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "known_departments": known_departments,
        "plan_date_leaves_buffer": plan_date_leaves_buffer,
        "breakdown": breakdown,
        "change": change,
        "acceptance": acceptance,
    }
)
