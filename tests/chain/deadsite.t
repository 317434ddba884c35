#!/bin/sh
# Very much mail for one provider that is dead, or has no connections left: what
# it costs the others is counted in jobs that go down the chain in vain, and not
# by a clock.  tests/bench/deadsite measures delays.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir conf
echo me.test >conf/me
# ten sites of the provider, and ten others
for i in 0 1 2 3 4 5 6 7 8 9; do
	printf 'to:@d%d.dead.test host:[127.2.0.%d]:25\nto:@d%d.good.test host:[127.1.0.%d]:25\n' $i $((i + 1)) $i $((i + 1))
done >conf/routes
echo 'dead .dead.test' >conf/providers
# a next link: the dead provider's jobs are never answered, fail or go at once; the
# others' are sent
cat >last.py <<'P'
import os, sys
mode, down = sys.argv[1], open(sys.argv[2], "a", 1)
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    dead = f["to"].endswith(".dead.test")
    down.write("%s\n" % ("dead" if dead else "good"))
    same = "\t".join("%s:%s" % (k, f[k]) for k in ("id", "n", "site", "via", "provider") if k in f)
    if not dead:
        print(same + "\tstatus:sent", flush=True)
    elif mode == "fails":
        print(same + "\tstatus:deferred\tcode:421\tclass:421\ttext:421 no", flush=True)
    elif mode == "goes":
        print(same + "\tstatus:sent", flush=True)
P
parcels() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) {
		p = "from a@x.test\nto u" i "@d" i % 10 ".good.test\n\nSubject: x\n\nx\n"
		printf "%d:%s,", length(p), p
	} }'
}
status_of() { queue-ctl q status | sed -n 1p | tr '\t' '\n' | sed -n "s/^$1://p"; }
good() { [ "$(grep -c good down)" -ge "$1" ]; }
scanned() { [ "$(status_of scanning)" = 0 ]; }
# round NAME MODE LIMITS: 20,000 recipients of the provider, then 2,000 others
round() {
	no_queue q; queue-check -i q; rm -f down
	printf '%s\n' "$3" >conf/throttle
	conf-build conf 2>/dev/null || exit 1
	python3 "$top/tests/tools/fillqueue.py" q 2000 rcpts=10 domains=10 to=u%d@d%d.dead.test size=100 >ids
	bg queue-run q route conf throttle conf python3 last.py "$2" down 2>log
	run_pid=$bg_pid
	wait_for 30 queue-ctl q status
	wait_for 60 scanned
	parcels 2000 | queue-inject q >receipts 2>>log
	wait_for 60 good 2000; ok "$1: the others' mail goes" $?
	later=$(status_of later)
	dead=$(grep -c dead down)
	queue-ctl q stop >/dev/null; kill "$run_pid" 2>/dev/null; wait "$run_pid"
	# a site is asked for a few at a time; 20,000 each 300 s would be more
	[ "$later" -le 2000 ]; ok "$1: $later answered later for 2,000 others" $?
	[ "$dead" -le 600 ]; ok "$1: $dead of the dead provider's went on" $?
}
round "a site's limit" hangs 'site:* conn=20'
round "a provider's limit" hangs "provider:* conn=20"
round "a provider's limit, closed" fails "provider:* conn=20 backoff=60..300"
round "a provider's rate" goes "provider:* rate=10/s"
round "a provider's cap" goes "provider:* cap=100/day"
round "sites closed" fails "site:* conn=20 backoff=60..300"
done_testing
