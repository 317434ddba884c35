#!/bin/sh
# queue-why in a running chain: many that are asked about at random; the state
# that is said agrees with what then happens, and nothing goes before the time
# that is named.  WHY_ASKED=N asks N, of as many that are queued.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
n=${WHY_ASKED:-300}
queue-check -i q || exit 1
mkdir conf
echo mail.example.org >conf/me
cat >conf/routes <<'X'
to:@off.example defer:"not today"
to:@.example host:[127.0.0.2]:25
X
printf 'intervals=8s jitter=50%%\nclass:rcpt intervals=12s\n' >conf/retry
conf-build conf || exit 1
fill() { python3 "$top/tests/tools/fillqueue.py" q "$@" >>ids; }
fill $((n * 4 / 10)) to=u%d@a.example age=100
fill $((n * 3 / 10)) to=u%d@b.example age=90
fill $((n / 10)) to=u%d@held.example age=80
fill $((n / 10)) to=u%d@stopped.example age=70
fill $((n - n * 9 / 10)) to=u%d@off.example age=60
# a last link that refuses for now; it knows of questions
cat >link.py <<'X'
import sys
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    say = "id:%s\tn:%s\t" % (f["id"], f["n"])
    if "explain" in f:
        say += "status:explained\texplain:%s\tsite:%s" % (f["explain"], f["site"])
    else:
        say += "status:deferred\tcode:450\tclass:%s\tsite:%s" % (
            "rcpt" if f["to"].endswith("@b.example") else "dot", f["site"])
    sys.stdout.write(say + "\n")
    sys.stdout.flush()
X
cat >ask.py <<'X'
import datetime, random, socket, sys, time
n = int(sys.argv[1])
random.seed(int(sys.argv[2]))
ids = open("ids").read().split()
s = socket.socket(socket.AF_UNIX)
s.connect("q/ctl")
f = s.makefile("r")
def ask(line):
    s.sendall(line.encode() + b"\n")
    got = []
    while not got or "ok" not in got[-1]:
        got.append(dict(x.split(":", 1) for x in f.readline().rstrip("\n").split("\t")))
    return got
def events(kind):
    for line in open("log"):
        if "\tev:" + kind + "\t" in line and line.endswith("\n"):
            e = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
            e["at"] = datetime.datetime.fromisoformat(
                e["ts"].replace("Z", "+00:00")).timestamp()
            yield e
def wait(what, until):
    end = time.time() + 300
    while not until():
        if time.time() > end:
            sys.exit("in vain: " + what)
        time.sleep(0.1)
wait("all tried", lambda: len({e["id"] for e in events("deferred")}) == len(ids))
ask("cmd:hold\tsel:domain\targ:held.example")
ask("cmd:suspend\tsel:domain\targ:stopped.example")
said, states, slow = {}, {}, 0
for i in random.choices(ids, k=n):
    before = time.time()
    a = ask("cmd:why\tsel:id\targ:" + i)
    slow = max(slow, time.time() - before)
    r = next(x for x in a if x.get("id") == i)
    states[r["because"]] = states.get(r["because"], 0) + 1
    said.setdefault(i, []).append((before, time.time(), r))
bad = []
asked = {i for i in said if any(r["because"] in ("retry", "told") for _, _, r in said[i])}
def went():
    last = {}
    for e in events("deferred"):
        last[e["id"]] = e["at"]
    return all(last[i] > max(float(r["next"]) for _, _, r in said[i] if "next" in r) - 1
               for i in asked)
wait("the next attempts", went)
by = {}
for e in events("deferred"):
    by.setdefault(e["id"], []).append((e["at"], float(e["next"])))
for i in said:
    for before, after, r in said[i]:
        done = [e for e in by[i] if e[0] <= before]
        later = [e[0] for e in by[i] if e[0] > after]
        why = r["because"]
        if why == "retry":
            # the last attempt's event has the same time, and none comes before it
            if not any(abs(e[1] - float(r["next"])) <= 1 for e in by[i]):
                bad.append((i, "another time", r["next"], by[i]))
            elif later and min(later) < float(r["next"]) - 1:
                bad.append((i, "went before", r["next"], later))
            if r.get("interval-line") != ("2" if "@b.ex" in r["to"] else "1"):
                bad.append((i, "another line", r))
        elif why == "held" and "@held." not in r["to"] or \
                why == "suspended" and "@stopped." not in r["to"]:
            bad.append((i, "not so", r))
        elif why in ("held", "suspended") and later:
            bad.append((i, "went though " + why, later))
        elif why not in ("held", "suspended", "out", "turn", "site"):
            bad.append((i, "unknown", r))
        if r["try"] not in (str(len(done)), str(len(done) + 1)):
            bad.append((i, "tries", r, done))
for b in bad[:5]:
    print(b)
print("asked %d, bad %d; %s" % (n, len(bad), " ".join(sorted(
    k for k in states if k in ("held", "retry", "suspended")))))
print("slowest answer %.3f s; %s" % (slow, states), file=sys.stderr)
X
bg queue-run -C conf q route conf python3 link.py 2>log
pid=$bg_pid
wait_for 20 queue-ctl q status
seed=$(date +%s)
is "what is said is so" "$(python3 ask.py "$n" "$seed" 2>slow)" "asked $n, bad 0; held retry suspended"
echo "# seed $seed; $(cat slow)"
queue-ctl q stop >out; wait $pid
done_testing
