"""The first answer of a case, as its initiator gives it: the request filled in and signed."""

from datetime import timedelta

from agent.clock import now
from tests.journeys.outside import SHANGHAI, Letter
from tests.word_files import fill, signature_png, slot_paragraph, with_picture


def signed_request(form: Letter) -> bytes:
    """Return the Word file that came with `form`, filled in and signed with a picture."""
    completion = (now().astimezone(SHANGHAI) + timedelta(days=35)).date()
    filled = fill(
        form.word()[1],
        {
            "project_name": "星河一号",
            "profile": "重大项目推进",
            "background": "窗口期短",
            "goals": "按期上市",
            "departments.0.department": "研发部",
            "departments.0.asked": "完成样机",
            "expected": "上市",
            "completion": completion.isoformat(),
        },
    )
    return with_picture(filled, slot_paragraph("initiating_head"), signature_png())
