#!/bin/sh
# Where a server cannot be reached: mail goes to another one until it can, or
# waits without being tried.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance site || exit 1

mkdir "$T/relay" "$T/mx"
bg python3 "$top/tests/tools/fakemx.py" --listen 127.0.1.2 "$T/relay"
wait_for 10 test -s "$T/relay/port"
dead=$(free_port)
cat >"$I/conf/routes" <<X
to:@relay.test host:[127.0.1.1]:$dead breaker:2/3s fallback:[127.0.1.2]:$(cat "$T/relay/port")
to:@wait.test host:[127.0.1.3]:$dead breaker:1/1h
X
echo 'intervals=1s lifetime=5d jitter=0%' >"$I/conf/retry"
echo 'site:* conn=20 backoff=none' >"$I/conf/throttle"
conf-build "$I/conf" || exit 1
# a host that has failed is not remembered by who sends
sed -i 's/remote-send/remote-send -d 0/' "$I/service/deliver/run"
start_instance; ok 'up' $?

mail() { printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$I sendmail -f a@here.test "$@"; }
events() { cat "$I"/log/*/current; }
sent() { events | grep -q "ev:sent.*to:$1"; }
is_event() { events | grep -q "ev:$1"; }

mail a@relay.test
wait_for 30 sent a@relay.test; ok 'two attempts in vain, then to the fallback' $?
like 'it has gone there' "$(events | grep 'ev:sent.*to:a@relay')" 'host:127.0.1.2'
is 'tried so often before' "$(events | grep -c 'ev:deferred.*to:a@relay')" 2
like 'that is told' "$(events | grep ev:breaker | head -1)" "site:127.0.1.1:$dead	state:open	line:1	failures:2	for:3	text:.*refused"

# the server is there: a probe finds it, and the mail goes there again
bg python3 "$top/tests/tools/fakemx.py" --listen 127.0.1.1 --port "$dead" "$T/mx"
wait_for 10 test -s "$T/mx/port"
direct() { mail "b$(date +%s%N)@relay.test"; is_event 'sent.*host:127.0.1.1	'; }
wait_for 30 direct; ok 'a probe reaches it again' $?
wait_for 10 is_event 'breaker.*state:closed'; ok 'that is told, too' $?
mail c@relay.test
wait_for 30 sent c@relay.test
like 'mail goes there again' "$(events | grep 'ev:sent.*to:c@relay')" 'host:127.0.1.1	'

# without a fallback it waits, and is not tried
mail a@wait.test
wait_for 30 is_event 'breaker.*site:127.0.1.3.*state:open'
mail b@wait.test
waits() { queue-why "$I/queue" b@wait.test | grep -q 'could not be reached 1 times in a row'; }
wait_for 20 waits; ok 'queue-why says what it waits for' $?
is 'no attempt was made' "$(events | grep -c 'ev:deferred.*to:b@wait')" 0
stop_instance
done_testing
