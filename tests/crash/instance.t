#!/bin/sh
# kill -9 of each process of an instance, one at a time, while mail goes in
# and out: nothing accepted is lost, and nothing arrives twice.  But what
# remote-send had open when it was killed itself may, and what a client sends
# again because the receiving side died before it answered.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
COUNT=${CRASH_COUNT:-3000}
# Connections to one host at a time, the built-in limit of throttle, with one
# transaction each; and so many does push.py open.
OPEN=20
sport=$(free_port)
bg python3 "$top/tests/tools/mailsink.py" "$sport" "$T/dump"
wait_for 5 smtp-ping 127.0.0.1:"$sport"
new_instance site --relay "127.0.0.1:$sport" || exit 1
printf 'intervals=1s,2s\n' >"$I/conf/retry"
conf-build "$I/conf" || exit 1
echo "$T" >"$I/env/INSTANCE_MARK"
start_instance; ok "instance is up" $?

delivered() { grep -ac '^X-Push:' "$T/dump" 2>/dev/null; }
some() { [ "$(delivered)" -ge "$1" ]; }
victims() { # the processes of program $1 that belong to this instance
	pgrep -f "^([^ ]*/)?$1( |\$)" | while read -r p; do
		tr '\0' '\n' <"/proc/$p/environ" 2>/dev/null | grep -q "^INSTANCE_MARK=$T\$" && echo "$p"
	done
}
for prog in queue-run route dispatch throttle remote-send local-deliver queue-clean bounce queue-inject smtp-recv; do
	rm -f "$T/dump" "$T/accepted"
	# the sink opens its dump for each message: it makes a new one
	queue-ctl "$I/queue" release all >/dev/null 2>&1
	bg python3 "$top/tests/tools/push.py" "$port" "$COUNT" 20 "$T/accepted"
	push=$bg_pid
	wait_for 20 some $((COUNT / 4))
	pids=$(victims "$prog")
	[ -n "$pids" ]; ok "$prog runs" $?
	# shellcheck disable=SC2086
	kill -9 $pids 2>/dev/null
	wait $push; ok "$prog killed: every message is accepted in the end" $?
	wait_for 40 queue_empty; ok "$prog killed: the queue empties" $?
	sort -un "$T/accepted" >"$T/want"
	grep -a '^X-Push:' "$T/dump" | tr -dc '0-9\n' | sort -n >"$T/all"
	sort -un "$T/all" >"$T/got"
	LC_ALL=C sort "$T/want" >"$T/want.s"
	LC_ALL=C sort "$T/got" >"$T/got.s"
	lost=$(LC_ALL=C comm -23 "$T/want.s" "$T/got.s" | wc -l)
	is "$prog killed: nothing accepted is lost" "$lost" 0
	doubles=$(($(wc -l <"$T/all") - $(wc -l <"$T/got")))
	case $prog in
	remote-send | queue-inject | smtp-recv) most=$OPEN ;;
	*) most=0 ;;
	esac
	[ "$doubles" -le $most ]; ok "$prog killed: $doubles of $COUNT twice (at most $most)" $?
done
out=$(audit); ok "log-audit: nothing lost, nothing unexplained" $?
printf '%s\n' "$out" | sed 's/^/# /' | tail -3
stop_instance
status "queue-check" 0 queue-check "$I/queue"
done_testing
