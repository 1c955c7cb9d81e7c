"""Which letter carries which picture, inline by Content-ID."""

from agent.domain.effects import Send
from agent.domain.mail import Attachment
from agent.letters.scene import Scene
from agent.letters.values import Tongue


def pictures_for(send: Send, scene: Scene, tongue: Tongue) -> tuple[Attachment, ...]:
    """Return the pictures of the letter; none when it has none, or there is nothing to draw."""
    del send, scene, tongue
    return ()
