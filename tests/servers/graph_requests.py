"""The mailboxes of the small Microsoft Graph: one request and what becomes of it."""

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.servers import graph_signin
from tests.servers.graph_signin import Reply, Trouble
from tests.servers.graph_state import WELL_KNOWN, Account, Item, assembled, headers, without

if TYPE_CHECKING:  # each needs the other
    from tests.servers.graph import GraphServer

_LIMIT = 4 * 1024 * 1024
_SMALLEST_UPLOAD = 3_000_000
_FILTER = re.compile(r"(?P<name>\w+) eq '(?P<value>(?:[^']|'')*)'")


class Request:
    """One request and what becomes of it; whoever answers holds the lock."""

    def __init__(
        self, server: "GraphServer", method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> None:
        self.server = server
        self.exchange = server.exchange
        self.method = method
        self.place = urlsplit(target)
        self.options = {name: values[0] for name, values in parse_qs(self.place.query).items()}
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body
        self.immutable = 'IdType="ImmutableId"' in self.headers.get("prefer", "")

    def answer(self) -> Reply:
        """Carry it out.

        Raises:
            Trouble: it is refused.
        """
        parts = [unquote(part) for part in self.place.path.strip("/").split("/")]
        if self.place.path.endswith("/.well-known/openid-configuration"):
            return graph_signin.discovery(self.server, parts[0])
        if self.place.path.endswith("/oauth2/v2.0/token"):
            return graph_signin.token(self.server, parts[0], self.body)
        if parts[0] == "upload":
            return self._upload(parts[1])
        if parts[:2] != ["v1.0", "users"]:
            raise Trouble(404, "UnknownPath")
        graph_signin.let_in(self.server, self.headers.get("authorization", ""), parts[2], parts[-1])
        account = self.exchange.accounts.get(parts[2].casefold())
        if account is None:
            raise Trouble(404, "ErrorInvalidUser", f"The requested user '{parts[2]}' is invalid.")
        if len(self.body) > _LIMIT:
            raise Trouble(413, "RequestEntityTooLarge")
        return self._mailbox(account, parts[3:])

    # -- the mailbox ------------------------------------------------------------------------------

    def _mailbox(self, account: Account, path: list[str]) -> Reply:
        match self.method, path:
            case "POST", ["sendMail"]:
                self.exchange.submit(account, self._mime())
                return Reply(202)
            case "POST", ["messages"]:
                return self._draft(account)
            case "GET", ["mailFolders"]:
                return self._folders(account, "")
            case "GET", ["mailFolders", above, "childFolders"]:
                return self._folders(account, self._folder(account, above))
            case "POST", ["mailFolders"]:
                return self._new_folder(account, "")
            case "POST", ["mailFolders", above, "childFolders"]:
                return self._new_folder(account, self._folder(account, above))
            case "GET", ["mailFolders", name]:
                folder = self._folder(account, name)
                count = len(account.lying_in(folder))
                return Reply(200, {"id": folder, "totalItemCount": count})
            case "GET", ["mailFolders", name, "messages"]:
                return self._list(account, self._folder(account, name))
            case "POST", ["mailFolders", name, "messages"]:
                return self._import(account, self._folder(account, name))
            case "GET", ["mailFolders", name, "messages", "delta"]:
                return self._delta(account, self._folder(account, name))
            case _, ["messages", name, *action]:
                return self._message(account, self._item(account, name), action)
            case _:
                raise Trouble(400, "BadRequest", f"{self.method} {'/'.join(path)}")

    def _message(self, account: Account, item: Item, action: list[str]) -> Reply:
        match self.method, action:
            case "GET", ["$value"]:
                return self._handed_out(item)
            case "GET", []:
                return self._looked_at(item)
            case "PATCH", []:
                if not item.draft:
                    raise Trouble(400, "ErrorInvalidPropertySet")
                if not self.exchange.renames_drafts:
                    item.message_id = str(self._json().get("internetMessageId", item.message_id))
                return Reply(200, self._shown(item))
            case "DELETE", []:
                item.folder, item.moves = "ID-deleteditems", item.moves + 1
                return Reply(204)
            case "POST", ["move"]:
                return self._move(account, item)
            case "POST", ["attachments"]:
                return self._attach(item)
            case "POST", ["attachments", "createUploadSession"]:
                return self._upload_session(account, item)
            case "POST", ["send"]:
                if not item.draft:
                    raise Trouble(400, "ErrorInvalidOperation", "only drafts are sent")
                account.items.remove(item)  # the copy among the sent mail is another one, with another id
                self.exchange.submit(account, assembled(item))
                return Reply(202)
            case _:
                raise Trouble(400, "BadRequest", f"{self.method} {'/'.join(action)}")

    def _looked_at(self, item: Item) -> Reply:
        said = self._shown(item)
        if "internetMessageHeaders" in self.options.get("$select", ""):
            said["internetMessageHeaders"] = headers(item.content)
        return Reply(200, said)

    def _handed_out(self, item: Item) -> Reply:
        content = assembled(item)
        if self.exchange.leaves_out:
            content = without(content, self.exchange.leaves_out)
        return Reply(200, content, {"Content-Type": "text/plain", "Transfer-Encoding": "chunked"})

    def _import(self, account: Account, folder: str) -> Reply:
        """Make a mail by JSON; with the flag that it was sent (PidTagMessageFlags) it is no draft."""
        said = self._json()
        more = {each["id"]: each["value"] for each in said.get("singleValueExtendedProperties", ())}
        head = f"Message-ID: {said['internetMessageId']}\r\nSubject: {said['subject']}\r\n\r\n"
        received = datetime.fromisoformat(more["SystemTime 0x0E06"]) if "SystemTime 0x0E06" in more else None
        item = self.exchange.item(folder, head.encode(), received)
        item.draft = more.get("Integer 0x0E07") != "1"
        account.put(item)
        return Reply(201, self._shown(item))

    def _draft(self, account: Account) -> Reply:
        item = self.exchange.item("ID-drafts", self._mime())
        item.draft = True
        if self.exchange.renames_drafts:
            item.message_id = f"<{item.number}@exchange.example>"
        account.put(item)
        return Reply(201, self._shown(item))

    def _move(self, account: Account, item: Item) -> Reply:
        target = str(self._json().get("destinationId"))
        target = f"ID-{target}" if target in WELL_KNOWN else target
        if target not in account.folders:
            raise Trouble(404, "ErrorItemNotFound", "The specified folder could not be found.")
        item.folder, item.moves = target, item.moves + 1
        account.log.append((target, item.number))
        return Reply(201, self._shown(item))

    def _attach(self, item: Item) -> Reply:
        said = self._json()
        content = base64.b64decode(said["contentBytes"])
        item.files.append((said["name"], said["contentType"], content))
        return Reply(201, {"id": f"ATT{len(item.files)}"})

    def _upload_session(self, account: Account, item: Item) -> Reply:
        said = self._json()["AttachmentItem"]
        if said["size"] < _SMALLEST_UPLOAD:
            raise Trouble(400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize")
        token = f"t{len(self.server.uploads)}"
        self.server.uploads[token] = (account, item, said, bytearray())
        return Reply(
            201, {"uploadUrl": f"{self.server.address}/upload/{token}", "nextExpectedRanges": ["0-"]}
        )

    def _upload(self, token: str) -> Reply:
        if "authorization" in self.headers:
            raise Trouble(401, "Unauthorized", "no token belongs here")
        _, item, said, kept = self.server.uploads[token]
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", self.headers.get("content-range", ""))
        if found is None or int(found[1]) != len(kept) or int(found[3]) != said["size"]:
            raise Trouble(416, "InvalidRange")
        if len(self.body) != int(found[2]) - int(found[1]) + 1 or len(self.body) >= _LIMIT:
            raise Trouble(400, "InvalidRange")
        kept += self.body
        if len(kept) < said["size"]:
            return Reply(200, {"nextExpectedRanges": [f"{len(kept)}-"]})
        item.files.append((said["name"], said["contentType"], bytes(kept)))
        return Reply(201, None, {"Location": f"{self.server.address}/attachment"})

    def _folder(self, account: Account, name: str) -> str:
        found = f"ID-{name.lower()}" if name.lower() in WELL_KNOWN else name
        if found not in account.folders:
            raise Trouble(404, "ErrorItemNotFound", "The specified folder could not be found.")
        return found

    def _folders(self, account: Account, parent: str) -> Reply:
        wanted = _FILTER.fullmatch(self.options["$filter"])
        assert wanted is not None
        assert wanted["name"] == "displayName"
        found = account.folder_named(wanted["value"].replace("''", "'"), parent)
        rows = [{"id": found, "displayName": account.folders[found][0]}] if found else []
        return Reply(200, {"value": rows})

    def _new_folder(self, account: Account, parent: str) -> Reply:
        name = str(self._json()["displayName"])
        if account.folder_named(name, parent):
            raise Trouble(409, "ErrorFolderExists", "A folder with the specified name already exists.")
        made = f"FOLDER{self.exchange.number():05}="
        account.folders[made] = (name, parent)
        return Reply(201, {"id": made, "displayName": name})

    def _list(self, account: Account, folder: str) -> Reply:
        items = account.lying_in(folder)
        if folder == "ID-sentitems" and self.exchange.hides_sent:
            items = []
        if wanted := _FILTER.fullmatch(self.options.get("$filter", "")):
            assert wanted["name"] == "internetMessageId"
            items = [each for each in items if each.message_id == wanted["value"].replace("''", "'")]
        if self.options.get("$orderby") == "receivedDateTime asc":
            items.sort(key=lambda each: each.received)
        first = int(self.options.get("$skip", "0"))
        if first and self.server.stale_pages:
            self.server.stale_pages -= 1
            raise Trouble(400, "ErrorInvalidUrlQuery", "The page token is not valid.")
        size = min(int(self.options.get("$top", "10")), self.server.page_size)
        said: dict[str, Any] = {"value": [self._shown(each) for each in items[first : first + size]]}
        if first + size < len(items):
            options = {**self.options, "$skip": str(first + size)}
            said["@odata.nextLink"] = f"{self.server.address}{self.place.path}?{urlencode(options)}"
        if self.server.elsewhere:
            said["@odata.nextLink"] = self.server.elsewhere
        return Reply(200, said)

    def _delta(self, account: Account, folder: str) -> Reply:
        """Return a page of what has appeared since the link was made; from the beginning, what there is."""
        token = self.options.get("$skiptoken") or self.options.get("$deltatoken") or ""
        track, _, at = token.partition("-")
        if token and track != str(self.server.tracks):
            raise Trouble(
                410, "SyncStateNotFound", "The sync state generation is not found; resync required."
            )
        if not token and self.options.get("changeType") != "created":
            raise Trouble(400, "Untested", "without it every flag that somebody sets would be news")
        first = int(at or 0)
        news = account.log[first:][: self.server.page_size]
        there = {each.number: each for each in account.lying_in(folder)}
        rows = [self._shown(there[number]) for where, number in news if where == folder and number in there]
        following = first + len(news)
        more = following < len(account.log)
        options = {("$skiptoken" if more else "$deltatoken"): f"{self.server.tracks}-{following}"}
        link = f"{self.server.address}{self.place.path}?{urlencode(options)}"
        return Reply(200, {"value": rows, ("@odata.nextLink" if more else "@odata.deltaLink"): link})

    def _item(self, account: Account, name: str) -> Item:
        for each in account.items:
            if each.name(immutable=self.immutable) == name:
                return each
        if not re.fullmatch(r"AA(kALg|MkA)[0-9-]+AA=", name):
            raise Trouble(400, "ErrorInvalidIdMalformed", "Id is malformed.")
        raise Trouble(404, "ErrorItemNotFound", "The specified object was not found in the store.")

    def _shown(self, item: Item) -> dict[str, Any]:
        return {
            "id": item.name(immutable=self.immutable),
            "receivedDateTime": f"{item.received:%Y-%m-%dT%H:%M:%SZ}",
            "isDraft": item.draft,
            "parentFolderId": item.folder,
            "internetMessageId": item.message_id,
        }

    def _json(self) -> dict[str, Any]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found

    def _mime(self) -> bytes:
        if self.headers.get("content-type") != "text/plain":
            raise Trouble(400, "ErrorInvalidRequest", "only MIME is understood here")
        return base64.b64decode(self.body, validate=True)
