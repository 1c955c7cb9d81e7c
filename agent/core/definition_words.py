"""What a whole definition lacks, as sentences about the key that is named before them."""

from agent.domain.words import Words

FIRST = Words(zh="须为第一阶段开头的收表步骤", en="must name a collect step that opens the first stage")
DOCUMENT = Words(zh="缺少此项；会签须有所签的文件", en="is missing; a countersignature signs a document")
WEEK = Words(
    zh="ask、due、compile、meeting 须在同一周内依次",
    en="ask, due, compile and meeting must follow in one week",
)
RUNG = Words(zh="缺少此项；至少要有一级", en="is missing; a ladder has at least one rung")
OUTCOME = Words(zh="须有 `outcome`，写明由哪一栏决定", en="needs `outcome`, the field that says it")
VERB = Words(zh="缺少此项；每个选项都要有动作", en="is missing; every choice needs a verb")
STAGE = Words(zh="缺少此项；流程至少要有一个阶段", en="is missing; a process has at least one stage")
THEN = Words(zh="阶段之后只能 `go to` 另一阶段或 `end`", en="a stage can only `go to` a stage or `end`")
NO_THEN = Words(zh="缺少此项；只有归档阶段可以不写", en="is missing; only a stage with an archive needs none")
ONWARDS = Words(zh="须通往后面的阶段", en="must lead to a later stage")
