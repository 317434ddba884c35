#!/bin/sh
# A log from which somebody has taken a line, doubled one or cut one; and what
# a death of each program leaves, which is none of that.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
MAILS=4
new_instance site --local example.org || exit 1
start_instance; ok "instance is up" $?

# mail N: so many messages
mail() {
	python3 - "$port" "$1" <<'X'
import smtplib, sys
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=20)
for n in range(int(sys.argv[2])):
    s.sendmail("you@example.org", ["you@example.org"], "Subject: %d\n\nx\n" % n)
X
}
ends() { cat "$I"/log/deliver-final/[@c][4u]* | grep -c '	ev:sent	'; }
ended() { [ "$(ends)" -ge "$1" ]; }
# copy: the log, to be changed
copy() { rm -rf "$T/log"; cp -R "$I/log" "$T/log"; }
audit_copy() { log-audit "$I/queue" "$T"/log/*/ >"$T/out" 2>"$T/err"; }
number() { grep -n "$1" "$2" | cut -d: -f1 | sed -n "${3:-1}p"; }

# --- while it works
mail $MAILS; ok "mail is taken" $?
wait_for 20 ended $MAILS; ok "and logged" $?
wait_for 10 queue_empty
status "all is there" 0 log-audit "$I/queue" "$I"/log/*/
copy
current=$T/log/deliver-final/current
sed -i "$(number ev:sent "$current" 2)d" "$current"
audit_copy; is "an end is missing in the middle" $? 1
copy
sed -i "$(number ev:sent "$current" $MAILS)d" "$current"
audit_copy; is "the last one is missing" $? 1
like "and it is said" "$(cat "$T/out")" '^audit:(unlogged|lost)	'

# --- stopped in order: each line of it
stop_instance
status "stopped" 0 log-audit "$I/queue" "$I"/log/*/
wrong=
lines=0
for f in smtp-final deliver-final; do
	n=0
	while read -r line; do
		n=$((n + 1)) lines=$((lines + 1))
		want=0
		case $line in *"	ev:accepted	"* | *"	ev:sent	"*) want=1 ;; esac
		copy; sed -i "${n}d" "$T/log/$f/current"
		audit_copy; got=$?
		[ $got = $want ] || wrong="$wrong without:$f:$n:$got"
		copy; sed -i "${n}p" "$T/log/$f/current"
		audit_copy; got=$?
		[ $got = $want ] || wrong="$wrong twice:$f:$n:$got"
		copy; sed -i "${n}s/.*/\x00\x00\x00/" "$T/log/$f/current"
		audit_copy; got=$?
		[ $got = 1 ] || wrong="$wrong zeros:$f:$n:$got"
	done <"$I/log/$f/current"
	copy; truncate -s -20 "$T/log/$f/current"
	audit_copy; got=$?
	[ $got = 1 ] || wrong="$wrong half:$f:$got"
done
[ $lines -ge $((2 * MAILS)) ]; ok "lines of a log, $lines" $?
is "without a line, with one twice, with zeros for one, with half of the last" "$wrong" ""

# --- deaths
start_instance; ok "instance is up again" $?
sent=$(ends)
# whose NAME: a process of this instance
whose() {
	pgrep -f "^([^ ]*/)?$1( |\$)" | while read -r p; do
		{ tr '\0' '\n' <"/proc/$p/cmdline"; } 2>/dev/null | grep -q "^$I/" && echo "$p"
	done
}
for prog in svlogd queue-run queue-inject smtp-recv; do
	mail 30 2>/dev/null &
	pusher=$!
	sleep 0.2
	pids=$(whose $prog)
	[ -n "$pids" ]; ok "$prog works" $?
	# shellcheck disable=SC2086
	kill -9 $pids 2>/dev/null
	wait $pusher
	wait_for 20 rohrpost ping "$I"
	wait_for 20 queue_empty
	explained() { log-audit -v "$I/queue" "$I"/log/*/; }
	wait_for 10 explained # what was logged last, too
	explained >"$T/out" 2>"$T/err"; got=$?
	[ $got = 0 ] || sed 's/^/# /' "$T/out" "$T/err" | head -20
	is "$prog killed: everything is explained" $got 0
done
ended $((sent + 30)); ok "mail went on" $?
stop_instance
status "stopped in the end" 0 log-audit "$I/queue" "$I"/log/*/
done_testing
