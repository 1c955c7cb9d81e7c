"""What comes while a case is suspended is kept, and taken when it is resumed: nobody sends anything twice."""

from agent.core.confirming import doubts_answered
from agent.core.draft import Draft
from agent.core.returns import take


def take_laid_by(draft: Draft) -> None:
    """Take the forms and answers that were laid by, in the order they came, as if each came in time."""
    forms, answers = draft.case.laid_by, draft.case.laid_answers
    draft.change(laid_by=(), laid_answers=())
    for number in range(len(forms) + 1):
        for each in answers:
            if each.behind == number:
                doubts_answered(draft, each.said)
        if number < len(forms):
            take(draft, forms[number])
