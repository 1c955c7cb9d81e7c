"""Read a returned Word form: what it is, what it says, and who signed it.

Every field has up to three places: the content control with its tag, the bookmark around it, and the cell
beside its printed label.  Where they agree we believe; where they contradict each other a person decides.
"""

from hashlib import sha256

from agent.domain.answers import Answers
from agent.domain.problems import Problem
from agent.domain.reading import Reading, Source
from agent.domain.sheets import TokenStatus
from parsers.complaints import complain
from parsers.known import Known
from parsers.word.drift import digest_of, word_drift
from parsers.word.fields import read_fields
from parsers.word.identity import identify
from parsers.word.labels import labels_of
from parsers.word.package import Unreadable, W, open_package
from parsers.word.signatures import read_signatures
from parsers.word.upon import with_drawings
from parsers.word.walk import walk


def read_word(content: bytes, name: str, known: Known) -> Reading:
    """Return the reading of one .docx file.

    Raises:
        Unreadable: the file is damaged, too big or no Word document.
    """
    package = open_package(content, known.limits)
    body = package.document.find(f"{W}body")
    if body is None:
        raise Unreadable("unreadable")
    layout = walk(body, package.styles)
    who = identify(package, layout, known)
    digest = sha256(content).hexdigest()
    found = tuple(complain(code, found=name) for code in who.problems)
    if who.form is None:
        return Reading(
            file=name,
            digest=digest,
            source=Source.DOCX,
            sheet=who.sheet,
            token=who.token,
            problems=found,
        )
    labels = labels_of(who.form)
    fields = read_fields(layout, who.form, labels, known)
    code = who.sheet.code(known.secret) if who.sheet is not None and who.token is TokenStatus.VALID else ""
    sent = known.sent.get(code)
    signed = read_signatures(package, layout, who.form, labels, known)
    answers = with_drawings(fields.answers, layout, package, signed.pictures)
    return Reading(
        file=name,
        digest=digest,
        source=Source.DOCX,
        form=who.form.id,
        version=who.version,
        language=who.language,
        sheet=who.sheet,
        token=who.token,
        answers=answers,
        signatures=signed.signatures,
        problems=(
            *found,
            *(complain(code, field=at) for code, at in fields.problems),
            *_doubts(answers),
        ),
        pictures=signed.pictures,
        code=code,
        fixed=digest_of(package, layout, who.form) if code and sent is None else "",
        drift=word_drift(sent.word, package, layout, who.form, known)
        if sent is not None and sent.word
        else (),
    )


def _doubts(answers: Answers) -> tuple[Problem, ...]:
    """Return a problem for each answer whose words are no value, or not clearly one."""
    return tuple(
        complain(answer.problem, field=answer.field, found=answer.words)
        for answer in answers.all
        if answer.problem
    )
