"""Bodies as nobody would publish them, and as Razorpay might send them all the same."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from gateways.razorpay.entities import SHAPES
from tests.samples import MISSING, as_bytes, names, sample

UNREADABLE = {
    "empty": b"",
    "no JSON": b"payload=1",
    "no object": b"[1]",
    "no event": b'{"entity":"event"}',
    "not UTF-8": b'{"event":"\xff"}',
    "NaN": b'{"event":"order.paid","created_at":NaN}',
    "a byte order mark": b'\xef\xbb\xbf{"event":"order.paid"}',
    "too deep": b'{"event":' + b"[" * 100_000,
}
READABLE = {
    **{name: as_bytes(sample(name)) for name in names()},
    "without created_at": as_bytes(sample("payment.captured", created_at=MISSING)),
    "dated by nothing": as_bytes({"event": "order.paid", "payload": {}}),
    "without a payload": b'{"event":"order.paid"}',
    "an event of nobody's": as_bytes({"event": "qr_code.closed", "payload": {"qr_code": {}}}),
    "one key twice": b'{"event":"order.paid","event":"payment.captured","created_at":1700000000}',
    "spaced": json.dumps(sample("order.paid"), indent=4).encode(),
    "half a surrogate": b'{"event":"order.paid\\ud800","payload":{"payment":{"entity":'
    b'{"id":"pay_1","error_description":"\\udfff","notes":{"\\ud800":"\\u0000"}}}}}',
    "Hindi": as_bytes(sample("payment.captured", payment={"bank": "स्टेट बैंक"})),
    "amounts that are none": as_bytes(
        sample("payment.captured", payment={"amount": 10**40, "fee": -1, "tax": 1.5})
    ),
    "true as one": as_bytes(sample("payment.captured", payment={"amount": True, "captured": 1})),
}

EVERY = {**READABLE, **UNREADABLE}

cards = st.dictionaries(st.sampled_from(["network", "last4", "name", "status"]), st.text())
odd_values: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(1, 2_000_000_000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=300)
    | st.sampled_from(["1", "captured", "inr", "void@razorpay.com", "İSTANBUL@X.IN", "ßb", "pay_1"])
    | cards
    | st.just([])
)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """An event of which every field may be there, be null, or be nonsense."""
    payload: dict[str, Any] = {}
    for kind in draw(st.lists(st.sampled_from([*SHAPES, "qr_code"]), unique=True, max_size=4)):
        fields = st.sampled_from([*SHAPES.get(kind, {}), "id", "card_name", "address"])
        entity = draw(st.dictionaries(fields, odd_values, max_size=12))
        if draw(st.booleans()):
            entity["id"] = f"{kind}_1"
        payload[kind] = draw(st.sampled_from([{"entity": entity}, {"entity": None}, entity]))
    body: dict[str, Any] = {"event": draw(st.text()), "payload": payload}
    for key in ("created_at", "account_id"):
        if draw(st.booleans()):
            body[key] = draw(odd_values)
    if draw(st.booleans()):
        payload["created_at"] = draw(st.integers(1, 2_000_000_000))
    return json.dumps(body, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
