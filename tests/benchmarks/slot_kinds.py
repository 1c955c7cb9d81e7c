"""What may stand in a place to sign, and what a reader must and must not say of it."""

from enum import Enum


class Stands(Enum):
    """What stands in a slot; the value is how the table calls it."""

    INK = "ink"
    RED = "ink, red pen"
    FAINT = "ink, pencil or a dry pen"
    NAME = "ink, a name in characters"
    INITIALS = "ink, initials"
    SWOOSH = "ink, like a tick"
    SCRIBBLE = "ink, a few waves"
    UNDER_OTHERS = "ink, a neighbour's seal over it"
    TOUCHED = "ink, touched by a neighbour's or a stain"
    RED_BY_SEAL = "ink, red pen near a seal"
    ON_SEAL = "ink on a seal"
    BESIDE_SEAL = "ink beside a seal"
    SEAL = "seal alone"
    PALE_SEAL = "seal alone, hardly inked"
    TICK = "a tick alone"
    EMPTY = "empty"
    DIRT = "specks of dirt"
    DROPS = "drops and smears"
    TAIL = "a neighbour's ink"
    SEAL_NEAR = "a neighbour's seal"
    DATE = "a date beside"
    DOTTED = "a printed dotted line"
    TYPED = "a printed name, not read"
    GREY = "a grey printed name, not read"
    HOLE = "a punch hole"
    STAPLE = "a staple"
    RING = "a coffee ring"
    FOLD = "a fold"
    SHADE = "the edge of a shadow"
    BACK = "the back showing through"
    STREAK = "streaks of a scanner"
    BLOCKS = "empty, blocks of JPEG"

    @property
    def is_inked(self) -> bool:
        """Say whether somebody signed with a pen."""
        return self in _INKED

    @property
    def is_sealed(self) -> bool:
        """Say whether a seal alone stands there."""
        return self in {Stands.SEAL, Stands.PALE_SEAL}

    @property
    def is_empty(self) -> bool:
        """Say whether nobody signed in any way."""
        return not (self.is_inked or self.is_sealed or self is Stands.TICK)

    @property
    def is_doubtful(self) -> bool:
        """Say whether a person would have to look twice as well: to ask is right."""
        return self in _DOUBTFUL

    @property
    def has_red(self) -> bool:
        """Say whether a seal lies with the ink: without colour nobody can tell the two apart."""
        return self in {Stands.UNDER_OTHERS, Stands.ON_SEAL, Stands.BESIDE_SEAL}


_INKED = frozenset(
    {
        Stands.INK,
        Stands.RED,
        Stands.FAINT,
        Stands.NAME,
        Stands.INITIALS,
        Stands.SWOOSH,
        Stands.SCRIBBLE,
        Stands.UNDER_OTHERS,
        Stands.TOUCHED,
        Stands.RED_BY_SEAL,
        Stands.ON_SEAL,
        Stands.BESIDE_SEAL,
    }
)
_DOUBTFUL = frozenset({Stands.TICK, Stands.TOUCHED, Stands.RED_BY_SEAL, Stands.PALE_SEAL})
