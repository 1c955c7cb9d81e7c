"""The named functions that a process pack may call: what a step prefills, writes and checks.

Only the names stand here, so that a definition can be validated before anything runs;
`prefill`, `registers` and `checks` hold the functions and are tested to cover exactly these.
"""

PREFILLS = frozenset(
    {
        "initiator's department",
        "initiator",
        "today",
        "standard milestones",
        "meeting time",
        "invited people",
        "declined people",
        "open actions",
        "asked departments as tasks",
        "own tasks",
        "all tasks",
        "task number",
        "task title",
        "rework item",
        "figures",
    }
)
"""What a field can be prefilled with (`agent.core.prefill`)."""

WRITES = frozenset({"milestones", "tasks", "progress", "actions", "delivered", "changes"})
"""The registers of a case that an accepted form can write (`agent.core.registers`)."""

CHECKS = frozenset({"known_departments", "plan_date_leaves_buffer", "breakdown", "change", "acceptance"})
"""The checks that a step can ask for beyond those of its form (`agent.core.checks`)."""

ANY_OUTCOME = "*"
"""The key of `on` for a form without an outcome field."""
