#!/usr/bin/env python3
"""throttlefeed.py SECONDS WINDOW LABELS COMMAND...: a head for a delivering
chain that keeps WINDOW jobs, with these labels, with COMMAND for so long; who
is answered `later' comes again when told.  Prints how many were sent.
throttlefeed.py next MS: a last link that answers each after so long."""
import heapq
import os
import select
import subprocess
import sys
import time


def last(ms):
    heap, buf, eof = [], b"", False
    while heap or not eof:
        t = max(0, heap[0][0] - time.monotonic()) if heap else None
        if eof:
            time.sleep(t)
        elif select.select([0], [], [], t)[0]:
            d = os.read(0, 65536)
            eof = d == b""
            buf += d
            *lines, buf = buf.split(b"\n")
            for l in lines:
                r = [x for x in l.split(b"\t") if x[:3] == b"id:" or x[:2] == b"n:"]
                heapq.heappush(heap, (time.monotonic() + ms / 1000,
                                      b"\t".join(r) + b"\tstatus:sent\n"))
        now, out = time.monotonic(), []
        while heap and heap[0][0] <= now:
            out.append(heapq.heappop(heap)[1])
        if out:
            os.write(1, b"".join(out))


def head(seconds, window, labels, command):
    p = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         pass_fds=[5] if os.path.exists("/dev/fd/5") else [])
    name, n, sent, held, again = "%x-%d" % (os.getpid(), time.time() * 1000), 0, 0, 0, []
    end, buf = time.monotonic() + seconds, b""
    os.set_blocking(p.stdin.fileno(), False)
    out = b""
    while time.monotonic() < end:
        now = time.time()
        while again and again[0][0] <= now:
            out += heapq.heappop(again)[1]
            held += 1
        while held + len(again) < window:
            out += ("id:%s.%d\tn:0\t%s\n" % (name, n, labels)).encode()
            n += 1
            held += 1
        if out:
            try:
                out = out[os.write(p.stdin.fileno(), out):]
            except BlockingIOError:
                pass
        t = min(0.05, max(0, again[0][0] - time.time())) if again else 0.05
        if not select.select([p.stdout], [], [], t)[0]:
            continue
        d = os.read(p.stdout.fileno(), 65536)
        if d == b"":
            break
        buf += d
        *lines, buf = buf.split(b"\n")
        for l in lines:
            f = dict(x.split(b":", 1) for x in l.split(b"\t"))
            if b"id" not in f:
                continue
            held -= 1
            if f[b"status"] == b"later":
                job = b"id:%s\tn:0\t%s\n" % (f[b"id"], labels.encode())
                heapq.heappush(again, (float(f.get(b"next", b"0")), job))
            else:
                sent += 1
    p.stdin.close()
    while os.read(p.stdout.fileno(), 65536):
        pass
    p.wait()
    print(sent)


if sys.argv[1] == "next":
    last(int(sys.argv[2]))
else:
    head(float(sys.argv[1]), int(sys.argv[2]),
         sys.argv[3].replace(" ", "\t"), sys.argv[4:])
