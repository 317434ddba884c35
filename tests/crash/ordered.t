#!/bin/sh
# What was ordered for mail that is under way holds though queue-run dies
# before it comes back: ok is said when it stands in the message's file.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fresh() {
	no_queue q; : >log; rm -f out
	queue-check -i q && python3 "$top/tests/tools/fillqueue.py" q "$1" to=u%d@a.example >ids
}
# a last link that holds its jobs; with "write" it writes them down as sent
cat >hold.py <<'P'
import os, sys
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    if len(sys.argv) > 1:
        os.write(int(os.environ["QUEUE_RESULTS"]), ("id:%s\tn:%s\ttry:%s\tstatus:%s\n" % (
            f["id"], f["n"], f["try"], sys.argv[1])).encode())
P
run() { bg queue-run "$@" 2>>log; run_pid=$bg_pid; }
out() { queue-ctl q status | grep -q "	out:$1	"; }
ended() { [ "$(grep -c "ev:$1	" log)" -ge "$2" ]; }
empty() { [ -z "$(find q/mess -type f)" ]; }
noted() { [ "$(cat "$(memory q)"/results.* q/done/results.* 2>/dev/null | grep -ac "status:$1")" -ge "$2" ]; }
die() { kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null; : >log; }
stop() { kill "$run_pid"; wait "$run_pid"; }
# order VERB: given for 3 jobs that are under way, then a sudden death
order() {
	run q python3 hold.py ${2+"$2"}
	wait_for 10 out 3
	like "$1: ok" "$(queue-ctl q "$1" all)" 'ok:1	count:3	out:3	failed:0'
	[ -z "${2+write}" ] || wait_for 10 noted "$2" 3
	die
}
for verb in delete bounce; do
	case $verb in delete) end=deleted ;; *) end=bounced ;; esac
	fresh 3; order $verb
	run q answer status:sent
	wait_for 20 ended $end 3; ok "$verb: $end by the next queue-run" $?
	wait_for 10 empty; ok "$verb: and away" $?
	is "$verb: delivered to none" "$(grep -c 'ev:sent' log)" 0
	is "$verb: one end each" "$(grep -c "ev:$end" log)" 3
	stop

	# over a second death before anything came of it, and with all held
	fresh 3; order $verb
	touch q/held
	run q answer status:sent
	wait_for 10 queue-ctl q status
	kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
	run q answer status:sent
	wait_for 20 ended $end 3; ok "$verb: also when everything is held" $?
	is "$verb: delivered to none" "$(grep -c 'ev:sent' log)" 0
	stop

	# what was delivered all the same is not said to be anything else
	fresh 3; order $verb sent
	run q answer status:bounced
	wait_for 20 ended sent 3; ok "$verb: what had been delivered is sent" $?
	wait_for 10 empty; ok "$verb: and away" $?
	is "$verb: with one end each" "$(grep -c "ev:$end" log)" 0
	stop

	fresh 3; order $verb deferred
	run q answer status:sent
	wait_for 20 ended $end 3; ok "$verb: what had failed for now is $end" $?
	is "$verb: delivered to none" "$(grep -c 'ev:sent' log)" 0
	stop
done

# returned with a report, which is made once
fresh 1; run -b 'cat >>never' q python3 hold.py
wait_for 10 out 1
queue-ctl q bounce all >/dev/null
die
cat >report.py <<'P'
import sys
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    open("reports", "a").write(line)
    print("id:%s\tkind:%s\tstatus:queued" % (f["id"], f["kind"]), flush=True)
P
run -b 'python3 report.py' q answer status:sent
wait_for 20 empty; ok "returned: and away" $?
is "returned: one report" "$(grep -c kind:failed reports)" 1
is "returned: delivered to none" "$(grep -c 'ev:sent' log)" 0
stop
status "queue-check" 0 queue-check q
done_testing
