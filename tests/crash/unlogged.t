#!/bin/sh
# A power cut takes the end of the log, which nobody syncs, and leaves the
# journal.  What ended then and is gone is logged again at the next start, so
# that log-audit accuses nobody after the segment is gone, too.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
stop() { kill "$run_pid"; wait "$run_pid"; }
run() { bg queue-run "$@" q answer status:sent 2>>log; run_pid=$bg_pid; }
scanned() { queue-ctl q status | grep -q scanning:0; }
empty() { [ -z "$(find q/mess -type f)" ]; }
balance() { log-audit q log >audit; echo $?; }

# four messages that are accepted, delivered, logged, removed; BOOT wrote it
life() {
	no_queue q; : >log
	queue-check -i q
	for i in 1 2 3 4; do
		printf '%s' '36:from a@b.example
to c@d.example

hi
,'
	done | queue-inject q 2>log >/dev/null
	find q/mess -type f -exec basename {} \; | sort >ids
	run
	wait_for 10 empty
	kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
	rm -f q/done/0*
	# half of it is marked as logged
	awk '{ print $1, 0, "S" } NR == 2 { print "" }' ids >q/done/0000000001
	cp log whole
}
cut_log() { grep -v 'ev:sent' whole >log; }

life; cut_log
grep -q 'running [0-9a-f]' q/lock; ok "the lock says of which boot it is" $?
is "without the log's end log-audit has the journal" "$(balance)" 0
echo "running 00000000-0000-0000-0000-000000000000" >q/lock
run
wait_for 10 scanned
is "the ends are logged again" "$(grep -c 'ev:sent	.*	replay:1' log)" 4
stop
rm -f q/done/0*
is "so log-audit accuses nobody when the journal is gone" "$(balance)" 0
like "all four have an end" "$(cat audit)" '	sent:4	.*	lost:0	.*	unexplained:0'

# a second start has nothing to say
run
wait_for 10 scanned
is "once" "$(grep -c 'ev:sent	.*	replay:1' log)" 4
stop

# the same machine goes on: its log is whole
life
run
wait_for 10 scanned
is "a death of queue-run alone: the log has what is marked" "$(grep -c 'ev:sent	.*	replay:1' log)" 0
stop

# an older version wrote no boot: it is not known
life; cut_log
echo running >q/lock
run
wait_for 10 scanned
is "an unknown boot is another one" "$(grep -c 'ev:sent	.*	replay:1' log)" 4
stop

# a clean end
life; cut_log
: >q/lock
run
wait_for 10 scanned
is "after a clean end nothing is said again" "$(grep -c 'ev:sent	.*	replay:1' log)" 0
stop

# what was written long before is in the log
life; cut_log
echo "running 00000000-0000-0000-0000-000000000000" >q/lock
mv q/done/0000000001 q/done/0000000003
head -1 ids | awk '{ print $1, 0, "S" }' >q/done/0000000001
touch -d '10 minutes ago' q/done/0000000001
sed -i 1d q/done/0000000003
run
wait_for 10 scanned
is "an old segment is not said again" "$(grep -c 'ev:sent	.*	replay:1' log)" 3
stop
done_testing
