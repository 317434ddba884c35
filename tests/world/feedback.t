#!/bin/sh
# What becomes of mail, through the whole system: of messages to servers some come
# back later, as bounces, complaints and wishes to be unsubscribed; each event is
# at a webhook within two seconds of its cause, the next message to who wants none
# is refused, and the log proves it.
# COMEBACK_N messages, by default 2,000
. "$(dirname "$0")/../lib.sh"
. "$top/tests/instance.sh"
tools=$top/tests/tools W=$top/tests/world
n=${COMEBACK_N:-2000}
command -v svlogd >/dev/null || { echo "1..0 # SKIP svlogd is missing"; exit 0; }
back=bounce:20/2,complain:8/1,unsubscribe:8,one-click:8,autoreply:6
cat >"$T/receivers" <<R
one   starttls=no rcpt=no-*:550_5.1.1_nobody_of_that_name back=$back
two   starttls=no rcpt=no-*:550_5.1.1_nobody_of_that_name back=$back
good  starttls=no
R
unsub=127.0.0.1:$(free_port)
echo 'a-secret-of-more-than-24-bytes' >"$T/secret"
chmod 600 "$T/secret"
echo '{"kind": "webhook", "secrets": ["a-secret-of-more-than-24-bytes"], "clock": true}' >"$T/conf"
sink() { rm -f "$T/hook"; bg python3 "$tools/shipsink.py" "$T/hook" "$T/conf" "$T/heard" "$@"; sink_pid=$bg_pid; wait_for 20 test -s "$T/hook"; }
sink
hook=$(cat "$T/hook")
new_instance site --local example.org --user ann --feedback back.example.org --suppress --unsub "$unsub" \
	--ship "hook webhook http://127.0.0.1:$hook/events secret-file=$T/secret retry=1..2" || exit 1
bg python3 "$W/receiver.py" --listen 127.0.0.1 --port 0 --ports "$T/ports" --home "127.0.0.1:$port" --unsub "$unsub" \
	"$T/receivers" "$T/world"
wait_for 20 test -s "$T/ports"
sed 's/^\([a-z]*\) \([0-9.]*\) \([0-9]*\)/to:@\1.example host:[\2]:\3/' "$T/ports" >"$I/conf/routes"
cat >"$I/conf/fix" <<'X'
from:@example.org set-tenant:acme set-tag:stream=news return-path:back.example.org verp
from:@example.org list-unsubscribe:https://news.example.org/u/ mailto:leave@back.example.org one-click
X
cat >"$I/conf/feedback" <<'X'
unsubscribe leave@back.example.org tenant=acme stream=news
domain back.example.org tenant=acme stream=news
X
# who hands in is somebody else than who brings back
printf '127.0.0.2:allow,RELAYCLIENT=""\n:allow\n' >"$I/conf/relay"
sed -i 's/unsub-http -x/unsub-http -x -r 0 -t acme -s news/' "$I/service/unsub/run"
conf-build "$I/conf" || exit 1
start_instance; ok "instance is up" $?
# come WHAT [N M]
come() { come_what=$1; shift; [ $# -gt 0 ] || set -- "$n"; python3 -B "$W/came.py" "$come_what" "$T" "$I" "$port" "$@"; }
come mail; ok "$n messages are handed in" $?
all_back() { come back >"$T/out"; }
wait_for 120 all_back; ok "all that comes back has come: $(cat "$T/out")" $?
wait_for 60 queue_empty; ok "the queue is empty" $?
shipped() { log-ship -c -C "$I/conf" -S "$I/ship" "$I/log" >"$T/shipped"; }
wait_for 30 shipped; ok "all is shipped" $?
come check; ok "every event is there once, and in time" $?
come again; ok "the next message goes to whom it may" $?
wait_for 60 queue_empty; ok "the queue is empty" $?
come refused; ok "and to nobody else" $?
is "nobody gets reports of it: the events say it" "$(find "$I/mail" -type f -path '*/new/*' | wc -l | tr -d ' ') $(cat "$I"/log/*/current | grep -c 'ev:.*	to:b-')" "0 0"
is "nor is the return path of anybody on a list" "$(suppress export "$I/suppress" | grep -c 'to:b-')" 0
status "log-audit" 0 log-audit "$I/queue" "$I"/log/*/
counted() { cat "$T"/world/* | grep -c "$1"; }
like "its numbers are the world's" "$(tr '\t' ' ' <"$T/out")" \
	"queued:0 sent:$(counted what:msg) bounced:$(counted 'what:rcpt.*reply:550') expired:0 deleted:0 lost:0 double:0 "
status "log-audit -s" 0 log-audit -s "$I/ship" "$I/log"
[ "$tap_bad" = 0 ] || sed 's/^/# /' "$T/out" "$T/err"

# half as many more, while the webhook is away, and who reads or ships dies
more=$((n + n / 2))
bg python3 -B "$W/came.py" mail "$T" "$I" "$port" "$more" "$n" >"$T/more.out" 2>&1
mail_pid=$bg_pid
arrived() { cat "$T"/world/* | grep -c 'what:msg'; }
before=$(arrived) died=0
for i in 1 2 3 4 5 6; do
	moved() { [ $((($(arrived) - before) * 8)) -gt $((i * n / 2)) ]; }
	wait_for 60 moved
	case $i in
	2) kill -9 "$sink_pid" ;;
	4) sink "$hook" ;;
	esac
	# each as soon as there is one
	wait_for 20 pkill -9 -f "^log-ship .*$I/log" && wait_for 20 pkill -9 -f "^feedback .*$I/feedback" && died=$((died + 1))
done
is "each dies six times" "$died" 6
wait "$mail_pid"; ok "more messages, while things die" $?
sed 's/^/# /' "$T/more.out"
more_back() { come back "$more" >"$T/out"; }
wait_for 120 more_back; ok "all that comes back has come: $(cat "$T/out")" $?
wait_for 60 queue_empty; ok "the queue is empty" $?
wait_for 60 shipped; ok "all is shipped" $?
come heard "$more"; ok "nothing is lost" $?
listed() { come listed "$more" >"$T/out"; }
wait_for 30 listed; ok "nobody gets more mail who wants none: $(cat "$T/out")" $?
status "log-audit" 0 log-audit "$I/queue" "$I"/log/*/
sed 's/^/# /' "$T/out" "$T/err"
status "log-audit -s" 0 log-audit -s "$I/ship" "$I/log"
[ "$tap_bad" = 0 ] || sed 's/^/# /' "$T/out" "$T/err"
is "of the webhook nothing is wrong" "$(grep -c BAD "$T/heard")" 0
stop_instance
done_testing
