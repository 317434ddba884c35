#!/bin/sh
# orders that stand: suspend, bounce for=, rebind; with route below queue-run
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fill() { python3 "$top/tests/tools/fillqueue.py" q "$@"; }
queue-check -i q || exit 1
mkdir conf && cat >conf/pools <<'X'
default source=192.0.2.1
bulk source=192.0.2.2
X
cat >conf/routes <<'X'
tag:bulk host:[192.0.2.77] pool:bulk
to:@mx.example host:[192.0.2.88]
to:@.example host:[192.0.2.77]
X
echo me.example >conf/me; echo intervals=1h >conf/retry
conf-build conf 2>err || exit 1
# what comes out of route stands in `jobs'; all is sent
cat >send.py <<'X'
import sys
jobs = open("jobs", "a", 1)
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    if "explain" in f:
        print("id:%s\tn:%s\tstatus:explained\texplain:%s\twhy-route:%s" % (
            f["id"], f["n"], f["explain"], f["why-route"]), flush=True)
        continue
    jobs.write(line)
    sys.stdout.write("id:%s\tn:%s\tstatus:sent\tcode:250\tsite:%s\tvia:%s\n" % (
        f["id"], f["n"], f["site"], f["via"]))
    sys.stdout.flush()
X
run() {
	bg queue-run -C conf q route conf python3 send.py 2>>log
	run_pid=$bg_pid
	wait_for 20 queue-ctl q status
}
stop() { queue-ctl q stop >/dev/null 2>&1; wait "$run_pid"; }
# kept N W: so many wait by order N
kept() { queue-ctl q suspensions | grep -q "^order:$1	.*waiting:$2\$"; }
sent() { [ "$(grep -c ev:sent log)" -eq "$1" ]; }
# of DOMAIN LABEL: what went down for a domain has which values of a label
of() { tr '\t' '\n' <jobs | awk -F : -v d="$1" -v l="$2" '$1 == "id" { to = "" } $1 == "to" { to = substr($2, index($2, "@") + 1) }
	to == d && $1 == l { sub(/^[^:]*:/, ""); n[$0]++ } END { for (v in n) print v, n[v] }' | sort | paste -s -d ' '; }
: >jobs
touch q/held

fill 4 to=u%d@a.example "line=tenant acme" >/dev/null
fill 3 to=u%d@b.example "line=tag bulk" from=news@x.example >/dev/null
fill 2 to=u%d@mx.example >/dev/null
fill 2 to=u%d@c.example >/dev/null
run
counted() { queue-ctl q status | grep -q ready:11; }
ok "all are there" "$(wait_for 20 counted; echo $?)"
is "counted before" "$(queue-ctl -n q suspend tenant:acme domain:a.example)" "ok:1	count:4	out:0	failed:0"
is "a tenant's mail to a domain" "$(queue-ctl q suspend tenant:acme domain:a.example for=1h reason='too many complaints')" \
	"order:1	until:$(sed -n 's/.*number:1	.*until:\([0-9]*\).*/\1/p' q/orders)
ok:1	count:4	out:0	failed:0"
queue-ctl q suspend via:bulk >out
like "a pool" "$(cat out)" "^order:2$"
queue-ctl q suspend site:192.0.2.88 via:default >out
status "an id is none" 100 queue-ctl q suspend 0123456789abcdefgh00
status "nor a state" 100 queue-ctl q suspend state:held
queue-ctl q release all >out
ok "what is not suspended goes" "$(wait_for 20 sent 2; echo $?)"
ok "a tenant's waits" "$(wait_for 20 kept 1 4; echo $?)"
ok "a pool's, which route knows" "$(wait_for 20 kept 2 3; echo $?)"
ok "a site's by a pool" "$(wait_for 20 kept 3 2; echo $?)"
is "nothing else went down" "$(of c.example site)" "192.0.2.77 2"
like "who, when and why" "$(queue-ctl q suspensions)" "^order:1	cmd:suspend	sel:tenant:acme domain:a.example	by:$(id -u)	user:$(id -un)	since:[0-9]+	until:[0-9]+	reason:too many complaints	waiting:4$"
like "queue-list has it" "$(queue-list q tenant:acme)" "suspended by order 1 until .*; reason: too many complaints"
like "queue-why has it" "$(queue-why q a.example)" "state: order 1 suspends it until .*: too many complaints"
like "and what ends it" "$(queue-why q a.example)" "what changes it: queue-ctl q resume id:1"
like "its event" "$(cat log)" "ev:order-begun	prog:queue-run	order:1	cmd:suspend	sel:tenant:acme domain:a.example	by:$(id -u)	user:$(id -un)	until:[0-9]+	reason:too many complaints$"

# a sudden death and a restart
kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
echo "half an or" >q/orders.new
run
ok "after a sudden death" "$(wait_for 20 kept 1 4; echo $?)"
ok "those that route knows, too" "$(wait_for 20 kept 2 3 && wait_for 20 kept 3 2; echo $?)"
sent 2; ok "nothing more was sent" $?
# their end
is "counted before its end" "$(queue-ctl -n q resume id:2)" "ok:1	count:3	out:0	failed:0"
is "by number" "$(queue-ctl q resume id:2)" "ok:1	count:3	out:0	failed:0"
ok "they go" "$(wait_for 20 sent 5; echo $?)"
is "by their pool" "$(of b.example via)" "bulk 3"
is "by the same selectors" "$(queue-ctl q resume tenant:acme domain:a.example)" "ok:1	count:4	out:0	failed:0"
ok "they go, too" "$(wait_for 20 sent 9; echo $?)"
like "the end of one is told" "$(cat log)" "ev:order-ended	prog:queue-run	order:2	.*	why:ordered$"
status "there is no such order" 1 queue-ctl q resume id:77
is "all" "$(queue-ctl q resume all)" "ok:1	count:2	out:0	failed:0"
ok "all go" "$(wait_for 20 sent 11; echo $?)"
is "the list is empty" "$(queue-ctl q suspensions)" "ok:1	count:0	out:0	failed:0"

# by itself, also while nobody works
queue-ctl q suspend domain:a.example for=1s >out
fill 2 to=u%d@a.example age=0 >/dev/null
queue-ctl q suspend from:sender@example.org domain:c.example for=2s >out
fill 1 to=u%d@c.example age=10 >/dev/null
stop
run
ok "when its time is over they go" "$(wait_for 30 sent 14; echo $?)"
over() { [ "$(grep -c 'ev:order-ended.*why:expired' log)" -eq 2 ]; }
ok "which is told" "$(wait_for 30 over; echo $?)"

# what comes is returned
queue-ctl q bounce to:gone@a.example for=1h reason=closed >out
like "an order" "$(cat out)" "^order:[0-9]+	until:"
python3 -c '
import sys
p = b"from a@x.example\nto gone@a.example\nto on@a.example\n\nhi\n"
sys.stdout.buffer.write(b"%d:%s," % (len(p), p))' | queue-inject q >out 2>&1
ok "another recipient gets it" "$(wait_for 20 sent 15; echo $?)"
bounced() { grep -q "ev:bounced.*to:gone@a.example.*order:[0-9]*	reason:closed" log; }
ok "the one is returned, and why" "$(wait_for 20 bounced; echo $?)"
queue-ctl q resume all >out

# rebound
: >jobs
queue-ctl q hold all >out
fill 3 to=u%d@d.example >/dev/null
fill 2 to=u%d@e.example "line=tenant acme" "line=pool forged" "line=host [192.0.2.13]" >/dev/null
stop; run
ready() { queue-ctl q status | grep -q ready:5; }
ok "they wait" "$(wait_for 20 ready; echo $?)"
is "counted" "$(queue-ctl -n q rebind domain:d.example pool=bulk)" "ok:1	count:3	out:0	failed:0"
like "to another pool" "$(queue-ctl q rebind domain:d.example pool=bulk)" "^ok:1	count:3	"
like "to another host, with a tag" "$(queue-ctl q rebind tenant:acme 'host=[192.0.2.99]:26' tag=moved)" "^ok:1	count:2	"
status "by what may change" 100 queue-ctl q rebind state:held pool=bulk
kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
run
is "both stand after a sudden death" "$(queue-ctl q rebindings | grep ^order | cut -f 2,3,7-)" "cmd:rebind	sel:domain:d.example	pool:bulk
cmd:rebind	sel:tenant:acme	host:[192.0.2.99]:26	tag:moved"
like "queue-why says it" "$(queue-why q d.example)" "route: queue-ctl: bound to pool bulk"
fill 1 to=u%d@d.example age=-1 >/dev/null
sleep_until() { [ "$(date +%s)" -ge "$1" ]; }
at=$(($(date +%s) + 2)); wait_for 10 sleep_until $at
queue-ctl q release all >out
stop; run
ok "all are sent" "$(wait_for 30 sent 21; echo $?)"
is "by the pool, but what came later" "$(of d.example src)" "192.0.2.1 1 192.0.2.2 3"
is "to the host" "$(of e.example site)" "192.0.2.99:26 2"
like "with the tag" "$(of e.example tag)" "moved 2"
is "taken away" "$(queue-ctl q rebind none)" "ok:1	count:2	out:0	failed:0"
is "none is left" "$(queue-ctl q rebindings)" "ok:1	count:0	out:0	failed:0"
stop
status "the queue is whole" 0 queue-check q
if strace -o /dev/null true 2>/dev/null; then
	strace -qq -o synced -e trace=fdatasync,fsync,syncfs queue-run q answer status:sent 2>>log &
	pid=$!
	wait_for 20 queue-ctl q status
	for order in "suspend all" "resume all" "rebind all pool=x" "rebind none" "bounce domain:x for=9s"; do
		n=$(wc -l <synced)
		# shellcheck disable=SC2086
		queue-ctl q $order >out
		ok "$order: synced before ok" "$([ "$(wc -l <synced)" -ge $((n + 2)) ]; echo $?)"
	done
	queue-ctl q stop >out; wait $pid
else
	skip "strace does not work here"
fi
done_testing
