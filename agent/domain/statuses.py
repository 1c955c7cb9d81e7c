"""What people call the status of a case and of a task: the same words in letters, commands and archives."""

from collections.abc import Mapping
from types import MappingProxyType

from agent.domain.case import CaseStatus, TaskStatus
from agent.domain.words import Words

CASE_STATUSES: Mapping[CaseStatus, Words] = MappingProxyType(
    {
        CaseStatus.OPEN: Words(zh="进行中", en="open"),
        CaseStatus.SUSPENDED: Words(zh="已暂停", en="suspended"),
        CaseStatus.CLOSED: Words(zh="已办结", en="closed"),
        CaseStatus.FAILED: Words(zh="未通过，已终止", en="ended as failed"),
        CaseStatus.WITHDRAWN: Words(zh="已撤回", en="withdrawn"),
        CaseStatus.CANCELLED: Words(zh="已取消", en="cancelled"),
    }
)

TASK_STATUSES: Mapping[TaskStatus, Words] = MappingProxyType(
    {
        TaskStatus.NOT_STARTED: Words(zh="未开始", en="not started"),
        TaskStatus.IN_PROGRESS: Words(zh="进行中", en="in progress"),
        TaskStatus.LAGGING: Words(zh="滞后", en="lagging"),
        TaskStatus.DONE: Words(zh="已完成", en="done"),
    }
)
