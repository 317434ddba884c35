#!/usr/bin/env python3
"""Each call of http-admin by each role, with all scopes, with the one that it wants and
with all but that: who may is told by a table of its own.

    admincells.py SOCKET ID OTHER

ID is a message of the tenant acme that waits, OTHER one of another tenant.  Prints a TAP
line a cell without numbers: ok TEXT, or not ok TEXT.  Calls that are let do something: what
they want is left out, so that it is a 400 or 404, or is asked for as a dry run."""
import concurrent.futures
import json
import socket
import sys

SOCKET, ID, OTHER = sys.argv[1:4]
ROLES = ("admin", "operator", "orgadmin", "user", "readonly")
ALL = ("send", "read", "queue", "config", "accounts")
NONE = "0000000000100000000a"

# who may: y all, o of his own, - not; of ROLES
SEE, CANCEL, STAT = ("read", "yyooo"), ("send", "yyoo-"), ("read", "yyooo")
QUEUE, LOG, CONF = ("queue", "yy---"), ("queue", "yy---"), ("config", "y----")
OWN, ORGS = ("accounts", "y-o--"), ("accounts", "y----")
CALLS = [
    ("GET", "/v1/queue", QUEUE, 200), ("GET", "/v1/queue/stats", QUEUE, 200),
    ("GET", "/v1/suspensions", QUEUE, 200), ("GET", "/v1/why?to=b@c.example", QUEUE, 200),
    ("POST", "/v1/queue/hold?dry-run=1&all=1", QUEUE, 200),
    ("POST", "/v1/queue/release?dry-run=1&all=1", QUEUE, 200),
    ("POST", "/v1/queue/retry?dry-run=1&all=1", QUEUE, 200),
    ("POST", "/v1/queue/delete?dry-run=1&all=1", QUEUE, 200),
    ("POST", "/v1/queue/bounce?dry-run=1&all=1", QUEUE, 200),
    ("POST", "/v1/suspend?dry-run=1&tenant=x", QUEUE, 200),
    ("POST", "/v1/resume", QUEUE, 400),
    ("GET", "/v1/messages", SEE, 200), ("GET", "/v1/messages?key=k", SEE, 200),
    ("GET", "/v1/messages/" + ID, SEE, 200),
    ("GET", "/v1/messages/" + OTHER, SEE, (200, 404)),
    ("GET", "/v1/messages/" + NONE, SEE, 404),
    ("GET", "/v1/messages/" + ID + "/content", SEE, 200),
    ("GET", "/v1/messages/" + OTHER + "/content", SEE, (200, 404)),
    ("GET", "/v1/messages/" + ID + "/why", SEE, 200),
    ("GET", "/v1/messages/" + OTHER + "/why", SEE, (200, 404)),
    ("DELETE", "/v1/messages/" + ID + "?dry-run=1", CANCEL, 200),
    ("DELETE", "/v1/messages/" + OTHER + "?dry-run=1", CANCEL, (200, 404)),
    ("DELETE", "/v1/messages/" + NONE, CANCEL, 404),
    ("POST", "/v1/messages/" + ID + "/hold?dry-run=1", QUEUE, 200),
    ("POST", "/v1/messages/" + ID + "/release?dry-run=1", QUEUE, (200, 200)),
    ("POST", "/v1/messages/" + ID + "/retry?dry-run=1", QUEUE, 200),
    ("POST", "/v1/messages/" + ID + "/bounce?dry-run=1", QUEUE, 200),
    ("GET", "/v1/statistics", STAT, 200), ("GET", "/v1/log", LOG, 200),
    ("GET", "/v1/health", STAT, 200), ("GET", "/v1/config", CONF, 200),
    ("GET", "/v1/config/me", CONF, 200), ("PUT", "/v1/config/me", CONF, 428),
    ("POST", "/v1/config/undo?x=1", CONF, 400), ("GET", "/v1/me", STAT, 200),
    ("GET", "/v1/organisations", OWN, 200), ("POST", "/v1/organisations", ORGS, 201),
    ("PATCH", "/v1/organisations/acme", ORGS, 200),
    ("DELETE", "/v1/organisations/acme", ORGS, 200),
    ("GET", "/v1/organisations/acme/users", OWN, 200),
    ("GET", "/v1/organisations/else/users", OWN, (200, 403)),
    ("POST", "/v1/organisations/acme/users", OWN, 201),
    ("POST", "/v1/organisations/else/users", OWN, (201, 403)),
    ("PATCH", "/v1/organisations/acme/users/ann", OWN, 200),
    ("DELETE", "/v1/organisations/acme/users/ann", OWN, 200),
    ("GET", "/v1/organisations/acme/keys", OWN, 200),
    ("POST", "/v1/organisations/acme/keys", OWN, 201),
    ("POST", "/v1/organisations/else/keys", OWN, (201, 403)),
    ("DELETE", "/v1/keys/k2", OWN, 200),
    ("GET", "/api/queue", QUEUE, 200), ("GET", "/api/queue/stats", QUEUE, 200),
    ("GET", "/api/queue/deferred", QUEUE, 200),
    ("POST", "/api/queue/all/flush?dry-run=1", QUEUE, 200),
    ("GET", "/api/queue/message/" + ID, SEE, 200),
    ("DELETE", "/api/queue/message/" + ID + "?dry-run=1", CANCEL, 200),
    ("GET", "/api/logs", LOG, 200), ("GET", "/api/logs/messages", LOG, 200),
    ("GET", "/api/health", STAT, 200), ("GET", "/api/stats/delivery", STAT, 200),
    ("GET", "/auth/me", STAT, 200), ("GET", "/auth/apikeys", OWN, 200),
    ("POST", "/auth/apikeys", OWN, 201), ("DELETE", "/auth/apikeys/k2", OWN, 200),
    ("POST", "/auth/apikeys/k2/revoke", OWN, 200),
]


def ask(method, path, key):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(60)
    s.connect(SOCKET)
    auth = f"Authorization: Bearer {key}\r\n" if key else ""
    s.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\n{auth}Content-Length: 0\r\n\r\n".encode())
    got = b""
    while d := s.recv(65536):
        got += d
    s.close()
    head, _, body = got.partition(b"\r\n\r\n")
    status = int(head.split(b" ")[1])
    if b"json" in head:
        json.loads(body)
    return status


def cells():
    for method, path, (scope, may), want in CALLS:
        yes, own = want if isinstance(want, tuple) else (want, want)
        for i, role in enumerate(ROLES):
            let = {"y": yes, "o": own, "-": 403}[may[i]]
            yield method, path, "rp_" + role, let
            if may[i] != "-":
                yield method, path, f"rp_{role}.{scope}", let
                rest = ",".join(s for s in ALL if s != scope)
                yield method, path, f"rp_{role}.{rest}", 403
        for key, status in ((None, 401), ("rp_none", 401), ("rp_off", 403), ("rp_slow", 429)):
            yield method, path, key, status


def one(cell):
    method, path, key, want = cell
    try:
        got = ask(method, path, key)
    except Exception as e:
        got = repr(e)
    text = f"{method} {path} by {key or 'nobody'}: {want}"
    return f"ok {text}" if got == want else f"not ok {text}, and was {got}"


with concurrent.futures.ThreadPoolExecutor(4) as pool:
    for line in pool.map(one, list(cells())):
        print(line)
