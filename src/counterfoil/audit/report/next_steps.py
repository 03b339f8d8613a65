"""The verbs of the playbooks as people read them, in both languages; a test holds them against the detectors."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.languages import Text

_CHINESE: Mapping[str, str] = {
    "answer_the_dispute": "回复争议",
    "arrange_a_new_delivery": "安排重新派送",
    "ask_the_acquirer": "向收单方查询",
    "ask_then_confirm": "询问顾客后确认收货",
    "ask_then_refund_one": "询问顾客后退掉一单",
    "cancel_the_unpaid_one": "取消未付款的那一单",
    "chase_the_carrier": "催促承运商",
    "chase_the_refund": "追查退款",
    "claim_and_replace": "索赔并补发",
    "collect_again_or_take_back": "重新收款或收回商品",
    "collect_or_write_off": "补收或核销",
    "correct_the_address": "更正地址",
    "correct_the_amount": "更正金额",
    "correct_the_refund": "更正退款",
    "count_the_drawer": "盘点钱箱",
    "decide_the_exception": "裁定例外",
    "find_the_original": "查找原单",
    "give_a_new_date": "告知新的送达日期",
    "give_the_money_back": "把钱退给顾客",
    "have_it_signed_off": "补办授权",
    "inspect_the_terminal": "检查终端",
    "look_at_the_pattern": "查看规律",
    "rebuild_the_order_or_refund": "补录订单或退款",
    "record_the_reason": "补记原因",
    "recover_the_excess": "追回多退的部分",
    "recover_the_second_refund": "追回第二笔退款",
    "refund_the_double_once": "重复单退款（只退一次）",
    "repair_and_reprint": "修好打印机并补打",
    "replace_or_refund": "换货或退款",
    "replace_the_slip": "更换小票",
    "replace_void_by_refund": "改撤销为退款",
    "reship_or_refund": "补发或退款",
    "restock_or_write_off": "入库或报损",
    "review_the_voids": "复核撤销",
    "send_the_return_slip": "补发退货小票",
    "send_the_slip": "补发小票",
    "ship_or_refund": "发货或退款",
    "sync_the_status": "同步物流状态",
    "sync_the_terminal": "同步终端",
    "tell_the_customer_nothing_was_taken": "告知顾客并未扣款",
    "upload_the_shipping_data": "补传发货信息",
}

NEXT_STEPS: Mapping[str, Text] = {
    verb: Text(en=verb.replace("_", " ").capitalize(), zh=chinese) for verb, chinese in _CHINESE.items()
}
