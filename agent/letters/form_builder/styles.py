"""The styles, fonts and settings of the shipped forms (ECMA-376, part 1, 17.7 to 17.15)."""

from agent.domain.words import Language
from agent.letters.form_builder.look import (
    ACCENT,
    ALARM,
    BODY_SIZE,
    FAINT,
    FONT_CHINESE,
    FONT_LATIN,
    FONTS,
    HINT,
    INK,
    LINE,
    ROW_SIZE,
    SMALL_SIZE,
    TITLE_SIZE,
)
from agent.letters.form_builder.pieces import HEAD, NAMESPACES, W

_LANGUAGE = {Language.ZH: "zh-CN", Language.EN: "en-GB"}


def styles(language: Language) -> str:
    """Return `word/styles.xml`: every look has a name, so that restyling is one click per style."""
    size = BODY_SIZE[language]
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{FONT_LATIN}" w:hAnsi="{FONT_LATIN}" '
        f'w:cs="{FONT_LATIN}" w:eastAsia="{FONT_CHINESE}"/><w:color w:val="{INK}"/>'
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        f'<w:lang w:val="{_LANGUAGE[language]}" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    return (
        f"{HEAD}<w:styles {NAMESPACES}>{defaults}"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        "<w:qFormat/></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/></w:style>'
        '<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/>'
        f'<w:rPr><w:color w:val="{HINT}"/></w:rPr></w:style>'
        f"{_tables()}{''.join(_paragraphs(language))}</w:styles>"
    )


def _paragraphs(language: Language) -> list[str]:
    size = BODY_SIZE[language]
    tight = _spacing(20, 20)
    return [
        _style("FormTitle", "Form title", _spacing(0, 60), _bold(TITLE_SIZE, ACCENT)),
        _style("FormCase", "Form case", _spacing(0, 60), _plain(SMALL_SIZE + 2, FAINT)),
        _style("FormInstruction", "Form instruction", _spacing(0, 0), _plain(size - 2, INK)),
        _style("FormPart", "Form part", _spacing(100, 80), _bold(size + 2, ACCENT)),
        _style("FormRowsLabel", "Form rows label", _spacing(80, 60), _bold(size, ACCENT)),
        _style("FormLabel", "Form label", tight, _bold(size - 1, ACCENT)),
        _style("FormValue", "Form value", tight, _plain(size, INK)),
        _style("FormRowHead", "Form row head", _spacing(40, 40), _bold(ROW_SIZE, ACCENT)),
        _style("FormRowValue", "Form row value", tight, _plain(ROW_SIZE, INK)),
        _style("FormTick", "Form tick", tight + '<w:jc w:val="center"/>', _plain(ROW_SIZE + 2, INK)),
        _style("FormSmall", "Form small print", _spacing(40, 100), _plain(SMALL_SIZE, FAINT)),
        _style("FormNote", "Form note", _spacing(20, 20), _plain(ROW_SIZE, ALARM)),
        _style(
            "FormGap",
            "Form gap",
            '<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>',
            _plain(8, INK),
        ),
        _style("FormQr", "Form QR code", _spacing(0, 0) + '<w:jc w:val="right"/>', ""),
        _style("FormFooter", "Form footer", _spacing(0, 0), _plain(SMALL_SIZE, FAINT)),
    ]


def _style(name: str, title: str, paragraph: str, run: str) -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name}"><w:name w:val="{title}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>'
    )


def _spacing(before: int, after: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'


def _plain(size: int, colour: str) -> str:
    return f'<w:color w:val="{colour}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def _bold(size: int, colour: str) -> str:
    return f"<w:b/>{_plain(size, colour)}"


def _tables() -> str:
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    padded = (
        '<w:tblCellMar><w:top w:w="28" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
        '<w:bottom w:w="28" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
    )
    bare = '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/></w:style>'
        '<w:style w:type="table" w:customStyle="1" w:styleId="FormGrid"><w:name w:val="Form grid"/>'
        f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders>{padded}</w:tblPr></w:style>"
        '<w:style w:type="table" w:customStyle="1" w:styleId="FormPlain"><w:name w:val="Form plain"/>'
        f"<w:tblPr>{bare}</w:tblPr></w:style>"
    )


def fonts() -> str:
    """Return `word/fontTable.xml`: each font with the ones that may stand in for it."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="{charset}"/>'
        '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>'
        for name, (others, charset) in FONTS.items()
    )
    return f'{HEAD}<w:fonts xmlns:w="{W}">{entries}</w:fonts>'


def settings(language: Language) -> str:
    """Return `word/settings.xml`: Word 2013 and later, no prompt, no surprise."""
    return (
        f'{HEAD}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="{_LANGUAGE[language]}" w:eastAsia="zh-CN"/></w:settings>'
    )
