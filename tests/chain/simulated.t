#!/bin/sh
# sim over the log of a run says what that run was: delays, percentiles and
# peaks, site by site, within 2 %.  The run's own times are compared with, so a
# slow machine changes both.
# alone: what is asked here is how long something takes
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir conf
echo me.example >conf/me
cat >conf/routes <<'X'
to:@a.test host:[127.0.0.10] pool:p
to:@b.test host:[127.0.0.11] pool:p
to:@c.test host:[127.0.0.12] pool:p
X
echo 'p helo=me.example' >conf/pools
# a has more than its rate, b than its connections; c is fast, and greylists
cat >conf/throttle <<'X'
site:127.0.0.10 rate=4/s burst=4
site:127.0.0.11 conn=2
site:127.0.0.12 rate=20/s burst=5
X
echo 'intervals=5s,5s lifetime=10m jitter=10%' >conf/retry
conf-build conf || exit 1
queue-check -i q || exit 1

# messages, each at its time
cat >arrive.py <<'X'
import time
digits = "0123456789abcdefghijklmnopqrstuv"


def base32(u, n):
    s = ""
    for _ in range(n):
        s = digits[u & 31] + s
        u >>= 5
    return s


plan = [(0.16 * i, "a%d@a.test" % i) for i in range(180)]
plan += [(5 + 0.1 * i, "b%d@b.test" % i) for i in range(120)]
plan += [(0.06 * i, "c%d@c.test" % i) for i in range(400)]
begin = time.monotonic()
for k, (at, to) in enumerate(sorted(plan)):
    time.sleep(max(0, begin + at - time.monotonic()))
    us = time.time_ns() // 1000
    ident = base32(us, 11) + base32(k, 7) + base32(k % 64, 2)
    env = "time %d.%06d\nfrom ann@me.example\n" % (us // 1000000, us % 1000000)
    env += "to Q - 00000 0000000000 " + " " * 200 + " " + to + "\n"
    body = "Subject: x\n\nx\n"
    head = "rohrpost 1 %010d %015d %07d\n" % (46 + len(env) + 1, len(body), 1)
    with open("q/mess/%s/%s" % (ident[18:], ident), "w") as f:
        f.write(head + env + "\n" + body)
    with open("q/trigger", "w") as f:
        f.write(ident + "\n")
X
# the last link: b takes half a second, the others 60 to 120 ms by the address;
# one of ten at c is asked to come again
cat >last.py <<'X'
import heapq, os, select, time, zlib
h, buf, eof, k = [], b"", False, 0
while h or not eof:
    t = max(0, h[0][0] - time.monotonic()) if h else None
    if eof:
        time.sleep(t)
    elif select.select([0], [], [], t)[0]:
        d = os.read(0, 65536)
        eof = d == b""
        *lines, buf = (buf + d).split(b"\n")
        for l in lines:
            f = dict(x.split(b":", 1) for x in l.split(b"\t"))
            h32 = zlib.crc32(f[b"to"])
            ms = 500 if f[b"site"].endswith(b"11") else 60 + h32 % 60
            say = b"status:sent\tcode:250"
            if f[b"site"].endswith(b"12") and f[b"try"] == b"0" and h32 % 10 == 0:
                say = b"status:deferred\tcode:451\tesc:4.7.1\tclass:rcpt\thost:mx\ttext:451 greylisted"
            r = [x + b":" + f[x] for x in (b"id", b"n", b"site", b"via")]
            since = time.monotonic()
            heapq.heappush(h, (since + ms / 1000, k, since, b"\t".join(r + [say])))
            k += 1
    now, out = time.monotonic(), []
    while h and h[0][0] <= now:
        _, _, since, line = heapq.heappop(h)
        out.append(line + b"\tms:%d\n" % round((now - since) * 1000))
    if out:
        os.write(1, b"".join(out))
X
: >log
bg queue-run -C conf q route conf throttle conf python3 last.py 2>>log
run_pid=$bg_pid
wait_for 20 queue-ctl q status
python3 arrive.py
ended() { [ "$(grep -c 'ev:sent	' log)" -ge 700 ]; }
wait_for 300 ended; ok 'all are sent' $?
kill "$run_pid"; wait "$run_pid"

sim -l conf log >said 2>err
is 'no word about it' "$(cat err)" ''
# each figure of the log and of the run again
cat >compare.py <<'X'
import sys
rows, bad = {}, 0
for line in open("said"):
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    if f["sim"] != "limit":
        rows.setdefault(f.get("site", "all"), {})[f["run"]] = f
# what programs need for a message is no part of it, a few ms; and a second of the
# clock may turn between two
least = {"rcpts": 0, "tries": 0, "sent": 0, "mean": 0.05, "p50": 0.05, "p90": 0.05,
         "p99": 0.05, "max": 0.05, "peak-second": 1, "peak-minute": 1}
for site, r in sorted(rows.items()):
    for k in least:
        a, b = float(r["log"][k]), float(r["new"][k])
        out = abs(a - b) > max(0.02 * a, least[k])
        bad += out
        if out or len(sys.argv) > 1:
            print(site, k, a, b, "%.1f%%" % (100 * (b - a) / a))
    bad += r["new"]["changed"] != "0"
print(len(rows), "differ:", bad)
X
is 'delays and peaks are as they were' "$(python3 compare.py)" '4 differ: 0'
done_testing
