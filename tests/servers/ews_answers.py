"""The answers of the small Exchange server, as XML."""

import base64
from datetime import UTC
from xml.sax.saxutils import escape, quoteattr

from tests.servers.ews_store import Folder, Item

NS = {
    "s": "http://schemas.xmlsoap.org/soap/envelope/",
    "m": "http://schemas.microsoft.com/exchange/services/2006/messages",
    "t": "http://schemas.microsoft.com/exchange/services/2006/types",
}
_ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
_NAMES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())
_VERSION = (
    '<t:ServerVersionInfo MajorVersion="15" MinorVersion="2" MajorBuildNumber="1544" MinorBuildNumber="4"'
    ' Version="Exchange2016"/>'
)
_RIGHTS = ("CreateAssociated", "CreateContents", "CreateHierarchy", "Delete", "Modify", "Read")


def success(operation: str, content: str) -> str:
    """Return the answer about one thing that went well."""
    name = f"m:{operation}ResponseMessage"
    return f'<{name} ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>{content}</{name}>'


def error(operation: str, code: str, words: str, more: str = "") -> str:
    """Return the answer about one thing that did not."""
    name = f"m:{operation}ResponseMessage"
    return (
        f'<{name} ResponseClass="Error"><m:MessageText>{escape(words)}</m:MessageText>'
        f"<m:ResponseCode>{code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>{more}</{name}>"
    )


def wrapped(operation: str, messages: list[str]) -> bytes:
    """Return a whole envelope."""
    content = f"<m:ResponseMessages>{''.join(messages)}</m:ResponseMessages>"
    return (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope {_NAMES}><s:Header>{_VERSION}</s:Header>'
        f"<s:Body><m:{operation}Response>{content}</m:{operation}Response></s:Body></s:Envelope>"
    ).encode()


def soap_fault(code: str, words: str) -> bytes:
    """Return the answer to a request that was not even looked at; a busy server wants two seconds."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope {_NAMES}><s:Body><s:Fault>'
        f"<faultcode>a:{code}</faultcode><faultstring>{words}</faultstring>"
        f'<detail xmlns:e="{_ERRORS}"><e:ResponseCode>{code}</e:ResponseCode><e:Message>{words}</e:Message>'
        '<t:MessageXml><t:Value Name="BackOffMilliseconds">2000</t:Value></t:MessageXml>'
        "</detail></s:Fault></s:Body></s:Envelope>"
    ).encode()


def listing(name: str, kind: str, shown: list[str]) -> str:
    """Return a last page."""
    return (
        f'<m:{name} TotalItemsInView="{len(shown)}" IncludesLastItemInRange="true">'
        f"<t:{kind}>{''.join(shown)}</t:{kind}></m:{name}>"
    )


def folder_xml(folder: Folder, right: str) -> str:
    """Return a folder; `right` is `true` or `false` for everything one may do there."""
    rights = "".join(f"<t:{name}>{right}</t:{name}>" for name in _RIGHTS)
    return (
        f'<t:Folder><t:FolderId Id="{folder.id}" ChangeKey="c"/><t:FolderClass>IPF.Note</t:FolderClass>'
        f"<t:DisplayName>{escape(folder.name)}</t:DisplayName>"
        f"<t:EffectiveRights>{rights}</t:EffectiveRights></t:Folder>"
    )


def item_xml(item: Item, fields: frozenset[str]) -> str:
    """Return an item with what was asked for."""
    mime = base64.b64encode(item.mime).decode()
    headers = "".join(
        f"<t:InternetMessageHeader HeaderName={quoteattr(name)}>{_legal(value)}</t:InternetMessageHeader>"
        for name, value in item.all_headers()
    )
    known = {
        "item:MimeContent": f'<t:MimeContent CharacterSet="UTF-8">{mime}</t:MimeContent>',
        "item:ItemId": f'<t:ItemId Id="{item.id}" ChangeKey="c"/>',
        "item:ParentFolderId": f'<t:ParentFolderId Id="{item.folder}" ChangeKey="c"/>',
        "item:DateTimeReceived": (
            f"<t:DateTimeReceived>{item.received.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</t:DateTimeReceived>"
        ),
        "item:Size": f"<t:Size>{len(item.mime)}</t:Size>",
        "item:InternetMessageHeaders": f"<t:InternetMessageHeaders>{headers}</t:InternetMessageHeaders>",
        "message:InternetMessageId": (
            f"<t:InternetMessageId>{escape(item.header('Message-ID'))}</t:InternetMessageId>"
        ),
    }
    given = "".join(xml for name, xml in known.items() if name in {*fields, "item:ItemId"})
    return f"<t:{item.kind}>{given}</t:{item.kind}>"


def _legal(text: str) -> str:
    return escape("".join(sign if sign.isprintable() or sign in "\r\n\t" else "?" for sign in text))
