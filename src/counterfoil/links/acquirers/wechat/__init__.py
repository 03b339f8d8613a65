"""WeChat Pay, code payment (付款码支付), API v3."""
