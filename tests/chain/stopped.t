#!/bin/sh
# A link that a signal has stopped, wherever it is in the chains: `ping` is
# not 0, and names it.  Mail that is accepted would stay where it is.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance site --auth --sign example.org || exit 1
start_instance; ok "up" $?
# helpers come with the first mail
printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$I sendmail you@localhost
wait_for 10 at_least 1 "$I/mail/you"; ok "mail arrives" $?
wait_for 10 rohrpost ping "$I"; ok "ping" $?
for p in smtp-recv mail-auth mail-fix dkim-sign key-sign queue-run route dispatch throttle remote-send \
	local-deliver queue-clean bounce queue-inject drop-take svlogd; do
	# the process itself, and not who has it on his command line
	pid=$(pgrep -f "^([^ ]*/)?$p( .*)?$I" | head -1)
	[ -n "$pid" ] || {
		ok "$p runs" 1
		continue
	}
	kill -STOP "$pid"
	status "$p stopped: ping" 111 timeout 30 rohrpost ping "$I"
	like "$p: is named" "$(cat "$T/err")" "^rohrpost: fatal: $I takes no mail: [a-z]*: process $pid \($p\) was stopped by a signal: kill -CONT $pid\$"
	kill -CONT "$pid"
done
wait_for 10 rohrpost ping "$I"; ok "ping is 0 again" $?
pid=$(pgrep -f "^([^ ]*/)?throttle .*$I" | head -1)
kill -STOP "$pid"
status "status of a stopped link" 1 timeout 60 rohrpost status "$I"
like "names it" "$(cat "$T/out")" "^  deliver: process $pid \(throttle\) was stopped by a signal: kill -CONT $pid\$"
is "once" "$(grep -c 'was stopped' "$T/out")" 1
kill -CONT "$pid"
status "status" 0 timeout 60 rohrpost status "$I"
stop_instance
done_testing
