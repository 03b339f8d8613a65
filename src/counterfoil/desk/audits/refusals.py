"""Why something is not done to an audit, in order of precedence. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.languages import Text
from counterfoil.refusals import Refused


class AuditRefusal(StrEnum):
    """An expected "no" to somebody who runs audits. None of them changes anything."""

    NO_SUCH_AUDIT = "no_such_audit"
    NOT_OPEN = "not_open"
    NOTHING_UNDER_WAY = "nothing_under_way"
    NOT_DONE = "not_done"
    NAME_UNUSABLE = "name_unusable"
    NAME_TAKEN = "name_taken"
    NO_FILES = "no_files"
    TOO_MANY_FILES = "too_many_files"
    TOO_LARGE = "too_large"
    DISK_FULL = "disk_full"
    BROKEN_OFF = "broken_off"
    NOT_OURS = "not_ours"
    AS_OF_UNUSABLE = "as_of_unusable"
    TIME_ZONE_UNKNOWN = "time_zone_unknown"
    CURRENCY_UNKNOWN = "currency_unknown"
    YEAR_UNUSABLE = "year_unusable"
    MAPPING_MISSING = "mapping_missing"
    MAPPING_TOO_LARGE = "mapping_too_large"
    MAPPING_UNUSABLE = "mapping_unusable"
    MAPPING_NEEDED = "mapping_needed"
    NOTHING_FOUND = "nothing_found"
    GONE = "gone"
    NO_PLACE = "no_place"


TEXTS: Mapping[AuditRefusal, Text] = MappingProxyType(
    {
        AuditRefusal.NO_SUCH_AUDIT: Text(en="There is no such audit.", zh="没有这次审计。"),
        AuditRefusal.NOT_OPEN: Text(
            en="The audit is under way or done; what it was asked stays as it is. Begin another one for anything else.",
            zh="审计正在进行或已完成，其文件与选项不再更改。如需另作审计，请新建一次审计。",
        ),
        AuditRefusal.NOTHING_UNDER_WAY: Text(
            en="The audit is not under way any more; there is nothing to cancel. Load the page again.",
            zh="审计已不在进行中，无需取消。请刷新页面。",
        ),
        AuditRefusal.NOT_DONE: Text(
            en="The audit is not done, so it has found nothing yet. Wait until it is.",
            zh="审计尚未完成，暂无结果。请等待完成。",
        ),
        AuditRefusal.NAME_UNUSABLE: Text(
            en="The file has no usable name; it was not taken. Rename it, and send it again.",
            zh="文件名不可用，未接收该文件。请改用由文字和数字组成的名称后重新上传。",
        ),
        AuditRefusal.NAME_TAKEN: Text(
            en="{name}: this name is taken, and the file was not. Remove the other one, or rename it.",
            zh="{name}：已有同名文件，未接收新文件。请先移除原文件，或改名后再上传。",
        ),
        AuditRefusal.NO_FILES: Text(
            en="There is no file yet, so nothing can be audited. Choose files first.",
            zh="还没有文件，无法审计。请先选择文件。",
        ),
        AuditRefusal.TOO_MANY_FILES: Text(
            en="{name}: an audit takes at most {most} files; this one was not taken. Pack several into one.",
            zh="{name}：一次审计最多 {most} 个文件，未接收该文件。可将多个文件打包为一个压缩包。",
        ),
        AuditRefusal.TOO_LARGE: Text(
            en="{name}: larger than {most} MB, alone or with the others; not taken. Audit it by command.",
            zh="{name}：单个或合计超过 {most} MB，未接收该文件。请改用命令行审计。",
        ),
        AuditRefusal.DISK_FULL: Text(
            en="{name}: the disk has no room for it; it was not taken. Remove older audits, and send it again.",
            zh="{name}：磁盘空间不足，未接收该文件。请移除较早的审计后重新上传。",
        ),
        AuditRefusal.BROKEN_OFF: Text(
            en="{name}: less came than was told; it was not taken. Send it again.",
            zh="{name}：收到的内容不完整，未接收该文件。请重新上传。",
        ),
        # The reader's own words say it better, where there are some; see `looking.py`.
        AuditRefusal.NOT_OURS: Text(en="The file is none of ours; it was not taken.", zh="不是可识别的文件，未接收。"),
        # What the command says to the same option fills these in; see `choosing.py`.
        AuditRefusal.AS_OF_UNUSABLE: Text(en="No moment to judge at: {why}.", zh="审计时刻不可用：{why}。"),
        AuditRefusal.TIME_ZONE_UNKNOWN: Text(en="No time zone: {why}.", zh="没有这个时区：{why}。"),
        AuditRefusal.CURRENCY_UNKNOWN: Text(en="No currency: {why}.", zh="没有这个币种：{why}。"),
        AuditRefusal.YEAR_UNUSABLE: Text(en="No year: {why}.", zh="年份不可用：{why}。"),
        AuditRefusal.MAPPING_UNUSABLE: Text(
            en="The mapping was not taken: {why}. Mend it, and send it again.",
            zh="未接收映射：{why}。请修正后重新上传。",
        ),
        AuditRefusal.MAPPING_MISSING: Text(
            en="No mapping came along, or an empty one. Choose a file in TOML.",
            zh="没有收到映射文件，或文件为空。请选择 TOML 文件。",
        ),
        AuditRefusal.MAPPING_TOO_LARGE: Text(
            en="The mapping was not taken: it is larger than {most} KB, and no mapping is.",
            zh="未接收映射：文件超过 {most} KB，不像是映射文件。",
        ),
        AuditRefusal.MAPPING_NEEDED: Text(
            en="{name}: would be none of ours then; nothing was changed. Remove it first, or send a mapping for it.",
            zh="{name}：更改后将无法识别该文件，因此未作任何更改。请先移除该文件，或上传能识别它的映射。",
        ),
        AuditRefusal.NOTHING_FOUND: Text(
            en="The audit has found nothing, so there is nothing to take to the desk.",
            zh="审计没有发现问题，无需转到工作台。",
        ),
        AuditRefusal.GONE: Text(
            en="The files and the report of this audit are kept no longer, and gone. Send the files again.",
            zh="本次审计的文件与报告已超过保存期限并被移除。请重新上传文件。",
        ),
        AuditRefusal.NO_PLACE: Text(
            en="This installation has no folder for audits; nothing was taken. Use `counterfoil audit` instead.",
            zh="本系统未设置审计文件夹，未接收任何内容。请改用 `counterfoil audit`。",
        ),
    }
)

#: What may go better with the same request, later.
_TRANSIENT = frozenset({AuditRefusal.DISK_FULL, AuditRefusal.BROKEN_OFF, AuditRefusal.NOT_DONE})


def refused(code: AuditRefusal, **facts: object) -> Refused:
    """Make the refusal of a verb of audits."""
    return Refused(code=code, text=TEXTS[code], facts=facts, transient=code in _TRANSIENT)
