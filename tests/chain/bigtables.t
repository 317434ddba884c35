#!/bin/sh
# Tables of very many lines: they are made in memory that follows their size,
# searched in memory that does not, and come into force while mail goes.
# TABLE_LINES (30,000) of each; 1,000,000 by hand.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
N=${TABLE_LINES:-30000}
mkdir conf
echo me.test >conf/me
echo local.test >conf/local
lines() { # FORMAT, with the number in it so often
	awk -v n="$N" -v f="$1\n" 'BEGIN { for (i = 0; i < n; i++) printf f, i, i }'
}
lines 'u%d@local.test: v%d@other.test' >conf/aliases
lines 'p%d@no.test' >conf/prohibited
lines 'big d%d.test' >conf/providers
lines 'pool%d source=192.0.2.1' >conf/pools
# rules are in memory, a kilobyte each
lines 'domain:d%d.test conn=1' | sed -n '1~10p' >conf/throttle
echo 'default source=192.0.2.9' >>conf/pools
echo 'to:@other.test host:[127.0.0.1]:2525' >conf/routes
lines 'to:@d%d.test host:[192.0.2.2] pool:pool%d' | head -20000 >>conf/routes
instrumented() { grep -q __asan_init "$(command -v route)"; }
# most COMMAND...: sets $kb to the memory that it takes at most
most() {
	python3 -c 'import resource, subprocess, sys
r = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=open("kb", "w"))
sys.exit(r.returncode)' "$@"
}
status "conf-build" 0 most conf-build conf
if instrumented; then skip "memory: instrumented program"; else
	[ "$(cat kb)" -lt $((40000 + N * 3 / 4)) ]; ok "takes $(cat kb) KB" $?
fi

job() { printf 'id:%s\tn:0\tfrom:a@x.test\tto:%s\tsize:1\ttry:0\n' "$1" "$2"; }
has() { grep -q "^id:$1	.*$2" out; }
cat >next.py <<'P'
import sys
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    print("id:%s\tn:0\tstatus:sent\ttext:%s %s %s" % (f["id"], f["to"], f.get("provider"), f.get("src")), flush=True)
P
mkfifo in
route conf throttle conf python3 next.py <in >out 2>err & route=$!
tap_pids="$tap_pids $route"
exec 3>in
last=$((N - 1))
job first u0@local.test >&3
job last u$last@local.test >&3
job none nobody@local.test >&3
job no p$last@no.test >&3
job provider x@d19999.test >&3
wait_for 60 has first 'sent	text:v0@other.test'; ok "aliases: the first" $?
wait_for 60 has last "sent	text:v$last@other.test"; ok "the last" $?
wait_for 60 has none 'sent	text:nobody@local.test'; ok "and none" $?
wait_for 60 has no 'status:bounced.*5\.7\.1'; ok "prohibited: the last" $?
wait_for 60 has provider 'text:x@d19999.test big'; ok "providers and pools" $?
if instrumented; then skip "memory: instrumented program"; else
	kb=$(awk '/RssAnon/ { print $2 }' "/proc/$route/status")
	[ "$kb" -lt 12000 ]; ok "route has $kb KB of its own" $?
fi

# others' mail goes while a new one is made, and then it is in force
echo "new@local.test: newer@other.test" >>conf/aliases
conf-build conf >built 2>&1 & build=$!
n=0 going=0
while kill -0 $build 2>/dev/null && [ $n -lt 200 ]; do
	n=$((n + 1))
	job "beside$n" "u$n@local.test" >&3
	wait_for 30 has "beside$n" sent || going=1
done
[ $going = 0 ]; ok "$n messages go while tables are made" $?
wait $build; is "they are made" $? 0
i=0
newer() { i=$((i + 1)); job "new$i" new@local.test >&3; wait_for 5 has "new$i" .; has "new$i" 'text:newer@other.test'; }
wait_for 60 newer; ok "and in force" $?
exec 3>&-
wait "$route"; is "the chain ends well" $? 0

# more rules than there may be are told in a few lines
mkdir more; echo me.test >more/me
awk 'BEGIN { for (i = 0; i < 100200; i++) printf "to:@d%d.test host:[192.0.2.2]\n", i }' >more/routes
status "more routes than there may be" 100 conf-build more
like "by file and line" "$(cat err)" '^conf-build: more/routes:100001: too many rules'
[ "$(wc -l <err)" -lt 200 ]; ok "in a few lines" $?
done_testing
