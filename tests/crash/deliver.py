#!/usr/bin/env python3
"""local-deliver: a message answered `sent' is whole in new/ or in the queue
it was forwarded to; nothing that is not whole is ever in new/, a kill leaves
something in tmp/ only, a fault of this machine never bounces.
usage: NAME SCRATCH"""
import sys
from sweep import *

skip_without_strace()
BODY = b"Subject: x\n\nhello\n" + b"0123456789\n" * 1000


def want(to):
    return b"Return-Path: <a@b>\nDelivered-To: %s\n" % to.encode() + BODY


def scenario(users, forward):
    def run(d, wrap, point):
        call(["queue-check", "-i", "q"], d)
        os.mkdir(d + "/mail")
        os.mkdir(d + "/mail/old")  # the second job's is made, not this one
        for x in ("tmp", "new", "cur"):
            os.mkdir(d + "/mail/old/" + x)
        with open(d + "/msg", "wb") as f:
            f.write(b"head\n" + BODY)
        jobs, n = "", 0
        for n in range(users):
            jobs += "id:m%d\tn:0\tfrom:a@b\tto:u%d@x\tsize:%d\ttry:0\t" \
                "file:%s/msg\toff:5\tvia:local\tuser:%s\n" % (
                    n, n, len(BODY), d, "old" if n % 2 == 0 else "u%d" % n)
        if forward:
            jobs += "id:f\tn:0\tfrom:a@b\tto:f@x\tsize:%d\ttry:0\tfile:%s/msg" \
                "\toff:5\tvia:local\tforward:g@y h@z\n" % (len(BODY), d)
        status, out, err = call(
            wrap(["local-deliver", "-c", "mail", "queue-inject", "q"]),
            d, jobs.encode())
        time.sleep(0.02 if forward else 0)
        faults, seen, there = [], {}, {}
        for path in files(d + "/mail"):
            if path.split("/")[-2] != "new":
                continue
            with open(path, "rb") as f:
                data = f.read()
            to = data.split(b"\n", 2)[1][14:].decode() if data else ""
            if data != want(to) or \
                    not path.endswith(",S=%d" % len(data)):
                faults.append("not whole: %s, %d bytes" % (path, len(data)))
            there.setdefault(to, []).append(path)
        for line in out[:out.rfind(b"\n") + 1].splitlines():
            f = fields(line)
            if "id" not in f or "status" not in f:
                faults.append("no answer: %r" % line)
                continue
            if f["id"] in seen:
                faults.append("%s answered twice" % f["id"])
            seen[f["id"]] = f
            if f["status"] not in ("sent", "deferred", "later"):
                faults.append("answered %r" % line)
            to = "u%s@x" % f["id"][1:]
            if f["status"] != "sent" and to in there and "doubt" not in f:
                faults.append("no doubt, and it is there: %r" % line)
            if f["id"] != "f" and f["status"] == "sent" and to not in there:
                faults.append("sent, and not there: %s" % f["id"])
        whole, other = messages(d + "/q")
        if "f" in seen and seen["f"]["status"] == "sent":
            ident = seen["f"].get("text", "").split("forwarded as ")[-1]
            if ident not in whole:
                faults.append("forwarded, and not in the queue: %r" % seen["f"])
        for head, body in whole.values():
            if body != b"Delivered-To: f@x\n" + BODY:
                faults.append("forwarded and cut")
        faults += check_queue(d)
        left = [p for p in files(d + "/mail") if p.split("/")[-2] == "tmp"]
        if left and status == 0 and point and point.call != "unlinkat":
            faults.append("left in tmp: %s" % left)
        total = users + forward
        if status == 0 and len(seen) != total:
            faults.append("status 0 and %d answers; %s" % (len(seen), err))
        if status not in (0, 111, -9):
            faults.append("status %d: %s" % (status, err))
        if point is None and [f for f in seen.values()
                              if f["status"] != "sent"]:
            faults.append("not all sent: %r" % out)
        # again, with the jobs that have no answer: all is well
        again = "".join(x + "\n" for x in jobs.splitlines() if fields(x)["id"]
                        not in seen or
                        seen[fields(x)["id"]]["status"] != "sent")
        if again:
            status, out, err = call(["local-deliver", "-c", "mail",
                                     "queue-inject", "q"], d, again.encode())
            if out.count(b"status:sent") != again.count("\n"):
                faults.append("again: %d %r %s" % (status, out, err))
        return faults
    return run


sweep("local-deliver", scenario(3, 0), sys.argv[1], 8, most=8)
sweep("local-deliver, many at once", scenario(8, 0), sys.argv[1], 5, most=6,
      only={"syncfs", "renameat", "write", "openat", "close", "mkdirat",
            "fsync"})
sweep("local-deliver, forwarding", scenario(1, 1), sys.argv[1], 8, most=6)
done()
