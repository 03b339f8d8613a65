"""`/office/audits/…/files`: files come in as they are sent, piece by piece to the disk, and never into memory.

A script of ours sends each file by itself; without it the form sends all of them at once. A file that is refused leaves
nothing behind, and those that came before it stay.
"""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from litestar import Controller, Request, Response, post, put
from litestar.enums import MediaType
from litestar.exceptions import ValidationException
from litestar.params import FromPath, FromQuery
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_404_NOT_FOUND, HTTP_409_CONFLICT
from multipart import (  # type: ignore[import-untyped]  # it has no types
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
)

from counterfoil.desk.audits import asking
from counterfoil.desk.audits.asking import Asked
from counterfoil.desk.audits.choosing import chosen_in, mapped_in
from counterfoil.desk.audits.folders import Folder
from counterfoil.desk.audits.looking import look
from counterfoil.desk.audits.model import (
    AUDIT_BYTES_MAX,
    DISK_RESERVE_BYTES,
    FILE_BYTES_MAX,
    FILES_MAX,
    AuditFile,
)
from counterfoil.desk.audits.refusals import AuditRefusal, refused
from counterfoil.desk.audits.rules import clean_name, why_no_file
from counterfoil.ids import new_id
from counterfoil.refusals import Refused
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.forms import FIELD
from counterfoil.web.office.audits import PATH, RECONCILES, back_to, folders_of, refuse
from counterfoil.web.told import Told
from counterfoil.web.visiting import TOKEN_INSIDE, insist_on_token, still_allowed
from counterfoil.web.visits import Visit, Who, visit_of
from counterfoil.written_numbers import whole_number

#: So much is gathered before it is written.
_PIECE_BYTES = 1 << 20
#: Heads of the parts of a form, and its token.
_FORM_BYTES = 1 << 20
_TOKEN_BYTES_MAX = 1024


class AuditFilesController(Controller):
    """The files of an audit."""

    path = PATH
    include_in_schema = False

    @put("/{audit_id:str}/files", opt=RECONCILES, request_max_body_size=FILE_BYTES_MAX)
    async def send(
        self, request: Request[Any, Any, Any], audit_id: FromPath[str], name: FromQuery[str]
    ) -> Response[str]:
        """Take one file that is the whole body; the answer is one line for its sender to read."""
        faces, visit = faces_of(request), visit_of(request)
        told_bytes = whole_number(request.headers.get("content-length", ""))
        coming = Coming(faces=faces, visit=visit, audit_id=audit_id, request=request)
        answer = await coming.take(name, request.stream(), told_bytes)
        if isinstance(answer, Refused):
            is_there = answer.code is not AuditRefusal.NO_SUCH_AUDIT
            status = HTTP_409_CONFLICT if is_there else HTTP_404_NOT_FOUND
            return Response(answer.said(visit.language), media_type=MediaType.TEXT, status_code=status)
        return Response("", media_type=MediaType.TEXT, status_code=HTTP_200_OK)

    @post(
        "/{audit_id:str}/files",
        opt={**RECONCILES, **TOKEN_INSIDE},
        status_code=HTTP_303_SEE_OTHER,
        request_max_body_size=AUDIT_BYTES_MAX + _FORM_BYTES,
    )
    async def send_all(self, request: Request[Any, Any, Any], audit_id: FromPath[str]) -> Response[Any]:
        """Take the files of a form; the first one that is refused ends it."""
        faces, visit = faces_of(request), visit_of(request)
        coming = Coming(faces=faces, visit=visit, audit_id=audit_id, request=request)
        parts = _parts(request)
        insist_on_token(request, await _token(parts))
        refusal: Refused | None = None
        async for part in parts:
            if not isinstance(part, MultipartSegment) or not part.filename or refusal is not None:
                continue
            answer = await coming.take(part.filename, _of_part(parts), None)
            refusal = answer if isinstance(answer, Refused) else None
        if refusal is not None:
            refuse(refusal)
        return back_to(faces, audit_id, Told.AUDIT_FILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Files on their way into one audit."""

    faces: Faces
    #: As it was when the first of them began to come.
    visit: Visit
    audit_id: str
    request: Request[Any, Any, Any]

    async def take(self, sent_name: str, pieces: AsyncIterator[bytes], told_bytes: int | None) -> Asked | Refused:
        """Take one file. What is refused is read to its end all the same: only then its sender hears why."""
        answer = await self._taken(sent_name, pieces, told_bytes)
        if isinstance(answer, Refused):
            async for _piece in pieces:
                pass
        return answer

    async def _taken(self, sent_name: str, pieces: AsyncIterator[bytes], told_bytes: int | None) -> Asked | Refused:
        name = clean_name(sent_name)
        if name is None:
            return refused(AuditRefusal.NAME_UNUSABLE)
        folder = await self.faces.asked(self._place, name, told_bytes or 0)
        if isinstance(folder, Refused):
            return folder
        come = folder.incoming / new_id(self.visit.now)
        try:
            size_bytes = await self._keep(name, pieces, come)
            if isinstance(size_bytes, Refused):
                return size_bytes
            if told_bytes is not None and size_bytes != told_bytes:
                return refused(AuditRefusal.BROKEN_OFF, name=name)
            who = (await still_allowed(self.request)).known
            return await self.faces.asked(self._file, who, name, size_bytes, come, folder)
        finally:
            await self.faces.asked(_remove, come)

    def _place(self, name: str, size_bytes: int) -> Folder | Refused:
        """Return where a file may come in."""
        folders, who = folders_of(self.faces), self.visit.known
        with self.faces.reading(self.visit) as connection:
            filed = asking.seen(connection, who.merchant_id, self.audit_id, actor=who.person)
        if isinstance(filed, Refused):
            return filed
        no = why_no_file(filed, name, size_bytes)
        if no is not None:
            return no
        if folders.free_bytes() - size_bytes < DISK_RESERVE_BYTES:
            return refused(AuditRefusal.DISK_FULL, name=name)
        folder = folders.of(who.merchant_id, filed.audit.audit_id)
        folder.make()
        return folder

    async def _keep(self, name: str, pieces: AsyncIterator[bytes], come: Path) -> int | Refused:
        """Write what comes; returns its size in bytes."""
        size_bytes, gathered = 0, bytearray()
        with await self.faces.asked(come.open, "xb") as file:
            async for piece in pieces:
                size_bytes += len(piece)
                gathered += piece
                if len(gathered) >= _PIECE_BYTES:
                    no = await self.faces.asked(self._write, file, bytes(gathered), name, size_bytes)
                    if no is not None:
                        return no
                    gathered.clear()
            no = await self.faces.asked(self._write, file, bytes(gathered), name, size_bytes)
        return no or size_bytes

    def _write(self, file: BinaryIO, piece: bytes, name: str, size_bytes: int) -> Refused | None:
        if size_bytes > FILE_BYTES_MAX:
            return refused(AuditRefusal.TOO_LARGE, name=name, most=FILE_BYTES_MAX >> 20)
        if folders_of(self.faces).free_bytes() < DISK_RESERVE_BYTES:
            return refused(AuditRefusal.DISK_FULL, name=name)
        try:
            file.write(piece)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            return refused(AuditRefusal.DISK_FULL, name=name)
        return None

    def _file(self, who: Who, name: str, size_bytes: int, come: Path, folder: Folder) -> Asked | Refused:
        """Look at a file that is whole, and make it part of the audit."""
        known = look(come, name, mapped_in(folder, chosen_in(folder)))
        if isinstance(known, Refused):
            return known
        reader, book = known
        now = self.faces.clock()
        file = AuditFile(name=name, size_bytes=size_bytes, reader=reader, book=book, received_at=now)
        with self.faces.database.transaction(who.merchant_id) as connection:
            return asking.take_file(
                connection, who.merchant_id, self.audit_id, file, come=come, folder=folder, actor=who.person, now=now
            )


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


async def _parts(request: Request[Any, Any, Any]) -> AsyncIterator[MultipartSegment | bytes | None]:
    """Yield a form as it comes: each part's head, the pieces of its body, and None at its end."""
    boundary = request.content_type[1].get("boundary", "")
    try:
        with PushMultipartParser(boundary, max_segment_count=FILES_MAX + 2) as parser:
            async for chunk in request.stream():
                if parser.closed:
                    continue
                for part in parser.parse(chunk):
                    yield part
    except MultipartError as error:
        raise ValidationException(detail="the form cannot be read") from error


async def _token(parts: AsyncIterator[MultipartSegment | bytes | None]) -> str:
    """Read the token, which is the first part of our forms; empty where something else comes first."""
    text, is_token = b"", False
    async for part in parts:
        if isinstance(part, MultipartSegment):
            is_token = part.name == FIELD and not part.filename
        elif part is None:
            return text.decode("ascii", "replace")
        elif is_token:
            text += part
        if not is_token or len(text) > _TOKEN_BYTES_MAX:
            return ""
    return ""


async def _of_part(parts: AsyncIterator[MultipartSegment | bytes | None]) -> AsyncIterator[bytes]:
    """Yield the body of the part whose head has come."""
    async for part in parts:
        if part is None:
            return
        if isinstance(part, (bytes, bytearray)):
            yield bytes(part)
