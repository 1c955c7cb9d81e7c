"""The company's certificates: its root, which the demo's configuration trusts, and one for each employee."""

from functools import cache

from agent.demo.cast import Actor
from agent.demo.certificates import UNTIL, Identity, issue
from agent.domain.words import Language, Words

_NAME = Words(zh="星河科技根证书", en="Xinghe Technology Root")


@cache
def root(company: Language) -> Identity:
    """Return the root of the company."""
    return issue(_NAME.in_(company), ca=True, end=UNTIL)


def identity(who: Actor, company: Language) -> Identity:
    """Return the certificate of an employee, with name and mail address."""
    return issue(who.name.in_(company), root(company), mail=str(who.address))
