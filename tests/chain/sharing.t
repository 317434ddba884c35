#!/bin/sh
# rohrpost init --share where there is no Redis: status says so, mail goes within
# the part of one machine, and queue-why names it.  tests/peers/share.t has a
# Redis.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
sink=$(free_port)
bg python3 "$top/tests/tools/mailsink.py" "$sink" "$T/sunk"
new_instance site --local site.example --relay "127.0.0.1:$sink" --share "unix:$T/nobody" --machines 4 || exit 1
like "where the word goes is told" "$(cat "$T/init.out")" "^say which limits are shared by the word shared in $I/conf/throttle"
echo 'site:* rate=40/s burst=4 shared' >"$I/conf/throttle"
conf-build "$I/conf" throttle 2>"$T/err"
start_instance; ok "it is up without Redis" $?
send() { printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$I sendmail -f someone@site.example "$1@example.org"; }
said() { rohrpost status "$I" >"$T/out"; grep -q "$1" "$T/out"; }
wait_for 30 said 'with nobody'; ok "status says it" $?
status "and ends as where something is wrong" 1 rohrpost status "$I"
like "since when, why, and what holds" "$(cat "$T/out")" '^  share: Redis is gone since 20[0-9-]*T[0-9:]*Z \(No such file or directory\): limits are shared with nobody now, and each machine has one part of 4$'
is "nothing else" "$(sed -n '/^wrong/,$p' "$T/out" | grep -c '^  [a-z]')" 1
status "ping does not mind" 0 rohrpost ping "$I"
for i in 1 2 3; do send "u$i"; done
sunk() { [ "$(grep -c '^Subject: x' "$T/sunk")" = "$1" ]; }
wait_for 60 sunk 3; ok "mail goes" $?

# one that waits for its part: those before the table is in force may go
echo 'site:* rate=1/h burst=1 shared' >"$I/conf/throttle"
conf-build "$I/conf" throttle 2>"$T/err"
why() { queue-why "$I/queue" w@example.org >"$T/why" 2>&1; grep -q "$1" "$T/why"; }
waits() { send w; why 'rate=1/h burst=1: shared, 1 of 4 parts'; }
wait_for 60 waits; ok "what waits for its part" $?
like "hears what is here" "$(cat "$T/why")" 'limit: throttle:1: site:127.0.0.1:[0-9]* rate=1/h burst=1: shared, 1 of 4 parts are here while Redis is gone, 0 of 1 left, this one is 1; lets it go in'

# nobody answers for Redis
SVDIR=$I/service sv -w 20 down share >/dev/null; ok "who asks Redis is stopped" $?
wait_for 20 why 'shared, no part of it is here now'; ok "then no part is here" $?
status "status" 1 rohrpost status "$I"
like "says that it is stopped" "$(cat "$T/out")" '^  share: is stopped'
like "and that nobody serves its socket" "$(cat "$T/out")" "^  deliver: its socket $I/sock/share/sock is gone"
SVDIR=$I/service sv -w 20 up share >/dev/null
stop_instance; ok "it comes down" $?
done_testing
