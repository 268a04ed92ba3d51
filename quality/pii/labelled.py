"""Numbers that their label makes personal: record numbers, staff numbers, contracts, accounts, papers; links with tokens.

Labels are data (quality.pii.labels). A label with nothing behind it, and a value that is a date or a quantity, are no finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality.identities.names import SURNAMES
from quality.kernels import pii_cued as kernel
from quality.kernels import pii_cues as cues
from quality.kernels.pii_labels import slot
from quality.pii import identifiers, labels, shadow
from quality.pii.findings import KIND, SUBTYPE, Findings

_KINDS = ("case_number", "military_id", "medical_record_number", "url", "email", "mobile", "resident_id", "bank_card")
_KEYS = """
token accesstoken session sessionid sid jsessionid phpsessid openid unionid userid uid user username account mobile phone tel
telephone email mail idcard idno cardno patientid patientno patient memberid member custid customerid empno staffid employeeid
visitid ticket authcode credential password passwd pwd apikey wxid qq sign signature phonenumber
"""
"""Keys of parameters that name somebody or let somebody in (case, _ and - do not matter). Keys of paths are the same."""


def find(texts: Texts) -> Findings:
    """Labelled numbers, court cases, military papers, beds, personal links and odd mailboxes in every string."""
    strings = identifiers.read_only(texts)
    word = np.zeros(80, np.uint8)
    size = int(strings[1][-1] - strings[1][0])
    rows = identifiers.filled(6, size, lambda room: kernel.find(*strings, _cues(), word, room))
    text, start, end, start_byte, end_byte, code = rows.T
    evidence, subtype = code >> 16 & 0xFF, code >> 8 & 0xFF
    return Findings.of(text, start, end, start_byte, end_byte, code & 0xFF, subtype, (code >> 24) / 1000, evidence)


def _lines() -> Iterator[tuple[str, int, int, int, int, bool]]:
    """(label, kind, subtype, shape, confidence, only alone)."""
    shapes = {name: number for number, name in enumerate(labels.SHAPES)}
    for line in labels.LINES.strip().splitlines():
        kind, subtype, shape, confidence, *words = line.split()
        head = KIND[kind], SUBTYPE["" if subtype == "-" else subtype], shapes[shape], int(confidence)
        for word in words:
            plain = word.rstrip("!")
            for label in {plain, plain + "码"} if plain.endswith("号") else {plain}:
                yield label, *head, word.endswith("!")


def _table() -> list[tuple[str, int, int, int, int, bool]]:
    """Labels by bucket, longest first; equal ones in the order of the lines: a value that does not fit goes to the next."""
    rows = [(line[0][::-1], *line[1:]) for line in _lines()]
    return sorted(rows, key=lambda row: (slot(ord(row[0][0]), ord(row[0][1])), -len(row[0]), row[0]))


@cache
def _cues() -> cues.Cues:
    table = _table()
    ends = [0, *accumulate(len(row[0]) for row in table)]
    again = [k + 1 if row[0] == after[0] else -1 for k, (row, after) in enumerate(pairwise([*table, ("",)]))]
    buckets = np.bincount([slot(ord(row[0][0]), ord(row[0][1])) for row in table], minlength=1024)
    return cues.Cues(
        trigger=_trigger({row[0][0] for row in table}),
        fold=_fold(),
        value=np.concatenate([shadow.fold_table(), shadow.math_table()]),
        letters=np.array([ord(c) for row in table for c in row[0]], np.uint16),
        labels=np.array([(a, b, *row[1:], k) for a, b, row, k in zip(ends, ends[1:], table, again, strict=False)], np.int64),
        buckets=np.concatenate([[0], np.cumsum(buckets)]).astype(np.int64),
        shapes=np.array([(s.form, s.low, s.high, s.digits, s.check) for s in labels.SHAPES.values()], np.int64),
        behind=_behind(),
        keys=np.array([int.from_bytes(key.encode()[-7:], "big") for key in _KEYS.split()], np.int64),
        kinds=np.array([*(KIND[key] for key in _KINDS), SUBTYPE["bed"], KIND["employee_number"]], np.int64),
        allocated=identifiers.allocated(),
    )


def _fold() -> NDArray[np.uint16]:
    table = shadow.context_table().copy()
    for traditional, simple in labels.FOLDS.items():
        table[ord(traditional)] = ord(simple)
    return table


def _trigger(lasts: set[str]) -> NDArray[np.uint8]:
    """uint8[65536] over code points as they stand: the cues that a folded character may be."""
    bits = np.zeros(65536, np.uint8)
    bits[[ord(c) for c in lasts]] = cues.LABEL
    for char, bit in (("号", cues.NUMBERED), (":", cues.LINK), ("床", cues.BED), ("\n", cues.BREAK), ("(", cues.STAFF)):
        bits[ord(char)] |= bit
    bits[[ord(c) for c in "@#(["]] |= cues.MAILBOX
    trigger = bits[_fold()]
    trigger[0] = 0
    return trigger


def _behind() -> NDArray[np.uint8]:
    table = np.zeros(65536, np.uint8)
    table[[ord(c) for c in labels.NOT_BEHIND]] = 1
    table[[ord(surname.han[0]) for surname in set(SURNAMES)]] |= 2
    table[[ord(c) for c in labels.ROLE_ENDS]] |= 4
    return table
