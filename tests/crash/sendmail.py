#!/usr/bin/env python3
"""sendmail: status 0 only if the message is queued, whole; at any other end
it is queued or not, and nothing of it is half there.  usage: NAME SCRATCH"""
import sys
from sweep import *

skip_without_strace()
TEXT = b"Subject: x\nFrom: a@b\n\n" + b"a line of it\n" * 30


def scenario(size):
    text = TEXT * size if size > 1 else TEXT

    def run(d, wrap, point):
        call(["queue-check", "-i", "q"], d)
        os.mkdir(d + "/conf")
        with open(d + "/conf/me", "w") as f:
            f.write("me.test\n")
        status, out, err = call(wrap(["sendmail", "-f", "a@b", "c@d", "e@f"]),
                                d, text,
                                env={"ROHRPOST_DIR": d, "TMPDIR": d,
                                     "ROHRPOST_INJECT": "queue-inject q"})
        faults = check_queue(d)
        time.sleep(0.02)  # queue-inject may still be at it
        whole, other = messages(d + "/q")
        if other:
            faults.append("not whole: %s" % other)
        for head, body in whole.values():
            if not body.endswith(text[text.index(b"\n\n"):]):
                faults.append("cut: %d of %d" % (len(body), len(text)))
            if b"from a@b" not in head or b" c@d\n" not in head or \
                    b" e@f\n" not in head:
                faults.append("envelope: %r" % head)
        if status == 0 and len(whole) != 1:
            faults.append("status 0 and %d queued: %s" % (len(whole), err))
        if status not in (0, 75, -9) or (point is None and status != 0):
            faults.append("status %d: %s" % (status, err))
        return faults
    return run


sweep("sendmail", scenario(1), sys.argv[1], 8)
sweep("sendmail, a large message", scenario(1500), sys.argv[1], 8, most=4,
      only={"write", "read", "pread64", "openat", "poll"})
done()
