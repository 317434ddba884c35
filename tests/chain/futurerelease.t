#!/bin/sh
# What its sender holds (hold-until) is as old as the time since the end of
# that: neither warned of nor expired before, whatever its age.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
fresh() { no_queue q; queue-check -i q || exit 1; : >log; : >requests; }
fill() { python3 "$top/tests/tools/fillqueue.py" q 1 "$@" >>ids; }
has() { [ "$(grep -c "ev:$2$tab" log)" -ge "$1" ]; }
run() { bg queue-run "$@" 2>>log; run_pid=$bg_pid; }
stop() { kill "$run_pid"; wait "$run_pid"; }
# seconds from $1 to the event of that kind
after() {
	at=$(sed -n "/ev:$2$tab/s/^ts:\([^$tab]*\).*/\1/p" log | tail -1)
	echo $(($(date -d "$at" +%s) - $1))
}
mkdir conf
echo me.example >conf/me
retry() { echo "$@" >conf/retry; conf-build conf >/dev/null 2>&1 || exit 1; }
cat >say <<'X2'
import sys
for line in sys.stdin:
    open("requests", "a").write(line)
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    print("id:%s\tkind:%s\tstatus:queued" % (f["id"], f["kind"]), flush=True)
X2

# older than any mail gets, and held for a moment more
fresh
retry lifetime=30s warn=5s
now=$(date +%s)
fill age=100 "line=hold-until $((now + 3))"
run -C conf -b "python3 say" q answer status:sent
wait_for 5 sh -c 'queue-ctl q status | grep -q waiting:1'
kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
run -C conf -b "python3 say" q answer status:sent
ok "it is tried when it may be" "$(wait_for 9 has 1 sent; echo $?)"
[ "$(after "$now" sent)" -ge 3 ]; ok "and not before" $?
is "it has not expired" "$(grep -c ev:expired log)" 0
is "nor was its sender warned" "$(cat requests)" ""
stop

# it cannot be delivered then: warning and end count from the end of the hold
fresh
retry lifetime=5s warn=2s intervals=1s
now=$(date +%s)
fill age=100 "line=hold-until $((now + 3))"
run -C conf -b "python3 say" q answer status:deferred code:451
ok "a warning" "$(wait_for 20 grep -q kind:delayed requests; echo $?)"
[ $(($(date +%s) - now)) -ge 5 ]; ok "two seconds after its release" $?
like "it says until when it is tried" "$(grep kind:delayed requests)" "	expire:$((now + 8))"
ok "its end" "$(wait_for 20 has 1 expired; echo $?)"
[ "$(after "$now" expired)" -ge 8 ]; ok "five seconds after it" $?
stop
done_testing
