#!/usr/bin/env python3
"""account-check as http-recv knows it: keys with names that say what becomes of them.

    fakeaccount.py SOCKET [LOG]

  rp_good  may send as anybody         rp_a     as @a.example alone
  rp_admin of the instance             rp_read  may only look
  rp_slow  too often, wait 7 s         rp_off   suspended
  rp_later not known now               rp_mute  no answer at all
  all else is no credential.  Basic: ann and secret.  HMAC: number k1, whose secret
  is "secret"; each nonce once.
LOG gets each question."""
import hashlib
import hmac
import os
import socket
import sys
import threading

ROLES = {"rp_good": ("user", "send,read", "*"), "rp_a": ("user", "send", "@a.example"),
         "rp_admin": ("admin", "send,read,queue,config,accounts", "*"),
         "rp_read": ("readonly", "read", "*")}
SECRET = hashlib.sha256(b"secret").hexdigest()
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
    if q["scheme"] == "bearer":
        return q["key"]
    if q["scheme"] == "basic":
        return "rp_good" if (q["user"], q["password"]) == ("ann", "secret") else ""
    with lock:
        again = q["nonce"] in nonces
        nonces.add(q["nonce"])
    want = hmac.new(SECRET.encode(), q["text"].encode(), hashlib.sha256).hexdigest()
    return "rp_good" if q["key"] == "k1" and q["sum"] == want and not again else ""


def answer(q):
    key = whose(q)
    if key == "rp_slow":
        return "status:slow\twait:7"
    if key in ("rp_off", "rp_later"):
        return "status:" + key[3:]
    if key == "rp_mute":
        return None
    if key not in ROLES:
        return "status:no\ttext:no such key"
    role, scopes, senders = ROLES[key]
    return (f"status:ok\torg:acme\tuser:ann\tkey:k1\trole:{role}\tscopes:{scopes}"
            f"\ttenant:acme\tsenders:{senders}")


def serve(c):
    rest = b""
    while True:
        d = c.recv(65536)
        if not d:
            return
        *lines, rest = (rest + d).split(b"\n")
        out = ""
        for line in lines:
            if log:
                log.write(line + b"\n")
                log.flush()
            q = dict(f.split(":", 1) for f in line.decode().split("\t"))
            q = {k: plain(v) for k, v in q.items()}
            a = answer(q)
            if a:
                out += f"id:{q['id']}\t{a}\n"
        c.sendall(out.encode())


log = open(sys.argv[2], "ab") if len(sys.argv) > 2 else None
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1] + ".new")
s.listen(16)
os.rename(sys.argv[1] + ".new", sys.argv[1])
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
