#!/bin/sh
# A rule asks for a field of the header: it holds for what comes in by SMTP, from
# sendmail and as a forwarded copy, and not for what was queued before it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
mkdir "$T/mx"
bg python3 "$top/tests/tools/fakemx.py" "$T/mx"
wait_for 10 test -s "$T/mx/port"; ok "a server to send to" $?
new_instance site --local example.org --user joe --hold || exit 1
echo 'list@example.org: joe@example.org, ann@far.example' >>"$I/conf/aliases"
echo 'to:@far.example defer:"no list"' >"$I/conf/routes"
conf-build "$I/conf" 2>/dev/null; ok "conf-build" $?
start_instance; ok "instance is up" $?
out() { ROHRPOST_DIR=$I sendmail -f bob@example.org "$@"; }
printf 'List-Id: <x>\n\nbefore\n' | out before@far.example; ok "a message before the rule" $?
printf 'header:List-Id to:@far.example host:[127.0.0.1]:%s\nto:@far.example reject:"no list"\n' "$(cat "$T/mx/port")" >"$I/conf/routes"
conf-build "$I/conf" routes 2>/dev/null; ok "the rule" $?
# a table is in force within a second; what comes then is noted
noted() {
	printf 'List-Id: <x>\n\nprobe\n' | out probe@far.example
	grep -rqs '^tag header=list-id' "$I/queue/mess"
}
wait_for 20 noted; ok "is in force where mail comes in" $?
# each way in looks at the table by itself
noted_smtp() {
	swaks --silent 2 --server "127.0.0.1:$port" --from bob@example.org --to first@far.example --add-header 'List-Id: <x>' --body first
	grep -rls "^to .* first@far.example" "$I/queue/mess" | xargs -r grep -qs "^tag header=list-id"
}
wait_for 20 noted_smtp; ok "and by SMTP" $?
swaks --silent 2 --server "127.0.0.1:$port" --from bob@example.org --to smtp@far.example --add-header 'LIST-ID: <x>' --body smtp; ok "by SMTP" $?
printf 'List-Id: <x>\n\ncopy\n' | out list@example.org; ok "to an alias for several" $?
printf 'Subject: List-Id: x\n\nList-Id: <x>\n' | out without@far.example; ok "one without" $?
rm -f "$I/queue/held"
queue-ctl "$I/queue" release all >/dev/null
arrived() { grep -qs " > RCPT TO:<$1>" "$T/mx/log"; }
for i in probe smtp ann; do wait_for 30 arrived "$i@far.example"; ok "$i@far.example: the rule holds" $?; done
bounced() { cat "$I"/log/*/current | grep -q "ev:bounced.*to:$1@far.example.*no list"; }
for i in before without; do wait_for 30 bounced "$i"; ok "$i@far.example: it does not" $?; done
is "nor has he got it" "$(grep -c 'RCPT TO:<\(before\|without\)@' "$T/mx/log")" 0
wait_for 20 queue_empty; ok "the queue is empty" $?
stop_instance
status "nothing is lost" 0 audit
done_testing
