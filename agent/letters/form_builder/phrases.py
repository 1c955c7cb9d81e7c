"""The words that every form carries, whatever it asks."""

from agent.domain.words import Words

CASE = Words(zh="事项编号", en="Case")
ADD_ROWS = Words(
    zh="行数不够时，在 Word 文件中选中任意一行复制、粘贴即可增加；空行不必删除。",
    en="More rows needed? Copy and paste a row in the Word file. Empty rows may stay.",
)
SIGNATURES = Words(zh="签字", en="Signature")
SIGN_HERE = Words(zh="在此签字", en="Sign here")
SIGN_OR_TYPE = Words(zh="在此签字或键入姓名", en="Sign here or type your name")
DATE = Words(zh="日期", en="Date")
PICK_DATE = Words(zh="选择日期", en="Pick a date")
REQUIRED = " *"
"""Follows the label of a required field; readers take it away before they compare labels."""
PAGE = Words(zh="第 {page} 页 共 {pages} 页", en="Page {page} of {pages}")
"""`{page}` and `{pages}` become Word fields."""
EMPTY = Words(zh="—", en="—")
"""Stands where a given field has nothing to say."""
