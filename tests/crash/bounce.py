#!/usr/bin/env python3
"""bounce: a report answered `queued' is in the queue, whole; no fault of
this machine drops one; what was not answered is made when it is asked for
again.  Then through queue-run: whatever call bounce dies at, each owed
report is made.  usage: NAME SCRATCH"""
import sys
from sweep import *

skip_without_strace()
BODY = b"Subject: x\n\n" + b"0123456789\n" * 2000


def prepare(d):
    call(["queue-check", "-i", "q"], d)
    os.mkdir(d + "/conf")
    with open(d + "/conf/me", "w") as f:
        f.write("me.test\n")


def scenario(d, wrap, point):
    prepare(d)
    asks = ""
    for i in range(4):
        rcpts = b"".join(
            b"to %s - 00001 0000000000 %s %s\n" % (
                b"B", b"5.1.1 mx.x 550 no".ljust(200),
                b"u%d-%d@x" % (i, k)) for k in range(2))
        env = b"time 1790000000.000001\nfrom a%d@b\n" % i
        size = 46 + len(env) + len(rcpts) + 1
        with open(d + "/m%d" % i, "wb") as f:
            f.write(b"rohrpost 1 %010d %015d %07d\n" % (size, len(BODY), 2) +
                    env + rcpts + b"\n" + BODY)
        asks += "id:m%d\tfile:%s/m%d\toff:%d\tkind:failed\tn:0,1\n" % (
            i, d, i, size)
    argv = ["bounce", "-C", "conf", "queue-inject", "q"]
    status, out, err = call(wrap(argv), d, asks.encode())
    time.sleep(0.02)
    faults, queued = [], {}

    def take(out):
        for line in out[:out.rfind(b"\n") + 1].splitlines():
            f = fields(line)
            if f.get("status") == "queued":
                if f["id"] in queued:
                    faults.append("%s answered twice" % f["id"])
                queued[f["id"]] = f["newid"]
            elif f.get("status") != "later":
                faults.append("answered %r" % line)

    take(out)
    whole, other = messages(d + "/q")
    for i, new in queued.items():
        if new not in whole or b"to Q" not in whole[new][0] or \
                b" a%s@b\n" % i[1:].encode() not in whole[new][0]:
            faults.append("report of %s is not there" % i)
    for head, body in whole.values():
        if not body.rstrip().endswith(b"--") or b"550 no" not in body:
            faults.append("a report is cut")
    if status == 0 and out.count(b"\n") != 4:
        faults.append("status 0 and answers %r; %s" % (out, err))
    if status not in (0, 111, -9) or (point is None and len(queued) != 4):
        faults.append("status %d: %s %r" % (status, err, out))
    again = "".join(x + "\n" for x in asks.splitlines()
                    if fields(x)["id"] not in queued)
    status, out, err = call(argv, d, again.encode())
    take(out)
    if len(queued) != 4 or status != 0:
        faults.append("again: %d %r %s" % (status, out, err))
    return faults + check_queue(d)


def through_run(d, wrap, point):
    prepare(d)
    call(["queue-check", "-i", "new"], d)
    out = call([TOOLS + "/fillqueue.py", "q", "3", "to=bounced@x.example",
                "from=back@b"], d)[1].decode().split()
    # bounce dies once: the second one, started after a pause, has no strace
    with open(d + "/bounce", "w") as f:
        f.write("#!/bin/sh\nif mkdir %s/once 2>/dev/null\nthen exec %s\n"
                "else exec bounce -C %s/conf queue-inject %s/new\nfi\n" % (
                    d, " ".join(wrap(["bounce", "-C", d + "/conf",
                                      "queue-inject", d + "/new"])), d, d))
    os.chmod(d + "/bounce", 0o755)
    log = open(d + "/log", "w")
    p = subprocess.Popen(["queue-run", "-b", d + "/bounce", "q",
                          TOOLS + "/fakelink.py"], cwd=d, stderr=log,
                         start_new_session=True)
    end = time.monotonic() + 12
    while time.monotonic() < end and files(d + "/q/mess"):
        time.sleep(0.02)
    left = files(d + "/q/mess")
    call(["queue-ctl", "q", "stop"], d)
    try:
        p.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(p.pid, signal.SIGKILL)
        p.wait()
    faults = check_queue(d) + check_queue(d, "new")
    reports = [b for h, b in messages(d + "/new")[0].values()
               if b" back@b\n" in h]
    if left:
        faults.append("%d reports still owed: %s" % (
            len(left), open(d + "/log").read()[-300:]))
    elif len(reports) < len(out):
        faults.append("%d of %d reports made" % (len(reports), len(out)))
    return faults


sweep("bounce", scenario, sys.argv[1], 10, most=7)
sweep("bounce below queue-run", through_run, sys.argv[1], 14, most=2,
      only={"read", "write", "pread64", "openat", "getrandom"}, fail=False)
done()
