"""How a form may be signed, as the words of a letter: what every slot of it accepts."""

from agent.domain.forms import Form, SignatureKind
from agent.domain.words import Words
from agent.letters.values import HOW_SIGNED, Tongue

_ORDER = (
    SignatureKind.INK,
    SignatureKind.SEAL,
    SignatureKind.PICTURE,
    SignatureKind.DIGITAL,
    SignatureKind.TYPED,
)
"""In the order in which people think of them."""
_EACH = Words(zh="方式以各签名处要求为准", en="as each place says")


def ways_to_sign(form: Form | None, tongue: Tongue) -> str:
    """Return the ways in which every slot of a form may be signed; empty when it has none."""
    if form is None or not form.slots:
        return ""
    common = frozenset.intersection(*(slot.accepts for slot in form.slots))
    ways = [tongue.words(HOW_SIGNED[kind]) for kind in _ORDER if kind in common]
    if len(ways) < 2:  # noqa: PLR2004 - one way, or none that is right everywhere
        return ways[0] if ways else tongue.words(_EACH)
    others = tongue.join(tuple(ways[:-1]))
    return tongue.words(Words(zh=f"{others}或{ways[-1]}均可", en=f"{others} or {ways[-1]}"))
