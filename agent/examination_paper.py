"""What `formclerk doctor` asks about paper: can scans be read, PDFs drawn, digital signatures believed?"""

from collections.abc import Iterator
from functools import cache

from agent import clock, roots
from agent.config_sections import Config
from agent.domain.words import Words
from agent.findings import Finding, Grade, good, wrong

_INSTALL = Words.same("pip install 'formclerk[ocr]'")


def signatures(config: Config) -> Iterator[Finding]:
    """Are the certificates there whose signatures shall count, and do they still?"""
    folder = config.signatures.roots
    if folder is None:
        say = Words(
            zh="未配置根证书：数字签名一律由人核对",
            en="no root certificates: every digital signature goes to a person",
        )
        yield good("signatures", say, Words.same("[signatures] roots"))
        return
    if not folder.is_dir():
        say = Words(zh=f"根证书目录 {folder} 不存在", en=f"the folder of certificates {folder} is not there")
        yield wrong("signatures", say, Words(zh="请建立该目录或删去 roots", en="make it, or take roots out"))
        return
    found = roots.files(folder)
    if not any(file.certificates for file in found):
        say = Words(
            zh=f"根证书目录 {folder} 中没有证书", en=f"there is no certificate in the folder {folder}"
        )
        do = Words(
            zh="请放入 PEM 或 DER 格式的根证书（.pem、.crt、.cer、.der）",
            en="put the root certificates there, PEM or DER (.pem, .crt, .cer, .der)",
        )
        yield wrong("signatures", say, do)
    for file in found:
        yield from _of_file(file, found)


def paper(_: Config) -> Iterator[Finding]:
    """Can scans and photos be read here?"""
    from parsers.scan import check  # noqa: PLC0415 - only this check pays for it

    if lacking := check.missing():
        names = ", ".join(lacking)
        say = Words(
            zh=f"扫描件和照片交由人工读取：未安装 {names}",
            en=f"scans and photos go to a person: {names} not installed",
        )
        yield Finding(check="paper", grade=Grade.CARE, say=say, do=_INSTALL)
    elif why := _trouble_with_print():
        say = Words(zh=f"文字识别无法使用：{why}", en=f"the reading of scans does not work: {why}")
        yield wrong("paper", say, _INSTALL)
    else:
        yield good("paper", Words(zh="扫描件和照片可以读取", en="scans and photos are read: the models load"))


def fonts(_: Config) -> Iterator[Finding]:
    """Is there a Chinese font for PDFs and pictures?"""
    from agent.letters.fonts import installed  # noqa: PLC0415 - only this check pays for it

    found = installed()
    if found.regular is not None:
        yield good("fonts", Words(zh=f"中文字体 {found.regular}", en=f"Chinese font {found.regular}"))
        return
    say = Words(
        zh="没有中文字体：图片只画数字，PDF 由对方的阅读器代选字体",
        en="no Chinese font: pictures show numbers only, and each reader of a PDF picks a font of its own",
    )
    do = Words(zh="请安装 fonts-noto-cjk 等中文字体", en="install one, such as fonts-noto-cjk")
    yield Finding(check="fonts", grade=Grade.CARE, say=say, do=do)


def _of_file(file: roots.RootFile, among: tuple[roots.RootFile, ...]) -> Iterator[Finding]:
    from parsers.digital.roots import describe  # noqa: PLC0415 - who has no roots need not load cryptography

    if not file.certificates:
        say = Words(zh=f"{file.path} 不是证书", en=f"{file.path} holds no certificate that can be read")
        if any(each.certificates for each in among):
            yield wrong(
                "signatures", say, Words(zh="请换成有效的证书或移走", en="replace it, or take it away")
            )
        return
    now = clock.now()
    for der in file.certificates:
        root = describe(der)
        if root is None:
            continue
        until = f"{root.ends:%Y-%m-%d}"
        if not root.begins <= now <= root.ends:
            say = Words(
                zh=f"证书“{root.name}”已过期或尚未生效（有效期至 {until}）：{file.path.name}",
                en=f"the certificate “{root.name}” is not valid now (until {until}): {file.path.name}",
            )
            yield wrong("signatures", say, Words(zh="请换成新证书", en="put the new one there"))
        else:
            say = Words(zh=f"根证书 {root.name}，至 {until}", en=f"root {root.name}, until {until}")
            yield good("signatures", say)


@cache
def _trouble_with_print() -> str:
    """Return why a drawn word cannot be read as the daemon would, empty when it can; asked once a process."""
    from parsers.isolation.child import Died, Isolated  # noqa: PLC0415 - only this check pays for it
    from parsers.limits import STANDARD  # noqa: PLC0415

    with Isolated(STANDARD.for_paper) as child:
        try:
            return "" if child.call("parsers.scan.check:reads_print") else "2026 ?"
        except Died as error:
            return str(error)
