#!/bin/sh
# rohrpost init --share beside Debian's Redis, which wants a user and a password
# and is reached by TCP: status before it is killed, after it, and when it is
# there again.
. "$(dirname "$0")/../lib.sh"
. "$top/tests/instance.sh"
peer redis-server command -v redis-server || { done_testing; exit 1; }
cd "$T" || exit 1
redis_port=$(free_port)
redis() {
	cat >redis.conf <<Y
port $redis_port
bind 127.0.0.1
unixsocket $T/r
dir $T
save ""
logfile $T/redis.log
user mailer on >$1 ~rohrpost:* +@all
Y
	bg redis-server "$T/redis.conf"
	redis_pid=$bg_pid
	wait_for 20 serves
}
serves() { redis-cli -s "$T/r" PING 2>/dev/null | grep -q PONG; }
redis hush; ok "Redis is up" $?

sink=$(free_port)
bg python3 "$top/tests/tools/mailsink.py" "$sink" "$T/sunk"
echo 'mailer hush' >login
new_instance site --local site.example --relay "127.0.0.1:$sink" --share "127.0.0.1:$redis_port/3" --machines 2 --share-login "$T/login" || exit 1
echo 'site:* rate=50/s burst=10 shared' >"$I/conf/throttle"
conf-build "$I/conf" throttle 2>err
start_instance; ok "the instance is up" $?
send() { printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$I sendmail -f someone@site.example "$1@example.org"; }
sunk() { [ "$(grep -c '^Subject: x' "$T/sunk")" = "$1" ]; }
well() { rohrpost status "$I" >out && tail -n 1 out | grep -q '^nothing is wrong'; }
wrong() { ! rohrpost status "$I" >out && grep -q "^  share: Redis is gone since 20[^ ]*Z ($1): $2\$" out; }
alone='limits are shared with nobody now, and each machine has one part of 2'
wait_for 30 well; ok "status: nothing is wrong" $?
send a
wait_for 30 sunk 1; ok "mail goes" $?
is "by a part that comes from there" "$(redis-cli -s r -n 3 --scan | sed 's/127.0.0.1:[0-9]*/SITE/' | sort | tr '\n' ' ')" \
	"rohrpost:1:all rohrpost:1:rate:site:SITE:rate=50/s burst=10 "
is "the password is nobody else's" "$(stat -c %a "$I/share" "$I/share/login" | tr '\n' ' ')" "700 600 "
is "and in no command line" "$(ps -eo args | grep "$I" | grep -c hush)" 0

kill -9 "$redis_pid"; wait "$redis_pid" 2>/dev/null
wait_for 30 wrong '.*' "$alone"; ok "killed: status says so" $?
status "ping does not mind" 0 rohrpost ping "$I"
send b
wait_for 30 sunk 2; ok "mail goes" $?

redis hush
wait_for 30 well; ok "there again: nothing is wrong" $?

# another password there, and then here
kill "$redis_pid"; wait "$redis_pid" 2>/dev/null
redis other
wait_for 30 wrong '.*WRONGPASS.*' "$alone"; ok "a password that is another by now" $?
echo 'mailer other' >login
status "upgrade" 0 rohrpost upgrade "$I" --share-login "$T/login"
is "brings it" "$(cat out)" "share/login: as it was given
what has changed holds from: rohrpost restart $I share"
status "which is done" 0 rohrpost restart "$I" share
wait_for 30 well; ok "nothing is wrong" $?

# a third machine
status "one machine more" 0 rohrpost upgrade "$I" --machines 3
like "is told" "$(cat out)" '^service/share/run: renewed'
like "and is in force with a restart" "$(cat out)" "rohrpost restart $I share\$"
rohrpost restart "$I" share 2>err
kill -9 "$redis_pid"; wait "$redis_pid" 2>/dev/null
wait_for 30 wrong '.*' "${alone%2}3"; ok "then each has a third" $?
stop_instance; ok "it comes down" $?
done_testing
