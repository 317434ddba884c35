#!/bin/sh
# A message file that cannot be removed is asked for again until it is gone,
# by queue-run while it runs and by the next one; nothing is delivered again.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
command -v faketime >/dev/null || {
	echo "1..0 # SKIP no faketime"
	exit 0
}
grep -q __asan_init "$(command -v queue-run)" && {
	echo "1..0 # SKIP faketime: instrumented program"
	exit 0
}
# root may remove anything, somebody else may not in a folder without w
as=
[ "$(id -u)" != 0 ] || as="chpst -u nobody"
command -v chpst >/dev/null || [ -z "$as" ] || {
	echo "1..0 # SKIP needs runit"
	exit 0
}
chmod 755 "$T"
: >log
# a minute of queue-run's is a second here
run() {
	bg $as env "PATH=$PATH" faketime -f '+0 x60' queue-run q answer status:sent 2>>log
	run_pid=$bg_pid
	wait_for 10 queue-ctl q status
}
# ended by signal, for faketime passes none on
stop() { queue-ctl q stop >/dev/null; wait "$run_pid"; }
queue-check -i q
python3 "$top/tests/tools/fillqueue.py" q 3 >ids
id=$(sed -n 2p ids)
dir=q/mess/$(echo "$id" | cut -c 19-20)
[ -z "$as" ] || chown -R nobody q
chmod 555 "$dir"
left() { [ "$(find q/mess -type f | wc -l)" = "$1" ]; }
asked() { [ "$(grep -c "unable to remove.*$id" log)" -ge "$1" ]; }

run
wait_for 20 left 1; ok "one of three stays" $?
wait_for 20 asked 1; ok "that is said" $?
wait_for 30 asked 3; ok "it is asked for again" $?
chmod 755 "$dir"
wait_for 30 left 0; ok "and is gone when it may be" $?
is "each was delivered once" "$(grep -c 'ev:sent	' log)" 3
stop

# over restarts
python3 "$top/tests/tools/fillqueue.py" q 1 >ids
id=$(cat ids)
dir=q/mess/$(echo "$id" | cut -c 19-20)
[ -z "$as" ] || chown -R nobody q/mess
chmod 555 "$dir"
: >log
run
wait_for 20 asked 1; ok "another one" $?
for _ in 1 2; do
	stop
	: >log
	run
	wait_for 20 asked 1; ok "asked for after a restart" $?
	is "and not delivered again" "$(grep -c 'ev:sent	' log)" 0
done
kill -9 "$(pgrep -P "$run_pid" queue-run || echo "$run_pid")"; wait "$run_pid" 2>/dev/null
: >log
run
wait_for 20 asked 1; ok "and after a kill" $?
chmod 755 "$dir"
wait_for 30 left 0; ok "gone in the end" $?
is "and not delivered again" "$(grep 'ev:sent	' log | grep -vc 'replay:1')" 0
stop
status "queue-check" 0 queue-check q
done_testing
