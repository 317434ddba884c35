#!/bin/sh
# Starting with a full queue, and stopping with everything in flight.
. "$(dirname "$0")/../lib.sh"
queue-check -i "$T/queue" >/dev/null || exit 1
python3 "$top/tests/tools/fillqueue.py" "$T/queue" 100000 domains=1000 >/dev/null
ok "100,000 messages are queued" $?
first() { # seconds until queue-run has logged its first delivery
	t0=$(date +%s%N)
	: >"$T/log"
	bg queue-run "$@" 2>"$T/log"
	wait_for 10 grep -q 'ev:sent' "$T/log" || return 1
	ms=$((($(date +%s%N) - t0) / 1000000))
}
# answers that take their time, so that there is something in flight
cat >"$T/slow" <<'X'
#!/usr/bin/env python3
import sys, time
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    print("id:%s\tn:%s\tstatus:sent" % (f["id"], f["n"]), flush=True)
    time.sleep(0.001)
X
chmod +x "$T/slow"
first "$T/queue" "$T/slow"; ok "the first is delivered" $?
[ "$ms" -lt 5000 ]; ok "in under 5 seconds ($ms ms)" $?
kb=$(awk '/VmHWM/ { print $2 }' "/proc/$bg_pid/status")
t0=$(date +%s%N)
kill "$bg_pid"
wait "$bg_pid"; is "it ends well" $? 0
ms=$((($(date +%s%N) - t0) / 1000000))
[ $ms -lt 2000 ]; ok "within 2 seconds of TERM ($ms ms)" $?
echo "# at most $kb kB of memory"
sent=$(grep -c 'ev:sent' "$T/log")
left=$(queue-list -l "$T/queue" | wc -l)
is "sent and left are all there were" $((sent + left)) 100000
status "queue-check" 0 queue-check "$T/queue"
# the rest at full speed
first "$T/queue" answer status:sent; ok "started again" $?
[ "$ms" -lt 5000 ]; ok "in under 5 seconds ($ms ms)" $?
none_left() { [ -z "$(queue-list "$T/queue" | head -1)" ]; }
wait_for 60 none_left; ok "all are delivered" $?
is "none twice" "$(grep -h 'ev:sent' "$T/log" | cut -f4,5 | sort | uniq -d | wc -l)" 0
done_testing
