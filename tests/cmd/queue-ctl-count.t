#!/bin/sh
# queue-ctl -n: what an order would concern; it changes nothing, and says what
# the order then says
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fill() { python3 "$top/tests/tools/fillqueue.py" q "$@"; }
queue-check -i q || exit 1
status "without a queue-run nothing is known" 111 queue-ctl -n q hold all
ok "and nothing is done" "$([ ! -e q/held ]; echo $?)"
status "nothing to count" 100 queue-ctl -n q status
like "is said" "$(cat err)" "fatal: status: there is nothing to count"

# mail that waits, that is in the chain, and that is held
{
	fill 4 to=off@a.example "line=tenant acme" "line=tag spring"
	fill 3 to=off@b.example from=x@y.example rcpts=2 size=3000
	fill 2 to=silent@c.example "line=user bob"
	fill 2 to=deferred@d.example age=90000
} >ids
bg queue-run q python3 "$top/tests/tools/fakelink.py" 2>log
pid=$bg_pid
settled() { queue-ctl q status | grep -q "waiting:12	out:2"; }
ok "settled" "$(wait_for 20 settled; echo $?)"
cat >talk.py <<'E2'
import re, socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.connect("q/ctl")
f = s.makefile("r")
ids = open("ids").read().split()
def ask(line):
    s.sendall(line.encode() + b"\n")
    got = []
    while not got or not got[-1].startswith("ok:"):
        got.append(f.readline())
    return got
def sel(words):
    return "".join("\tsel:%s" % (w if ":" not in w else "%s\targ:%s" % (
        ("not:" + w[4:].split(":")[0], w[4:].split(":", 1)[1])
        if w.startswith("not:") else tuple(w.split(":", 1))))
        for w in words.split())
def state():
    # what is shown does not change by itself but for times
    return ["\t".join(x for x in line.rstrip().split("\t")
                      if not x.startswith(("next:", "site-next:")))
            for line in ask("cmd:show\tsel:id\targ:" + " ".join(ids))[:-1]]
def quiet():
    # what was to be tried at once is back
    end = time.time() + 60
    while not re.search("\tready:0\t.*\tout:2\t", ask("cmd:status")[0]):
        if time.time() > end:
            sys.exit("not quiet: " + ask("cmd:status")[0])
        time.sleep(0.005)
bad = n = most = 0
selectors = ["domain:a.example", "domain:.example not:domain:a.example",
             "from:x@y.example", "to:off@B.example", "tenant:acme",
             "not:tag:spring", "user:bob", "larger:2k", "smaller:2k", "age:1d",
             "age:-1d", "tries:1", "state:waiting", "state:out", "state:held",
             "site:mx.a.example", "not:provider:x", "class:rcpt", "reply:*",
             "failure:unknown", "uuid:none", "from:x@y.example tries:-1",
             "id:" + ids[0], "id:%s not:state:out" % ids[-3], "all"]
for verb in "hold", "release", "retry":
    for words in selectors:
        quiet()
        before = state()
        would = ask("cmd:count\tof:%s%s" % (verb, sel(words)))[-1]
        if state() != before:
            print("changed by", verb, words)
            bad += 1
        did = ask("cmd:%s%s" % (verb, sel(words)))[-1]
        n += 1
        most = max(most, int(did.split("count:")[1].split("\t")[0]))
        if would.replace("\thold:1", "") != did.replace("\thold:1", ""):
            print(verb, words, would, did)
            bad += 1
        # each begins with mail that waits again, or is held
        ask("cmd:release\tsel:all" if verb == "hold"
            else "cmd:hold\tsel:not:state\targ:out")
        if verb == "retry":
            ask("cmd:release\tsel:all")
quiet()
for verb in "bounce", "delete":
    for words in selectors:
        would = ask("cmd:count\tof:%s%s" % (verb, sel(words)))[-1]
        did = ask("cmd:%s%s" % (verb, sel(words)))[-1]
        n += 1
        if would != did:
            print(verb, words, would, did)
            bad += 1
        if verb == "bounce" and words == "tenant:acme":
            break
print("orders %d, most %d, bad %d" % (n, most, bad))
E2
is "each order says what was counted before" "$(python3 talk.py)" \
	"orders $((3 * 25 + 5 + 25)), most 14, bad 0"
is "only the orders are told" "$(grep -c 'ev:ordered.*cmd:count' log)" 0
queue-ctl q stop >out; wait "$pid"
done_testing
