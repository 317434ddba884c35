#!/usr/bin/env python3
"""The links of the delivering chain: dispatch, throttle and route over a
next link that answers `sent'.  Whatever happens, a job is answered at most
once and not wrongly: `sent' by who is below only, `bounced' never.  A link
that ends with 0 has answered all, and one that cannot go on ends, with 111.
usage: NAME SCRATCH"""
import sys
from sweep import *

skip_without_strace()
N = 12


def scenario(link, conf, lines=None):
    def run(d, wrap, point):
        os.mkdir(d + "/conf")
        for name, text in conf.items():
            with open(d + "/conf/" + name, "w") as f:
                f.write(text)
        if len(conf) > 1:
            call(["conf-build", "conf"], d)
        jobs = "".join(
            "id:m%02d\tn:0\tfrom:a@b\tto:u%d@%s\tsize:10\ttry:0\tbirth:1.0\t"
            "file:/m\toff:0%s\n" % (
                i, i, ("x.test", "y.test", "here.test")[i % 3],
                lines or "") for i in range(N))
        status, out, err = call(wrap(link), d, jobs.encode())
        faults, seen = [], {}
        whole = out[:out.rfind(b"\n") + 1]
        for line in whole.splitlines():
            f = fields(line)
            if "id" not in f or f.get("n") != "0" or "status" not in f:
                faults.append("no answer: %r" % line)
                continue
            if f["id"] in seen:
                faults.append("%s answered twice" % f["id"])
            seen[f["id"]] = f
            if f["status"] not in ("sent", "later", "deferred"):
                faults.append("answered %r" % line)
            if f["status"] == "sent" and f.get("text") != "below":
                faults.append("sent by nobody: %r" % line)
        if status == 0 and len(seen) != N:
            faults.append("status 0 and %d answers; %s" % (len(seen), err))
        if status not in (0, 111, -9):
            faults.append("status %d: %s" % (status, err))
        if point is None and [f for f in seen.values()
                              if f["status"] != "sent"]:
            faults.append("not all sent: %r" % out)
        return faults
    return run


below = ["answer", "status:sent", "text:below"]
sweep("dispatch", scenario(
    ["dispatch", "via:a", "{"] + below + ["}", "{"] + below + ["}"],
    {"me": "me.test\n"}, "\tvia:a\tsite:s"), sys.argv[1], 5, most=6)
sweep("throttle", scenario(
    ["throttle", "conf"] + below,
    {"me": "me.test\n", "throttle": "domain:* conn=100 rate=1000/s\n"},
    "\tvia:a\tsite:s\tdomain:x.test"), sys.argv[1], 6, most=6)
sweep("route", scenario(
    ["route", "conf"] + below,
    {"me": "me.test\n", "local": "here.test\n",
     "routes": "to:@x.test host:[127.0.0.1]:2525\n"
     "to:@y.test rewrite:@here.test\n",
     "aliases": "u2: u3\n", "pools": "default source=127.0.0.1\n"}),
    sys.argv[1], 6, most=6)
done()
