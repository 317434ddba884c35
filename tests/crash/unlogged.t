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
	cp log whole
}
# the journal of an older version, half of it marked as logged
older() {
	rm -f q/done/0*
	awk '{ print $1, 0, "S" } NR == 2 { print "" }' ids >q/done/0000000001
}
another_boot() { echo "running 00000000-0000-0000-0000-000000000000" >q/lock; }
# the ids that events of a kind have for who gets them, of a log
eids() {
	rm -rf root; mkdir -p root/x
	cp "$2" root/x/current
	log-ship -n -N a -f "ev:$1" -S state root | sed 's/\t.*//' | sort
}
cut_log() { grep -v 'ev:sent' whole >log; }

life; older; cut_log
grep -q 'running [0-9a-f]' q/lock; ok "the lock says of which boot it is" $?
is "without the log's end log-audit has the journal" "$(balance)" 0
another_boot
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
life; older
run
wait_for 10 scanned
is "a death of queue-run alone: the log has what is marked" "$(grep -c 'ev:sent	.*	replay:1' log)" 0
stop

# an older version wrote no boot: it is not known
life; older; cut_log
echo running >q/lock
run
wait_for 10 scanned
is "an unknown boot is another one" "$(grep -c 'ev:sent	.*	replay:1' log)" 4
stop

# a clean end
life; older; cut_log
: >q/lock
run
wait_for 10 scanned
is "after a clean end nothing is said again" "$(grep -c 'ev:sent	.*	replay:1' log)" 0
stop

# what was written long before is in the log
life; older; cut_log
another_boot
mv q/done/0000000001 q/done/0000000003
head -1 ids | awk '{ print $1, 0, "S" }' >q/done/0000000001
touch -d '10 minutes ago' q/done/0000000001
sed -i 1d q/done/0000000003
run
wait_for 10 scanned
is "an old segment is not said again" "$(grep -c 'ev:sent	.*	replay:1' log)" 3
stop
# with the journal as it is written: the same event, at its time, with its id
life
cut_log
another_boot
run
wait_for 10 scanned
stop
is "said again" "$(grep -c 'ev:sent	.*	replay:1' log)" 4
is "each has the id that it had" "$(eids sent log)" "$(eids sent whole)"
is "which are four" "$(eids sent log | uniq | wc -l)" 4
second() { grep 'ev:sent' "$1" | sed 's/\..*	id:/	id:/; s/	n:0.*//' | sort; }
is "and its second" "$(second log)" "$(second whole)"
# nothing was lost: what is said again is there twice, and has one id
life
another_boot
run
wait_for 10 scanned
stop
is "twice in the log" "$(grep -c 'ev:sent	' log)" 8
is "four for who drops what has an id that he has" "$(eids sent log | uniq | wc -l)" 4
rm -f q/done/0*
is "log-audit takes it for what it is" "$(balance)" 0
like "four, and no double" "$(cat audit)" '	sent:4	.*	double:0	.*	unexplained:0'

# a failure whose report is owed stands in its file
life
: >log
printf '%s' '36:from a@b.example
to c@d.example

hi
,' | queue-inject q 2>>log >/dev/null
fail() { bg queue-run -b 'cat >/dev/null' q answer status:bounced text:no 2>>log; run_pid=$bg_pid; }
fail
failed() { grep -q 'ev:bounced' log; }
wait_for 10 failed
kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
cp log whole
fail
wait_for 10 scanned
stop
is "a failure is said again" "$(grep -c 'ev:bounced	.*	replay:1' log)" 1
is "with the id that it had" "$(eids bounced log | uniq)" "$(eids bounced whole)"
is "one" "$(eids bounced log | uniq | wc -l)" 1
done_testing
