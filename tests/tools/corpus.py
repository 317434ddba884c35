#!/usr/bin/env python3
"""Hand every message below a folder to `sendmail -t` and compare recipients
and header fields with what Python's email package reads in it.

usage: corpus.py SENDMAIL FAKEINJECT FOLDER

Prints a line for each difference and, last, how many were the same."""
import email
import email.policy
import email.utils
import glob
import os
import re
import subprocess
import sys
import tempfile
import time

sendmail, fake, folder = sys.argv[1:4]
tmp = tempfile.mkdtemp()
sock = os.path.join(tmp, "sock")
server = subprocess.Popen([fake, "-l", sock, tmp, "K"])
while not os.path.exists(sock):
    time.sleep(0.05)
env = dict(os.environ, ROHRPOST_INJECT="unix:" + sock,
           ROHRPOST_DIR="/nonexistent")
host = os.uname().nodename


def one_line(s):
    return re.sub(r"\s+", " ", str(s)).strip()


def wanted_rcpts(m):
    def values(names):
        return [one_line(v) for k in names for v in m.get_all(k) or []]
    v = values(("Resent-To", "Resent-Cc", "Resent-Bcc"))
    v = v or values(("To", "Cc", "Bcc"))
    out = []
    for _, a in email.utils.getaddresses(v):
        if a and "@" not in a:
            a += "@" + host
        if a and a not in out:
            out.append(a)
    return out


def complete(k, v):
    """a single address without a domain, as sendmail is to complete it"""
    if k.lower() not in ("from", "to", "cc", "sender", "reply-to") or \
            "@" in v or not re.fullmatch(r"\S+|[^,:;<>]*<\S+>", v):
        return v
    return re.sub(r"(>?)$", "@" + host + r"\1", v, count=1)


def silent(k, v):
    """it says nothing, and sendmail is to take it for missing; or names nobody"""
    if k == "from" and not email.utils.parseaddr(v)[1]:
        return True
    return k in ("from", "to", "cc", "sender", "reply-to", "date",
                 "message-id") and re.fullmatch(r'(\s|""|<>)*', v)


def fields(m):
    return [(k.lower(), complete(k, one_line(v))) for k, v in m.items()
            if k.lower() not in ("bcc", "resent-bcc", "return-path") and
            not silent(k.lower(), one_line(v))]


taken = same = 0
for path in sorted(glob.glob(folder + "/**/*.eml", recursive=True)):
    raw = open(path, "rb").read()
    m = email.message_from_bytes(raw.replace(b"\r\n", b"\n"),
                                 policy=email.policy.compat32)
    want = wanted_rcpts(m)
    p = subprocess.run([sendmail, "-ti"], input=raw, env=env,
                       capture_output=True)
    if p.returncode != 0:
        if want or p.returncode != 65:
            print("refused", path, p.stderr)
        continue
    taken += 1
    with open("%s/%d.env" % (tmp, taken)) as f:
        got = [s[3:].replace("\\\\", "\\") for s in f.read().split("\n")
               if s.startswith("to ")]
    with open("%s/%d.msg" % (tmp, taken), "rb") as f:
        back = fields(email.message_from_bytes(f.read()))[1:]
    before = fields(m)
    if got != want:
        print("recipients", path, got, want)
    elif back[:len(before)] != before:
        print("fields", path)
    else:
        same += 1
server.terminate()
server.wait()
subprocess.run(["rm", "-r", tmp])
print("same", same)
