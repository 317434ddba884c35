#!/bin/sh
# kill -9 of each process of an instance, one at a time, while mail goes in
# and out over 20 connections under TLS: nothing accepted is lost, and nothing
# arrives twice.  But what remote-send had open when it was killed itself may,
# and what a client sends again because the receiving side died before it
# answered.
#
# CRASH_COUNT messages a kill, CRASH_RUNS kills of each program, each at another
# point of the drain, CRASH_PROGS the programs.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
COUNT=${CRASH_COUNT:-2000} RUNS=${CRASH_RUNS:-1}
PROGS=${CRASH_PROGS:-queue-run route dispatch throttle remote-send local-deliver queue-clean bounce queue-inject smtp-recv tls-key sock-serve svlogd}
# Connections to one host at a time, the built-in limit of throttle, with one
# transaction each; and so many does push.py open.
OPEN=20
REFUSED=20
sport=$(free_port)
tls-cert self "$T/both.pem" mx.test >"$T/cert.out" || exit 1
# the last dot waits for its answer: so all connections have something open
bg python3 "$top/tests/tools/mailsink.py" -t "$T/both.pem" -w 10 "$sport" "$T/dump"
wait_for 5 smtp-ping 127.0.0.1:"$sport"
new_instance site --relay "127.0.0.1:$sport" --client-cert "$T/both.pem" --client-key "$T/both.pem" || exit 1
printf 'intervals=1s,2s\n' >"$I/conf/retry"
printf 'site:* conn=%d msgs-per-conn=10 backoff=1..2\n' $OPEN >"$I/conf/throttle"
echo '[127.0.0.1] must cert=client' >"$I/conf/tls-out"
conf-build "$I/conf" || exit 1
echo "$T/" >"$I/env/INSTANCE_MARK"
start_instance; ok "instance is up" $?

delivered() { grep -ac '^X-Push:' "$T/dump" 2>/dev/null; }
some() { [ "$(delivered)" -ge "$1" ]; }
victims() { # the processes of program $1 that belong to this instance
	pgrep -f "^([^ ]*/)?$1( |\$)" | while read -r p; do
		cat "/proc/$p/environ" "/proc/$p/cmdline" 2>/dev/null | grep -aq "$T/" && echo "$p"
	done
}
running() { [ -n "$(victims "$1")" ]; }
# refuse RUN: mail that comes back to its sender, each under its own name
refuse() {
	i=0
	while [ $i -lt $REFUSED ]; do
		i=$((i + 1))
		until printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$I sendmail -f you@localhost "refused-$1-$i-@relay.test"; do sleep 0.1; done
	done 2>/dev/null
}
reported() { find "$I/mail/you" -type f -path '*/new/*' -exec grep -aohm1 "^Final-Recipient: rfc822; *refused-$1-[0-9]*-" {} +; }
all_reported() { [ "$(reported "$1" | sort -u | wc -l)" -ge $REFUSED ]; }
# one PROGRAM RUN: it is killed; sets $doubles and $reports, 1 when all went well
one() {
	one_good=1
	fault() { [ "$2" -eq 0 ] || { one_good=0; echo "# $prog, run $run: $1"; }; }
	rm -f "$T/dump" "$T/accepted"
	# the sink opens its dump for each message: it makes a new one
	queue-ctl "$I/queue" release all >/dev/null 2>&1
	bg python3 "$top/tests/tools/push.py" "$port" "$COUNT" $OPEN "$T/accepted"
	push=$bg_pid
	refuse "$prog-$run"
	wait_for 20 some $((COUNT * (run * 7 % 10 + 1) / 13))
	# one that was killed again and again waits before it is started
	wait_for 60 running "$prog"
	pids=$(victims "$prog")
	[ -n "$pids" ]; fault "does not run" $?
	# shellcheck disable=SC2086
	kill -9 $pids 2>/dev/null
	wait $push; fault "not every message is accepted in the end" $?
	wait_for 60 queue_empty; fault "the queue does not empty" $?
	wait_for 20 all_reported "$prog-$run"; fault "refused mail is not all reported" $?
	grep -a '^X-Push:' "$T/dump" | tr -dc '0-9\n' | LC_ALL=C sort >"$T/all"
	LC_ALL=C sort -u "$T/all" >"$T/got"
	LC_ALL=C sort -u "$T/accepted" >"$T/want"
	lost=$(LC_ALL=C comm -23 "$T/want" "$T/got" | wc -l)
	[ "$lost" -eq 0 ]; fault "$lost accepted are lost" $?
	doubles=$(($(wc -l <"$T/all") - $(wc -l <"$T/got")))
	reports=$(($(reported "$prog-$run" | wc -l) - REFUSED))
	case $prog in
	remote-send | queue-inject | smtp-recv) most=$OPEN ;;
	*) most=0 ;;
	esac
	[ $doubles -le $most ]; fault "$doubles twice, at most $most" $?
}
for prog in $PROGS; do
	run=0 good=0 said='' said_reports=''
	while [ $run -lt "$RUNS" ]; do
		run=$((run + 1))
		one
		good=$((good + one_good)) said="$said $doubles" said_reports="$said_reports $reports"
	done
	[ $good -eq "$RUNS" ]
	ok "$prog killed: nothing is lost, and of $COUNT twice (at most $most):$said; reports twice:$said_reports" $?
done
out=$(audit); ok "log-audit: nothing lost, nothing unexplained" $?
printf '%s\n' "$out" | sed 's/^/# /' | tail -3
stop_instance
status "queue-check" 0 queue-check "$I/queue"
done_testing
