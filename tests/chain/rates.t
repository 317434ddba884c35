#!/bin/sh
# Rates in an instance: each for itself, over restarts and kills, and no
# longer than their rule stands there.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
mkdir "$T/mx"
bg python3 "$top/tests/tools/fakemx.py" --hash "$T/mx"
wait_for 10 test -s "$T/mx/port"
new_instance site --local here.test --relay "[127.0.0.1]:$(cat "$T/mx/port")" || exit 1
limits() { printf '%s\n' "$@" >"$I/conf/throttle"; conf-build "$I/conf"; }
mail() {
	printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$I sendmail -f a@here.test "$1"
}
# mails FROM TO DOMAIN
mails() { for n in $(seq "$1" "$2"); do mail "m$n@$3"; done; }
# arrived DOMAIN: so many messages were stored by the server
arrived() { grep -c "ok RCPT TO:<.*@$1>" "$T/mx/log"; }
all_there() { [ "$(arrived "$1")" -ge "$2" ]; }
limits 'domain:two.test rate=10/s rate=100/h burst=100' \
    'domain:cap.test rate=100/h burst=10' \
    'domain:gone.test rate=1/h' '* conn=50'
start_instance; ok 'up' $?

mails 1 25 two.test
wait_for 15 all_there two.test 25; ok 'two rates: the burst of one goes at the pace of the other' $?

mails 1 15 cap.test
wait_for 10 all_there cap.test 10; ok 'a cap: the burst' $?
# throttle_pid: of this instance
throttle_pid() { pgrep -f "^throttle -s $I/status/throttle"; }
old=$(throttle_pid)
kill -9 "$old"
renewed() { new=$(throttle_pid) && [ -n "$new" ] && [ "$new" != "$old" ]; }
wait_for 20 renewed; ok 'killed, and there again' $?
mails 16 20 cap.test
mail m1@free.test
wait_for 20 all_there free.test 1; ok 'mail goes' $?
is 'but no more of it than the cap lets' "$(arrived cap.test)" 10
stop_instance
start_instance; ok 'down and up' $?
mail m2@free.test
wait_for 20 all_there free.test 2
is 'no more still' "$(arrived cap.test)" 10

mails 1 12 gone.test
wait_for 10 all_there gone.test 1
mail m3@free.test
wait_for 10 all_there free.test 3
is 'one an hour: one' "$(arrived gone.test)" 1
limits 'domain:cap.test rate=100/h burst=10' '* conn=50'
wait_for 5 all_there gone.test 12; ok 'the rule is removed: all go at once' $?
is 'the one that stays holds' "$(arrived cap.test)" 10
limits 'domain:cap.test rate=1000/h burst=100' '* conn=50'
wait_for 5 all_there cap.test 20; ok 'made wider: the rest goes' $?
wait_for 5 queue_empty; ok 'nothing is left' $?
stop_instance
done_testing
