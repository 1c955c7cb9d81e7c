"""What is wrong with words that are no value, by the codes of `Answer.problem`, said to who wrote them."""

from collections.abc import Mapping

from agent.domain.words import Words

OF_VALUES: Mapping[str, Words] = {
    "unknown_person": Words(
        zh="通讯录中找不到此人，请填写通讯录中的姓名或邮箱。",
        en="Nobody in the directory has this name; please give a name or mail address as in the directory.",
    ),
    "ambiguous_person": Words(
        zh="通讯录中有多位同名人员，请注明部门或改填邮箱，例如 张伟（研发部）。",
        en="Several people have this name; please add the department or give the mail address.",
    ),
    "unknown_department": Words(
        zh="通讯录中没有这个部门，请填写部门全称。",
        en="There is no such department in the directory; please give its full name.",
    ),
    "contradiction": Words(
        zh="此处前后内容不一致，请只保留正确的一个。",
        en="Two different answers stand here; please keep only the right one.",
    ),
    "too_long": Words(
        zh="内容过长，请缩短，详细内容可作为附件随信发来。",
        en="This is too long; please shorten it and attach the details to the mail.",
    ),
}
"""Where the reason itself says what to do; every other reason asks for the kind of value."""
