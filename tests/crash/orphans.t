#!/bin/sh
# kill -9 of `rohrpost up`, of its runsvdir, and of both: nothing stays behind
# that `down` and `up` do not see, and a number in up.pid that is another
# process's by now is never taken for ours.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
# processes of the instance: their environment has its mark
mine() {
	grep -lzx "ORPHAN_MARK=$I" /proc/[0-9]*/environ 2>/dev/null | tr -dc '0-9\n'
}
comm() { cat "/proc/$1/comm" 2>/dev/null; }
one() { # PROGRAM: its process here, and not one that it has forked
	for p in $(mine); do
		parent=$(sed -n 's/^PPid:[^0-9]*//p' "/proc/$p/status" 2>/dev/null)
		[ "$(comm "$p")" != "$1" ] || [ "$(comm "$parent")" = "$1" ] || echo "$p"
	done
}
gone() { [ -z "$(mine)" ]; }
begin() {
	ORPHAN_MARK=$I
	export ORPHAN_MARK
	echo "$I" >"$I/env/ORPHAN_MARK" # services have no other environment
	start_instance
	ok "$1: up" $?
	unset ORPHAN_MARK
}
finish() { # NAME: whatever a test has left
	gone || { sleep 1; kill -9 $(mine) 2>/dev/null; }
	wait "$up" 2>/dev/null
}
new_instance site || exit 1


begin "kill -9 of up"
[ -n "$(one smtp-recv)" ]; ok "its services run" $?
is "up.pid names it" "$(cat "$I/up.pid")" "$up"
kill -9 "$up"
wait "$up" 2>/dev/null
wait_for 20 gone; ok "its services end by themselves" $?
status "then it is down" 100 rohrpost down "$I"
status "and status says so" 1 rohrpost status "$I"
like "in words" "$(cat "$T/out")" "$I is down"
finish

begin "a start after that"
status "a second up" 100 rohrpost up "$I"
like "says so" "$(cat "$T/err")" "is up already"
kill -9 "$(one runsvdir)"
wait_for 20 gone; ok "kill -9 of runsvdir: up stops what is left" $?
wait "$up"
is "and ends" "$?" 111
finish

# both: nobody is left to stop the services
begin "kill -9 of both"
kill -9 "$(one runsvdir)" "$up"
wait "$up" 2>/dev/null
[ -n "$(one smtp-recv)" ]; ok "the services go on" $?
status "status is not 0" 1 rohrpost status "$I"
like "and names it" "$(cat "$T/out")" "no rohrpost up"
status "down stops them" 0 rohrpost down "$I"
wait_for 10 gone; ok "none is left" $?
finish

begin "once more"
kill -9 "$(one runsvdir)" "$up"
wait "$up" 2>/dev/null
old=$(one smtp-recv)
[ -n "$old" ]; ok "orphans" $?
begin "up takes over"
# the orphans answer as well, until it stops them
wait_for 20 grep -q '^rohrpost is up' "$I/up.out"; ok "it is up itself" $?
like "and says so" "$(cat "$I/up.out")" "warning: stopping what was left of an earlier"
[ "$(one smtp-recv)" != "$old" ]; ok "by another smtp-recv" $?
is "one alone" "$(one smtp-recv | wc -l)" 1
stop_instance
gone; ok "down leaves nothing" $?
finish

# a number that was ours
bg sleep 60
stranger=$bg_pid
echo "$stranger" >"$I/up.pid"
status "a stale number: down" 100 rohrpost down "$I"
kill -0 "$stranger"; ok "its owner lives" $?
other=$I
new_instance second || exit 1
start_instance; ok "another instance is up" $?
other_pid=$up
echo "$up" >"$other/up.pid"
status "the number of another instance: down" 100 rohrpost down "$other"
kill -0 "$other_pid"; ok "that one lives" $?
status "status" 1 rohrpost status "$other"
second=$I
I=$other
begin "up with the number of another"
kill -0 "$other_pid"; ok "it lives" $?
stop_instance
wait_for 10 gone; ok "down of the first" $?
I=$second
up=$other_pid
status "the second is well" 0 rohrpost ping "$I"
stop_instance

# its folder is taken away while it stops
begin "removed"
kill -TERM "$up"; rm -rf "$I"
wait_for 30 gone; ok "removed: nothing stays behind" $?
finish
done_testing
