"""Rows of the README's tables of personal information: kinds, placeholders, and how sure a finding is."""

from __future__ import annotations

import pyarrow as pa

from corpora.text_buffers import texts
from corpora.vocabulary import PII_KINDS
from curation.treat.redact import placeholders
from quality import pii

WAYS: tuple[tuple[str, str, str, str], ...] = (
    ("resident_id", "18 位，MOD 11-2 校验", "11010519491231002X", "身份证"),
    ("resident_id", "15 位，日期合理", "110105491231002", "身份证"),
    ("mobile", "11 位，已分配号段", "13800138000", "手机"),
    ("mobile", "带 +86", "+8613800138000", "手机"),
    ("landline", "区号-本地号码", "0574-87654321", "电话"),
    ("landline", "区号与号码连写", "057487654321", "电话"),
    ("email", "user@example.com 一类", "zhangsan@example.com", "邮箱"),
    ("bank_card", "银联卡，Luhn 校验", "6222021234567890128", "银行卡号"),
    ("bank_card", "其他卡组织，Luhn 校验", "4111111111111111", "银行卡号"),
    ("uscc", "18 位，双重校验", "91350100M000100Y43", "信用代码"),
    ("plate", "普通与新能源号牌", "浙B12345", "车牌"),
    ("ipv4", "四段点分", "192.168.17.23", "服务器"),
    ("ipv4", "四段都小于 100，像版本号", "3.5.11.2", "服务器"),
    ("ipv6", "八组或缩写", "2001:db8:85a3:8d3:1319:8a2e:370:7348", "服务器"),
    ("mac", "六组十六进制", "00:1A:2B:3C:4D:5E", "网卡"),
    ("imei", "15 位，Luhn 校验", "490154203237518", "IMEI"),
)
"""Kind, how it is written, a made-up or documentary example, a context word."""


def kinds() -> list[tuple[str, ...]]:
    """Kind, label, placeholder, what is looked for."""
    marks = dict(zip(pii.kind_names(), placeholders(), strict=True))
    return [(f"`{key}`", term.label, f"`{marks[key]}`", term.meaning) for key, term in PII_KINDS.items()]


def confidence() -> list[tuple[str, ...]]:
    """What each way of writing is worth, measured on its example: alone, and with a context word in front."""
    return [
        (f"`{kind}`", way, _worth(kind, f"见{example}，"), _worth(kind, f"{word}：{example}，"))
        for kind, way, example, word in WAYS
    ]


def _worth(kind: str, text: str) -> str:
    found = pii.find(texts(pa.array([text], pa.large_string())))
    index = pii.kind_names().index(kind)
    values = [value for value, other in zip(found.confidence, found.kind, strict=True) if other == index]
    return f"{values[0]:.2f}" if values else "不报告"
