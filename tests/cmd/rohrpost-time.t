#!/bin/sh
# alone: up and down promise to be there within 2 seconds
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
since() { echo $((($(date +%s%N) - $1) / 1000000)); }

new_instance one
for turn in first second; do
	t0=$(date +%s%N)
	bg rohrpost up "$I" >"$I/up.out" 2>&1
	up=$bg_pid
	wait_for 20 grep -q '^rohrpost is up in ' "$I/up.out"; ok "$turn: up says that all answers" $?
	ms=$(since "$t0")
	[ "$ms" -lt 2000 ]; ok "within 2 seconds ($ms ms)" $?
	status "and it does" 0 rohrpost ping "$I"
	t0=$(date +%s%N)
	status "down" 0 rohrpost down "$I"
	wait "$up"; is "up has ended well" $? 0
	ms=$(since "$t0")
	[ "$ms" -lt 2000 ]; ok "within 2 seconds ($ms ms)" $?
	is "and nothing is left" "$(pgrep -f "$I/")" ""
done
done_testing
