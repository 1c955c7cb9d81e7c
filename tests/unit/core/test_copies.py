"""Several documents of one sheet: pages that come apart, and a signed scan beside the Word file."""

from datetime import date

from agent.core.copies import merged, one_of
from agent.domain.answers import Answer, Answers, Evidence, Scalar, Trust
from agent.domain.forms import SignatureKind
from agent.domain.reading import Drift, DriftKind, Reading, Source
from agent.domain.signatures import Signature, Verdict

INK = Signature(
    slot="head",
    verdict=Verdict.SIGNED,
    how=SignatureKind.INK,
    evidence=(Evidence(place="page 2", words="ink"),),
)
EMPTY = Signature(slot="head", verdict=Verdict.UNSIGNED, evidence=(Evidence(place="page 2", words=""),))
NOT_SEEN = Signature(slot="head", verdict=Verdict.UNSIGNED)


def told(field: str, value: Scalar | None, trust: Trust = Trust.SURE) -> Answer:
    """Build an answer that was read."""
    return Answer(
        field=field, value=value, trust=trust, evidence=(Evidence(place="page 1", words=str(value)),)
    )


def missing(field: str) -> Answer:
    """Build the answer of a place that was not found: its page is missing."""
    return Answer(field=field, value=None, trust=Trust.ABSENT)


def empty(field: str) -> Answer:
    """Build the answer of a place that was found and is empty."""
    return Answer(field=field, value=None, trust=Trust.ABSENT, evidence=(Evidence(place="page 1", words=""),))


def a_copy(
    *answers: Answer, mark: Signature = NOT_SEEN, file: str = "scan.pdf", lacks: tuple[int, ...] = ()
) -> Reading:
    """Build the reading of one copy."""
    return Reading(
        file=file,
        digest=file,
        source=Source.SCAN if file.endswith("pdf") else Source.DOCX,
        form="confirmation",
        answers=Answers(answers),
        signatures=(mark,),
        lacks=lacks,
    )


def value(reading: Reading, field: str) -> tuple[Scalar | None, Trust]:
    """Return what the copies say together of a field."""
    found = reading.answers.get(field)
    assert found is not None
    return found.value, found.trust


def test_two_photos_of_two_pages_are_one_form() -> None:
    """Each page brings what stands on it."""
    first = a_copy(told("people", "2人"), missing("time"), file="1.jpg", lacks=(2,))
    second = a_copy(missing("people"), told("time", "两周"), mark=INK, file="2.jpg", lacks=(1,))

    together = one_of((first, second))

    assert together.lacks == ()
    assert value(together, "people")[0] == "2人"
    assert value(together, "time")[0] == "两周"
    assert together.signatures == (INK,)


def test_of_a_page_that_came_twice_the_later_counts_also_where_it_was_emptied() -> None:
    """A place that was found and is empty is an answer; a place that was not found is none."""
    before = (Answers((told("people", "2人"), told("time", "两周"))), (INK,))
    after = (Answers((empty("people"), missing("time"))), (NOT_SEEN,))

    answers, signatures = merged(before, after)

    assert [(a.field, a.value) for a in answers.all] == [("people", None), ("time", "两周")]
    assert signatures == (INK,)
    assert merged(before, (after[0], (EMPTY,)))[1] == (EMPTY,)


def test_a_signed_scan_and_its_word_file_that_agree_are_believed_like_the_better_of_them() -> None:
    """The scan is the document and has the signature; the file has the words."""
    scan = a_copy(told("when", date(2026, 4, 3), Trust.GUESS), mark=INK)
    word = a_copy(told("when", date(2026, 4, 3)), file="form.docx")

    for copies in ((scan, word), (word, scan)):
        together = one_of(copies)
        assert (together.file, together.signatures) == ("scan.pdf", (INK,))
        assert value(together, "when") == (date(2026, 4, 3), Trust.SURE)


def test_where_they_disagree_a_person_decides_and_the_signed_one_is_proposed() -> None:
    """Somebody edited the file after signing, or the reader erred: either way nobody guesses."""
    scan = a_copy(told("when", date(2026, 4, 3), Trust.LIKELY), mark=INK)
    word = a_copy(told("when", date(2026, 4, 30)), file="form.docx")

    together = one_of((word, scan))

    assert value(together, "when") == (date(2026, 4, 3), Trust.GUESS)
    answer = together.answers.get("when")
    assert answer is not None
    assert answer.problem == "contradiction"
    assert [each.words for each in answer.evidence] == ["2026-04-03", "2026-04-30"]


def test_what_the_signed_copy_leaves_empty_and_the_file_has_is_asked() -> None:
    """The signer did not see it."""
    scan = a_copy(empty("people"), mark=INK)
    word = a_copy(told("people", "2人"), file="form.docx")

    assert value(one_of((scan, word)), "people") == ("2人", Trust.GUESS)


def test_a_signed_last_page_with_the_word_file_is_a_whole_form() -> None:
    """People print only the page that they sign."""
    page = a_copy(missing("people"), mark=INK, lacks=(1,))
    word = a_copy(told("people", "2人"), file="form.docx")

    together = one_of((word, page))

    assert (together.lacks, together.signatures) == ((), (INK,))
    assert value(together, "people") == ("2人", Trust.SURE)


def test_altered_text_in_either_copy_is_seen() -> None:
    """Nothing hides behind a clean copy."""
    drift = Drift(kind=DriftKind.CHANGED, page=1, sent="30日", returned="90日")
    scan = a_copy(told("people", "2人"), mark=INK)
    word = Reading(file="form.docx", digest="w", source=Source.DOCX, form="confirmation", drift=(drift,))

    assert one_of((scan, word)).drift == (drift,)


def row(number: int, page: int, what: str) -> Answer:
    """Build the cell of a row that stands on `page`; each document counts its own rows."""
    told = (Evidence(place=f"page {page}, 10,20 to 30,40 pt", words=what),)
    return Answer(field=f"tasks.{number}.task", value=what, trust=Trust.LIKELY, evidence=told)


def test_the_rows_of_a_table_that_goes_on_overleaf_are_put_behind_each_other() -> None:
    """The second photo begins with row 0 of its own: it is no other version of the first row."""
    first = (Answers((row(0, 1, "样机"), row(1, 1, "试产"))), ())
    second = (Answers((row(0, 2, "量产"),)), ())

    for before, after in ((first, second), (second, first)):
        answers, _ = merged(before, after)
        assert [(a.field, a.value) for a in answers.all] == [
            ("tasks.0.task", "样机"),
            ("tasks.1.task", "试产"),
            ("tasks.2.task", "量产"),
        ]


def test_a_page_of_rows_that_comes_again_replaces_its_own_rows_alone() -> None:
    """The later copy of a page wins, also when it has fewer rows."""
    whole = merged((Answers((row(0, 1, "样机"), row(1, 1, "试产"))), ()), (Answers((row(0, 2, "量产"),)), ()))

    answers, _ = merged(whole, (Answers((row(0, 1, "样品"),)), ()))

    assert [a.value for a in answers.all] == ["样品", "量产"]
