#!/bin/sh
# throttle keeps the pace it is told, and who is slow does not slow others.
# alone: what is asked here is how long something takes
. "$(dirname "$0")/../lib.sh"
. "$top/tests/throttling.sh"

# rates: the ledger, checked over every window by other code than ours
cat >"$T/windows.py" <<'EOF'
import sys, datetime
n, period, burst = (float(x) for x in sys.argv[2:5])
t = []
for l in open(sys.argv[1]):
    f = dict(x.split(":", 1) for x in l.rstrip().split("\t") if ":" in x)
    if f.get("ev") == "granted":
        at = datetime.datetime.strptime(f["ts"], "%Y-%m-%dT%H:%M:%S.%fZ")
        t += [at.timestamp()] * (int(f["rcpts"]) if len(sys.argv) > 5 else 1)
# a busy machine delays the time stamp behind the decision; that windows
# hold to the microsecond is shown in virtual time, tests/lib/throttle/limiter.c
late = 0.1
bad = sum(1 for i in range(len(t)) for j in range(i, len(t))
          if j - i + 1 > (t[j] - t[i] + late) * n / period + burst)
want = (len(t) - burst) * period / n
print("%d grants, %d windows exceeded, pace %s" % (len(t), bad,
      "kept" if abs(t[-1] - t[0] - want) <= 0.3 + want / 100 else
      "off: %.3f, not %.3f" % (t[-1] - t[0], want)))
EOF
table 'via:p rate=50/s burst=1' '* rate=100/s'
jobs 1 50 "$site" >"$T/in"
: >"$T/out"
feed "$T/in" 50 | throttle -l "$C" $next >"$T/out" 2>"$T/err"
is '50 a second' "$(python3 "$T/windows.py" "$T/err" 50 1 1)" '50 grants, 0 windows exceeded, pace kept'
table 'site:mx.example rcpt-rate=100/s burst=10 msgs-per-conn=7'
for m in 1 2 3 4 5; do for n in 0 1 2 3 4 5 6 7 8 9 10 11; do
	printf 'id:r%d\tn:%d\tsite:mx.example\n' $m $n; done; done >"$T/in"
: >"$T/out"
feed "$T/in" 60 | throttle -l "$C" $next >"$T/out" 2>"$T/err"
is '100 recipients a second' "$(python3 "$T/windows.py" "$T/err" 100 1 10 rcpts)" '60 grants, 0 windows exceeded, pace kept'

# a slow site and fast ones, with a head that keeps a window and obeys room
rm "$C/throttle.cdb"
cat >"$T/head.py" <<'EOF'
import subprocess, sys, os, time, select, collections, heapq
slow_n, fast_n, window = int(sys.argv[1]), int(sys.argv[2]), 500
p = subprocess.Popen(sys.argv[3:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
os.set_blocking(p.stdin.fileno(), False)
slow, fast = collections.deque(range(slow_n)), collections.deque(range(fast_n))
out, sent, later = [collections.Counter() for _ in range(3)]
room, until, back, buf, ob = 10**9, 0, [], b"", b""
t0 = time.monotonic()
while sent["f"] < fast_n and time.monotonic() - t0 < 20:
    wall = time.time()
    while back and back[0][0] <= wall:
        slow.append(heapq.heappop(back)[1])
    while out["s"] + out["f"] < window:
        if slow and (wall >= until or out["s"] < room):
            ob += b"id:s%d\tn:0\tsite:slow\twait:3000\n" % slow.popleft()
            out["s"] += 1
        elif fast:
            j = fast.popleft()
            ob += b"id:f%d\tn:0\tsite:fast%d\n" % (j, j % 3)
            out["f"] += 1
        else:
            break
    if ob:
        try:
            ob = ob[os.write(p.stdin.fileno(), ob):]
        except BlockingIOError:
            pass
    if not select.select([p.stdout], [], [], 0.02)[0]:
        continue
    buf += os.read(p.stdout.fileno(), 1 << 20)
    *lines, buf = buf.split(b"\n")
    for l in lines:
        f = dict(x.split(b":", 1) for x in l.split(b"\t"))
        k = chr(f[b"id"][0])
        out[k] -= 1
        if f[b"status"] == b"later":
            later[k] += 1
            until, room = float(f[b"next"]), int(f[b"room"])
            heapq.heappush(back, (until, int(f[b"id"][1:])))
        else:
            sent[k] += 1
t = time.monotonic() - t0
p.kill()
print("fast %d later %d; slow later %s; %s" % (sent["f"], later["f"],
      "few" if later["s"] <= 2 * window else later["s"],
      "in time" if t < 3 else "in %.1f s" % t))
EOF
is '10,000 for a slow site do not slow 10,000 fast ones' \
    "$(python3 "$T/head.py" 10000 10000 throttle "$C" python3 "$T/next.py" 2>/dev/null)" \
    'fast 10000 later 0; slow later few; in time'
done_testing
