#!/usr/bin/env python3
"""feedback: who was told that his report is taken finds its event in the
journal and, after a restart at the latest, in the log; a report that is handed
in again because nobody answered causes the same event; what is kept for a
person is whole.  usage: NAME SCRATCH"""
import glob
import sys
from sweep import *

skip_without_strace()
PATH = b"b-aujl-k3x9-u7zn6k5v5cwhqgrp@r.example"
REPORT = (b"From: MAILER-DAEMON@y.example\nSubject: failure notice\n\n"
          b"It could not be delivered.\n\n<u%d@y.example>:\n550 5.1.1 no\n")
LETTER = b"From: ann@y.example\nSubject: hello\n\n" + b"0123456789\n" * 500


def parcel(to, message):
    content = b"from \nto " + to + b"\n\n" + message
    return b"%d:%s," % (len(content), content)


PARCELS = [parcel(PATH, REPORT % i) for i in range(3)] + [
    parcel(b"fbl@x.example", LETTER)]


def receipts(out):
    found = []
    while b":" in out:
        n, rest = out.split(b":", 1)
        if len(rest) <= int(n):
            break
        found.append(rest[:int(n)])
        out = rest[int(n) + 1:]
    return found


def eids(text):
    if isinstance(text, str):
        text = text.encode()
    return re.findall(rb"\tev:(?:oob-bounce|feedback-kept)\t.*?\teid:([0-9a-f]{32})",
                      text)


def kept_whole(d):
    n = 0
    for p in glob.glob(d + "/kept/new/*"):
        with open(p, "rb") as f:
            if not f.read().endswith(LETTER):
                return -1
        n += 1
    return n


def scenario(d, wrap, point):
    faults = []
    os.mkdir(d + "/conf")
    with open(d + "/conf/me", "w") as f:
        f.write("me.test\n")
    with open(d + "/conf/feedback", "w") as f:
        f.write("return-path r.example\naddress fbl@x.example\n")
    call(["conf-build", "conf"], d)
    argv = ["feedback", "-C", "conf", "-s", "facts", "-m", "kept", "cat"]
    status, out, err = call(wrap(argv), d, b"".join(PARCELS))
    answers = receipts(out)
    taken = [i for i, a in enumerate(answers) if a[:1] == b"K"]
    if any(a[:1] not in (b"K", b"Z") for a in answers):
        faults.append("answered %r" % answers)
    if status not in (0, 111, -9) or (point is None and len(taken) != 4):
        faults.append("status %d: %s %r" % (status, err, out))
    in_journal = set()
    if os.path.exists(d + "/facts/facts"):
        with open(d + "/facts/facts", "rb") as f:
            in_journal = set(eids(f.read()))
    if len(in_journal) < len(taken):
        faults.append("%d taken, %d in the journal" % (len(taken), len(in_journal)))
    if 3 in taken and kept_whole(d) < 1:
        faults.append("what was kept is not there")
    again = b"".join(p for i, p in enumerate(PARCELS) if i not in taken)
    status, out, more = call(argv, d, again)
    if status != 0 or any(a[:1] != b"K" for a in receipts(out)):
        faults.append("again: %d %r %s" % (status, out, more))
    logged = eids(err) + eids(more)
    if len(set(logged)) != 4:
        faults.append("%d events of 4 reports" % len(set(logged)))
    if not in_journal <= set(logged):
        faults.append("what is in the journal was never logged")
    if kept_whole(d) < 1:
        faults.append("the letter is not kept, or cut")
    return faults


sweep("feedback", scenario, sys.argv[1], 14, most=7)
done()
