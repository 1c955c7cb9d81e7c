"""An answer that somebody wrote in a mail, understood as a value of its field."""

from datetime import date

from agent.domain.answers import Answer, Evidence, Trust
from agent.domain.confirming import Understand
from agent.domain.forms import Field
from agent.domain.people import Directory
from parsers.values import understand


def in_mail(directory: Directory, today: date) -> Understand:
    """Return how words in a mail become a value; never raises, whatever the words are.

    A value that was completed (the year of `4月30日`) is LIKELY: its writer is told what was taken.  Words
    that are no value of the kind, or name several people, have no value and a problem.

    Args:
        directory: where people and departments are looked up.
        today: supplies the year of a day written without one.
    """

    def read(field: Field, path: str, words: str) -> Answer:
        found = understand(field, words, directory=directory, today=today)
        told = (Evidence(place="mail", words=words),)
        if found.value is None:
            problem = found.problem or "bad_value"
            return Answer(field=path, value=None, trust=Trust.GUESS, evidence=told, problem=problem)
        trust = Trust.SURE if found.certain else Trust.LIKELY
        return Answer(field=path, value=found.value, trust=trust, evidence=told)

    return read
