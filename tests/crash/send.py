#!/usr/bin/env python3
"""remote-send against a server: `sent' only for what the server has, no
fault of this machine ever bounces, each job has at most one answer, and all
have one when it ends with 0.  usage: NAME SCRATCH"""
import sys
from sweep import *

skip_without_strace()
scratch = sys.argv[1]
os.mkdir(scratch + "/mx")
mx = subprocess.Popen([sys.executable, TOOLS + "/fakemx.py", scratch + "/mx"])
while not os.path.exists(scratch + "/mx/port"):
    time.sleep(0.02)
port = open(scratch + "/mx/port").read().strip()
BODY = b"Subject: x\n\nhello\n.dot\n" + b"0123456789" * 10 + b"\n"
N = 5


def scenario(size):
    def run(d, wrap, point):
        who = os.path.basename(d).replace("_", "x").lower()
        with open(d + "/msg", "wb") as f:
            f.write(BODY * size)
        os.mkdir(d + "/conf")
        with open(d + "/conf/me", "w") as f:
            f.write("me.test\n")
        jobs = "".join(
            "id:m%d\tn:0\tfrom:a@b\tto:u%d.%s@x.test\tsize:%d\ttry:0\t"
            "file:%s/msg\toff:0\tsite:%s\tvia:p\tmx:mx/%s/127.0.0.1\n" % (
                i, i, who, len(BODY) * size, d,
                "x.test" if i < 4 else "y.test", port) for i in range(N))
        status, out, err = call(wrap(["remote-send", "-C", "conf", "-e", "1"]),
                                d, jobs.encode(), seconds=20)
        log = open(scratch + "/mx/log").read()
        faults, seen = [], {}
        for line in out[:out.rfind(b"\n") + 1].splitlines():
            f = fields(line)
            if "id" not in f or "status" not in f:
                faults.append("no answer: %r" % line)
                continue
            if f["id"] in seen:
                faults.append("%s answered twice" % f["id"])
            seen[f["id"]] = f
            to = "u%s.%s@" % (f["id"][1:], who)
            got = re.search(r" ok .*RCPT TO:<%s" % re.escape(to), log)
            if f["status"] == "sent" and not got:
                faults.append("sent, and the server has it not: %r" % line)
            if f["status"] == "deferred" and got and "doubt" not in f:
                faults.append("no doubt, and the server has it: %r" % line)
            if f["status"] == "later" and got:
                faults.append("later, and the server has it: %r" % line)
            if f["status"] not in ("sent", "deferred", "later"):
                faults.append("answered %r" % line)
        if status == 0 and len(seen) != N:
            faults.append("status 0 and %d answers; %s" % (len(seen), err))
        if status not in (0, 111, -9):
            faults.append("status %d: %s" % (status, err))
        if point is None and [f for f in seen.values()
                              if f["status"] != "sent"]:
            faults.append("not all sent: %r" % out)
        return faults
    return run


try:
    sweep("remote-send", scenario(1), scratch, 10, most=8, errors={
        "connect": ["ENOMEM", "EADDRNOTAVAIL"], "read": ["EIO", "ECONNRESET"],
        "write": ["EIO", "EPIPE"]})
    sweep("remote-send, large messages", scenario(4000), scratch, 5, most=6,
          only={"read", "pread64", "write", "writev", "sendfile", "epoll_wait",
                "openat", "sendto", "sendmsg"})
finally:
    mx.terminate()
done()
