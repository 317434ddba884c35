#!/bin/sh
# Mail from outside goes on to another site under a return path of ours, by an
# alias of one and of several and by a user's own file; its bounce comes back to
# who sent it, and one that nobody sent is refused.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
mkdir "$T/mx"
bg python3 "$top/tests/tools/fakemx.py" "$T/mx"
wait_for 10 test -s "$T/mx/port"; ok "a server to send to" $?
new_instance site --local example.org --srs srs.example.org --user joe --user dave || exit 1
to="host:[127.0.0.1]:$(cat "$T/mx/port")"
printf 'to:@far.example %s\nto:@net.example %s\nto:@gate.example %s\n' "$to" "$to" "$to" >"$I/conf/routes"
printf 'one@example.org: ann@far.example\ntwo@example.org: bob@far.example, joe@example.org\n' >>"$I/conf/aliases"
printf 'keep\ncarl@far.example\n' >"$I/mail/dave/forward"
# nobody here is one of our own people
echo ':allow' >"$I/conf/relay"
conf-build "$I/conf"; ok "conf-build" $?
start_instance; ok "instance is up" $?

send() { swaks --silent 2 --server "127.0.0.1:$port" "$@"; }
# from: the senders under which a recipient was sent to
from() {
	awk -v to="$1" '/ > MAIL FROM:/ { split($0, a, /[<>]/); from[$1] = a[3] } index($0, " > RCPT TO:<" to ">") { print "<" from[$1] ">" }' "$T/mx/log"
}
arrived() { [ -n "$(from "$1")" ]; }
for i in one two dave; do
	status "mail for $i" 0 send --from sender@net.example --to "$i@example.org" --body "to $i"
done
for i in ann bob carl; do
	wait_for 20 arrived "$i@far.example"; ok "$i has it" $?
	like "from a path of ours" "$(from "$i@far.example")" '^<SRS0=[a-z2-7]{6}=[a-z2-7]{2}=net\.example=sender@srs\.example\.org>$'
done
path=$(from ann@far.example | tr -d "<>")
wait_for 20 at_least 1 "$I/mail/joe"; ok "who is here has a copy" $?
like "from the sender" "$(cat "$I"/mail/joe/new/*)" '^Return-Path: <sender@net.example>$'
wait_for 20 at_least 1 "$I/mail/dave"; ok "so has who keeps one" $?

# and back
status "a bounce" 0 send --from '<>' --to "$path" --body 'your mail was bounced'
wait_for 20 arrived sender@net.example; ok "has come to the sender" $?
is "from nobody" "$(from sender@net.example)" "<>"
status "forged" 24 send --from '<>' --to "SRS0=aaaaaa=aa=net.example=sender@srs.example.org"
like "is refused before a message comes" "$(cat "$T/out" "$T/err")" '550 5.1.1'
status "nobody else has an address there" 24 send --from '<>' --to joe@srs.example.org
log() { cat "$I"/log/*/current; }
like "the log has who sent it" "$(log)" 'ev:sent.*from:sender@net\.example.*to:one@example\.org'
wait_for 10 queue_empty; ok "the queue is empty" $?
stop_instance
status "nothing is lost" 0 audit
done_testing
