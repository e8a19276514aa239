"""Writes rows.json: what the seed's tables hold, sealed as its encrypted JSON field seals it, by Python's own `cryptography`.

Run once: python3 make-rows.py > rows.json. The tests read the file; they need no Python. The SQL beside it is what Django 5.2 prints for the models.
"""
import base64
import datetime
import decimal
import json

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

KEYS = {"secret": "django-insecure-test-secret-ключ", "salt": "a salt, with a comma", "older": "the secret before it"}


def fernet(secret, salt):
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt.encode(), iterations=100_000)
    return Fernet(base64.urlsafe_b64encode(kdf.derive(secret.encode())))


NOW, OLDER, OTHER = (fernet(s, KEYS["salt"]) for s in (KEYS["secret"], KEYS["older"], "of another installation"))


def sealed(value, by=NOW):
    if isinstance(value, dict):
        return {key: sealed(each, by) for key, each in value.items()}
    if isinstance(value, list):
        return [sealed(each, by) for each in value]
    return by.encrypt(str(value).encode()).decode()


def uid(number):
    return f"5eed{number:04d}-0000-4000-8000-{number:012d}"


FULL = {
    "merchant_id": "abc123",
    "api_key": "canary-\"quoted\" \\ سلام 🔑",
    "base_url": "https://api.example.com/v1",
    "sandbox": True,
    "strict": False,
    "timeout": 30,
    "big": 9007199254740991,
    "ratio": 1.5,
    "tiny": 1e-07,
    "fee": decimal.Decimal("2.50"),
    "zero": 0,
    "pin": "0042",
    "word": "True",
    "empty": "",
    "nothing": None,
    "missing": None,
    "opened": datetime.date(2026, 1, 2),
    "seen_at": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
    "mode": "live",
    "port": 587,
    "regions": ["nl", "de"],
    "ports": [25, 587],
    "flags": [True, False, None],
    "limits": {"per_day": 100, "burst": None, "deep": {"on": False, "names": ["a", "b"]}},
    "pairs": ((1, "a"), (2, "it's")),
    "any": {"free": "text", "count": 3, "yes": True},
    "gone": "the plugin has no such field",
}

TYPES = [
    {"id": uid(1), "name": "payment_gateway", "manager": "apps.payments.interfaces", "description": "Takes money."},
    {"id": uid(2), "name": "otp", "manager": "apps.otp", "description": ""},
]
ITEMS = [
    {"id": uid(11), "module": "apps.payments.plugins", "name": "zarinpal", "configurable": True, "priority": 5, "description": "Zarinpal", "plugin_type_id": uid(1)},
    {"id": uid(12), "module": "apps.payments.plugins", "name": "cash", "configurable": False, "priority": 50, "description": None, "plugin_type_id": uid(1)},
    {"id": uid(13), "module": "apps.otp_sms.plugins", "name": "sms_ir", "configurable": True, "priority": 0, "description": "", "plugin_type_id": uid(2)},
]


def instance(number, item, name, config, status="active", priority=0, description=None):
    text = None if config is None else json.dumps(config)
    return {"id": uid(number), "name": name, "config": text, "status": status, "priority": priority, "description": description, "item_id": item}


ZARINPAL, CASH, SMS = (each["id"] for each in ITEMS)
SMALL = {"merchant_id": "m-2", "api_key": "canary-backup", "base_url": "https://backup.example.com"}
broken = sealed(SMALL)
broken["api_key"] = broken["api_key"][:60] + ("A" if broken["api_key"][60] != "A" else "B") + broken["api_key"][61:]
INSTANCES = [
    instance(101, ZARINPAL, "Zarinpal Production", sealed(FULL), priority=10, description="The main one"),
    instance(102, ZARINPAL, "Zarinpal Backup", sealed(SMALL, OLDER), status="reserve", priority=-3),
    instance(103, ZARINPAL, "Zarinpal Sandbox", sealed({**SMALL, "sandbox": True}), status="disable", priority=20),
    instance(104, CASH, "cash", None),
    instance(105, SMS, "Sms.ir", sealed({"api_key": "canary-sms"})),
]
DAMAGED = [
    instance(201, ZARINPAL, "Changed by a bit", broken),
    instance(202, ZARINPAL, "Of another installation", sealed(SMALL, OTHER)),
    instance(203, ZARINPAL, "In clear", {**sealed(SMALL), "merchant_id": "canary-in-clear"}),
    instance(204, ZARINPAL, "A list", sealed(["canary-list"])),
    instance(205, ZARINPAL, "Does not fit", sealed({**SMALL, "timeout": "canary-soon"})),
]
print(json.dumps({"keys": KEYS, "types": TYPES, "items": ITEMS, "instances": INSTANCES, "damaged": DAMAGED}, indent=2, ensure_ascii=False))
