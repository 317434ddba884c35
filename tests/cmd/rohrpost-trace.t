#!/bin/sh
# rohrpost trace: connections of an instance, word for word
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
mkdir "$T/mx"
bg python3 "$top/tests/tools/fakemx.py" "$T/mx" 'rcpt~<later@=450 4.2.1 later'
wait_for 60 test -s "$T/mx/port"
for a in "" "x" "$T/x site:a" "$T/x name:a" "$T/x site:a 0" "$T/x site:a 101" "$T/x site:a x" "$T/x site:"; do
	# shellcheck disable=SC2086
	rohrpost trace $a >"$T/out" 2>"$T/err"; [ $? -ge 100 ]; ok "trace $a" $?
done
new_instance site --local home.test --user me --relay "127.0.0.1:$(cat "$T/mx/port")" || exit 1
start_instance; ok "an instance" $?
bg rohrpost trace "$I" ip:127.0.0.1 2 >"$T/told" 2>"$T/err"
wait_for 60 test -e "$I/trace/orders"; ok "it is ordered" $?
letter() { printf 'Subject: private\n\nsecret\n' | ROHRPOST_DIR=$I sendmail -i -f me@home.test "$1"; }
# a connection that stands is not told: the second needs one of its own
letter one@far.test; wait_for 60 grep -q closed "$T/told"; ok "a connection is told" $?
letter later@far.test
over() { ! kill -0 "$bg_pid" 2>/dev/null; }
wait_for 60 over; ok "it ends after two" $?
wait "$bg_pid"; is "well" "$?" 0
like "what is said" "$(cat "$T/told")" '^[0-9]+ +[0-9]+ ms > RCPT TO:<one@far.test>'
like "what is heard" "$(cat "$T/told")" '^[0-9]+ +[0-9]+ ms < 450 4\.2\.1 later'
like "the message" "$(cat "$T/told")" '> \(message [0-9a-z]{20}, [0-9]+ bytes\)'
is "and nothing in it" "$(grep -c 'secret\|private' "$T/told")" 0
is "two connections" "$(grep -c '^2.* connection ' "$T/told")" 2
rm -rf "$I/trace"
status "an older instance" 111 rohrpost trace "$I" site:a
like "is told" "$(cat "$T/err")" "$I/trace is missing"
stop_instance
done_testing
