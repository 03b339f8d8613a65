"""Why a sale is not taken, in order of precedence: the first that holds is the answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.languages import Text


class SaleRefusal(StrEnum):
    """An expected "no" to a sale. None of them leaves anything behind."""

    BAD_ID = "bad_id"
    NO_LINES = "no_lines"
    TOO_MANY_LINES = "too_many_lines"
    TOO_MANY_TENDERS = "too_many_tenders"
    TEXT_UNUSABLE = "text_unusable"
    TEXT_HOLDS_NUMBER = "text_holds_number"
    NO_PRACTICE_HERE = "no_practice_here"
    TIME_WITHOUT_ZONE = "time_without_zone"
    QUANTITY_OUT_OF_RANGE = "quantity_out_of_range"
    AMOUNT_OUT_OF_RANGE = "amount_out_of_range"
    OF_NO_LINE = "of_no_line"
    DISCOUNT_OF_NOTHING = "discount_of_nothing"
    NOT_DISCOUNTABLE = "not_discountable"
    LINES_DO_NOT_ADD_UP = "lines_do_not_add_up"
    TENDERS_EXCEED_TOTAL = "tenders_exceed_total"
    TENDER_NOT_TAKEN = "tender_not_taken"
    CASH_HANDED_TOO_LITTLE = "cash_handed_too_little"
    CLOCK_AHEAD = "clock_ahead"
    CLOCK_BEHIND = "clock_behind"
    PROMISED_OUT_OF_RANGE = "promised_out_of_range"
    OTHER_CURRENCY = "other_currency"
    UNKNOWN_STORE = "unknown_store"
    UNKNOWN_TERMINAL = "unknown_terminal"
    UNKNOWN_OPERATOR = "unknown_operator"
    OPERATOR_MAY_NOT = "operator_may_not"
    UNKNOWN_ITEM = "unknown_item"
    OTHER_KIND = "other_kind"
    QUANTITY_NOT_WHOLE = "quantity_not_whole"
    PRICE_NOT_LISTED = "price_not_listed"
    AMOUNT_NOT_PRICED = "amount_not_priced"
    DISCOUNT_ABOVE_LIMIT = "discount_above_limit"
    PRICE_NEEDS_SECOND_PERSON = "price_needs_second_person"
    CONSENT_NOT_PROVEN = "consent_not_proven"
    NOTHING_PRESENTED = "nothing_presented"
    PAYMENT_ID_TAKEN = "payment_id_taken"
    NOT_RECORDABLE = "not_recordable"


TEXTS: Mapping[SaleRefusal, Text] = MappingProxyType(
    {
        SaleRefusal.BAD_ID: Text(
            en="{field} is no usable id: 1 to 64 letters, digits and . _ : @ + -, with a letter or digit first.",
            zh="{field} 不能用作编号：须为 1 至 64 个字母、数字或 . _ : @ + -，并以字母或数字开头。",
        ),
        SaleRefusal.NO_LINES: Text(
            en="The sale has no lines. Add what was sold, and send it again.",
            zh="该销售没有明细行。请加入商品后重新发送。",
        ),
        SaleRefusal.TOO_MANY_LINES: Text(
            en="The sale has {found} lines, and {allowed} are the most. Split it into several sales.",
            zh="该销售有 {found} 行明细，上限为 {allowed}。请拆成多笔销售。",
        ),
        SaleRefusal.TOO_MANY_TENDERS: Text(
            en="The sale has {found} tenders, and {allowed} are the most. Take several of them together.",
            zh="该销售有 {found} 笔付款，上限为 {allowed}。请合并其中几笔。",
        ),
        SaleRefusal.TEXT_UNUSABLE: Text(
            en="{field} holds text that cannot be kept: too long, or with control characters. Shorten or clean it.",
            zh="{field} 的文字无法保存：过长或含有控制字符。请缩短或清理。",
        ),
        SaleRefusal.TEXT_HOLDS_NUMBER: Text(
            en="{field} holds what looks like a card number or a PIN, which are never kept. Leave it out and send it "
            "again.",
            zh="{field} 中含有疑似卡号或 PIN 的内容，此类内容一律不保存。请删去后重新发送。",
        ),
        SaleRefusal.NO_PRACTICE_HERE: Text(
            en="This till has no practice mode, and every sale at it is a real one. Ring it up without practice.",
            zh="此收银台没有练习模式，在此收银的都是真实销售。请按正常销售录入。",
        ),
        SaleRefusal.TIME_WITHOUT_ZONE: Text(
            en="{field} says no time zone, so it is no moment. Send it with an offset, such as Z or +08:00.",
            zh="{field} 没有时区，无法确定时刻。请带上偏移量发送，例如 Z 或 +08:00。",
        ),
        SaleRefusal.QUANTITY_OUT_OF_RANGE: Text(
            en="Line {line_no} has the quantity {found}; it must be above 0 and at most {allowed}, with 4 decimals.",
            zh="第 {line_no} 行数量为 {found}；须大于 0、不超过 {allowed}、最多 4 位小数。",
        ),
        SaleRefusal.AMOUNT_OUT_OF_RANGE: Text(
            en="{field} is {found}; it must be a whole number of minor units from 0 to {allowed}.",
            zh="{field} 为 {found}；须为 0 至 {allowed} 之间的整数（最小货币单位）。",
        ),
        SaleRefusal.DISCOUNT_OF_NOTHING: Text(
            en="Line {line_no} is a discount of line {of_line_no}, which is not there or is a discount itself.",
            zh="第 {line_no} 行是第 {of_line_no} 行的折扣，但该行不存在或本身就是折扣。",
        ),
        SaleRefusal.OF_NO_LINE: Text(
            en="Line {line_no} is a {kind}, and says that it is of line {of_line_no}: only a discount belongs to a "
            "line. A {kind} stands by itself; leave of_line_no out.",
            zh="第 {line_no} 行是 {kind}，却注明属于第 {of_line_no} 行：只有折扣可以归属某一行。"
            "{kind} 须独立成行；请去掉 of_line_no。",
        ),
        SaleRefusal.NOT_DISCOUNTABLE: Text(
            en="Line {line_no} takes something off line {of_line_no}, which is a {kind}: only goods and services "
            "can be discounted.",
            zh="第 {line_no} 行对第 {of_line_no} 行打折，但后者是 {kind}：只有商品和服务可以打折。",
        ),
        SaleRefusal.LINES_DO_NOT_ADD_UP: Text(
            en="The lines come to {found}, the total says {expected} (minor units). Ring it up again.",
            zh="明细合计为 {found}，总额写的是 {expected}（最小货币单位）。请重新录入。",
        ),
        SaleRefusal.TENDERS_EXCEED_TOTAL: Text(
            en="The tenders come to {found}, more than the total of {expected} (minor units). Correct the tenders.",
            zh="付款合计为 {found}，超过总额 {expected}（最小货币单位）。请更正付款。",
        ),
        SaleRefusal.TENDER_NOT_TAKEN: Text(
            en="{field}: the tender {found} is not taken at this till. Offer another one.",
            zh="{field}：本收银台不接受付款方式 {found}。请换一种。",
        ),
        SaleRefusal.CASH_HANDED_TOO_LITTLE: Text(
            en="{field}: {found} was handed over for {expected} (minor units). Ask for the rest, or split the tender.",
            zh="{field}：收到现金 {found}，应付 {expected}（最小货币单位）。请补足，或拆分付款。",
        ),
        SaleRefusal.CLOCK_AHEAD: Text(
            en="The sale is dated {found}, and it is {now} here. Set the till's clock right, and send it again.",
            zh="该销售的时间为 {found}，而此处为 {now}。请校正收银台时钟后重新发送。",
        ),
        SaleRefusal.CLOCK_BEHIND: Text(
            en="The sale is dated {found}, and it is {now} here. Set the till's clock right; "
            "a till that was offline sends its sales to the batch address.",
            zh="该销售的时间为 {found}，而此处为 {now}。请校正时钟；曾离线的收银台应使用批量地址上传。",
        ),
        SaleRefusal.PROMISED_OUT_OF_RANGE: Text(
            en="The goods are promised for {found}; that must be after the sale, and within a year of it.",
            zh="承诺交货时间为 {found}；须在销售之后一年之内。",
        ),
        SaleRefusal.OTHER_CURRENCY: Text(
            en="The sale is in {found}, and this merchant trades in {expected}.",
            zh="该销售币种为 {found}，本商户使用 {expected}。",
        ),
        SaleRefusal.UNKNOWN_STORE: Text(
            en="There is no store {found} here. Check the till's settings.",
            zh="此处没有门店 {found}。请检查收银台设置。",
        ),
        SaleRefusal.UNKNOWN_TERMINAL: Text(
            en="There is no terminal {found} in that store. Check the till's settings.",
            zh="该门店没有终端 {found}。请检查收银台设置。",
        ),
        SaleRefusal.UNKNOWN_OPERATOR: Text(
            en="There is no operator {found} here, or they have left. Sign in again.",
            zh="此处没有收银员 {found}，或其已离职。请重新登录。",
        ),
        SaleRefusal.OPERATOR_MAY_NOT: Text(
            en="{found} may not {verb} in that store. Ask a supervisor.",
            zh="{found} 无权在该门店执行 {verb}。请找领班。",
        ),
        SaleRefusal.UNKNOWN_ITEM: Text(
            en="Line {line_no}: there is no item {found}. Scan it again, or sell it by another item.",
            zh="第 {line_no} 行：没有商品 {found}。请重新扫描，或改用其他商品。",
        ),
        SaleRefusal.OTHER_KIND: Text(
            en="Line {line_no}: {sku} is sold as {known}, and the line calls it {told}. Say the item's own kind, or "
            "none.",
            zh="第 {line_no} 行：{sku} 的类别为 {known}，该行却写为 {told}。请使用商品自身的类别，或不填。",
        ),
        SaleRefusal.QUANTITY_NOT_WHOLE: Text(
            en="Line {line_no}: {sku} is sold by the piece, and the quantity is {found}. Enter whole pieces.",
            zh="第 {line_no} 行：{sku} 按件出售，数量却为 {found}。请输入整数件数。",
        ),
        SaleRefusal.PRICE_NOT_LISTED: Text(
            en="Line {line_no}: the till takes {told} for the listed price of {sku}, and {known} is listed (minor "
            "units, for a piece or a kilogram). Load the prices again and ring it up anew. Another price than the "
            "listed one is an override: say both, and let somebody allow it who may.",
            zh="第 {line_no} 行：收银台认为 {sku} 的标价为 {told}，实际标价为 {known}（最小货币单位，每件或每公斤）。"
            "请重新载入价格后再录入。如需改价，请同时注明标价与售价，并由有权限的人员授权。",
        ),
        SaleRefusal.AMOUNT_NOT_PRICED: Text(
            en="Line {line_no}: {quantity} of {sku} at {price} come to {known}, and the line says {told} (minor "
            "units). Ring it up again; what is taken off is a discount, a line of its own.",
            zh="第 {line_no} 行：{sku} 数量 {quantity}、单价 {price}，应为 {known}，该行金额却为 {told}"
            "（最小货币单位）。请重新录入；减免须作为折扣单独成行。",
        ),
        SaleRefusal.DISCOUNT_ABOVE_LIMIT: Text(
            en="{item}: {percent} % is taken off in all, and the operator may take off {allowed} % at most. A "
            "supervisor may allow more.",
            zh="{item}：减免合计 {percent}%，收银员最多可减免 {allowed}%。可由领班授权。",
        ),
        SaleRefusal.PRICE_NEEDS_SECOND_PERSON: Text(
            en="Line {line_no} is sold at another price than the listed one. A second person who may do that has to "
            "allow it.",
            zh="第 {line_no} 行的售价与标价不同，须由另一位有权限的人员授权。",
        ),
        SaleRefusal.CONSENT_NOT_PROVEN: Text(
            en="{found} is named as having allowed this, and their PIN is missing. Ask them to enter it.",
            zh="标明由 {found} 授权，但缺少其 PIN。请其输入 PIN。",
        ),
        SaleRefusal.NOTHING_PRESENTED: Text(
            en="{field} is a {found}, and nothing was presented for it. Ask the customer for the card or the payment "
            "code, and send it with the sale.",
            zh="{field} 为 {found}，但未出示任何凭证。请顾客出示银行卡或付款码，并随销售一并发送。",
        ),
        SaleRefusal.PAYMENT_ID_TAKEN: Text(
            en="The payment id {found} belongs to another order. Make a new id for a new tender.",
            zh="付款编号 {found} 属于另一订单。新的付款请使用新编号。",
        ),
        SaleRefusal.NOT_RECORDABLE: Text(
            en="The database refused this sale ({constraint}). Nothing of it was recorded; report the sale's id.",
            zh="数据库拒绝了该销售（{constraint}）。未记录任何内容；请上报该销售编号。",
        ),
    }
)
