"""Alipay, barcode payment (条码支付), over the open platform's gateway."""
