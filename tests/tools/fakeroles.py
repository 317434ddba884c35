#!/usr/bin/env python3
"""account-check as http-admin knows it: what a key may stands in its name.

    fakeroles.py SOCKET [LOG]

  rp_ROLE             of the organisation acme, user ann, with all scopes
  rp_ROLE.SCOPE,SCOPE with these alone
  rp_ROLE@ORG         of another one, whose tenant is its name in capitals
  rp_off  suspended   rp_slow  again in 7 s   rp_later  not known now
  rp_mute no answer   all else is none
Basic: ann and the key as password.  HMAC: the key is its number, the secret "secret",
each nonce once.  An edit is done for who may by his role, and says which labels it had:
of the name "gone" there is none, "taken" is there already, and "bad" is wrong.
LOG gets each question."""
import hashlib
import hmac
import json
import os
import socket
import sys
import threading

ROLES = ("admin", "operator", "orgadmin", "user", "readonly")
SCOPES = "send,read,queue,config,accounts"
SECRET = hashlib.sha256(b"secret").hexdigest()
# who may do an act with accounts, "o": in his own organisation
EDITS = {"org-list": "yo", "org-add": "y", "org-set": "y", "org-del": "y"}
nonces = set()
lock = threading.Lock()


def plain(v):
    out, i = "", 0
    while i < len(v):
        if v[i] == "\\" and i + 1 < len(v):
            out += {"t": "\t", "n": "\n", "r": "\r", "0": "\0"}.get(v[i + 1], v[i + 1])
            i += 2
        else:
            out += v[i]
            i += 1
    return out


def whose(q):
    """the key that a credential stands for, "" of a bad one"""
    if q["scheme"] == "bearer":
        return q["key"]
    if q["scheme"] == "basic":
        return q["password"] if q["user"] == "ann" else ""
    with lock:
        again = q["nonce"] in nonces
        nonces.add(q["nonce"])
    want = hmac.new(SECRET.encode(), q["text"].encode(), hashlib.sha256).hexdigest()
    return q["key"] if q["sum"] == want and not again else ""


def who(key):
    """role, scopes, organisation; or None"""
    if not key.startswith("rp_"):
        return None
    name, _, org = key[3:].partition("@")
    role, _, scopes = name.partition(".")
    if role not in ROLES:
        return None
    return role, scopes or SCOPES, org or "acme"


def edit(q, role, scopes, org):
    place = EDITS.get(q["act"], "yo")
    mine = q.get("org", org) == org
    if "accounts" not in scopes.split(",") or not (
            role == "admin" or (role == "orgadmin" and "o" in place and mine)):
        return "status:denied"
    name = q.get("name", q.get("org", ""))
    if name in ("gone", "taken", "bad"):
        return {"gone": "status:none", "taken": "status:taken",
                "bad": "status:bad\ttext:that is no name"}[name]
    said = {k: v for k, v in q.items()
            if k not in ("id", "ask", "scheme", "key", "user", "password", "ip",
                         "time", "nonce", "text", "sum")}
    if q["act"].endswith("-list"):
        return "status:ok\tjson:" + json.dumps([said]) + "\tnext:behind"
    return "status:ok\tjson:" + json.dumps(said)


def answer(q):
    key = whose(q)
    if key == "rp_slow":
        return "status:slow\twait:7"
    if key in ("rp_off", "rp_later"):
        return "status:" + key[3:]
    if key == "rp_mute":
        return None
    is_one = who(key)
    if is_one is None:
        return "status:no\ttext:no such key"
    role, scopes, org = is_one
    if q["ask"] == "edit":
        return edit(q, role, scopes, org)
    return (f"status:ok\torg:{org}\tuser:ann\tkey:k1\trole:{role}\tscopes:{scopes}"
            f"\ttenant:{'acme' if org == 'acme' else org.upper()}\tsenders:*")


def serve(c):
    rest = b""
    while True:
        d = c.recv(65536)
        if not d:
            return
        *lines, rest = (rest + d).split(b"\n")
        for line in lines:
            if log:
                log.write(line + b"\n")
                log.flush()
            q = dict(f.split(":", 1) for f in line.decode().split("\t"))
            q = {k: plain(v) for k, v in q.items()}
            a = answer(q)
            if a:
                c.sendall(f"id:{q['id']}\t{a}\n".encode())


log = open(sys.argv[2], "ab") if len(sys.argv) > 2 else None
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1] + ".new")
s.listen(64)
os.rename(sys.argv[1] + ".new", sys.argv[1])
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
