#!/bin/sh
# throttle-share and Debian's Redis: machines that share limits, each a throttle
# with a throttle-share of its own, and throttle-check over the ledgers of all.
. "$(dirname "$0")/../lib.sh"
. "$top/tests/peers/sharing.sh"
peer redis-server command -v redis-server || { done_testing; exit 1; }
cd "$T" || exit 1

redis; ok "Redis is up" $?
# a burst that bears a moment in which a loaded machine runs something else
table 'site:* rate=100/s burst=60 shared' 'site:* conn=none backoff=none'
machines 3
serving 3; ok "three machines" $?

# one alone has the whole
heads 1 8
over "one machine"
[ "$(used)" -ge 97 ]; ok "one machine has the whole: $(used) %" $?

# three share it
calls=$(evals)
heads 3 16
over "three machines"
[ "$(used)" -ge 97 ]; ok "three use all of it: $(used) %" $?
fair 0.6; ok "each its part: $(sent)" $?
calls=$((($(evals) - calls) * 1000 / $(granted)))
echo "# $calls calls of Redis for 1000 grants"
[ "$calls" -lt 300 ]; ok "few calls of Redis" $?

# one part that goes around
table 'site:* rate=4/s burst=1 shared' 'site:* conn=none backoff=none'
heads 3 26
over "a burst of one"
echo "# which goes around: $(used) % used"
fair 0.2; ok "and all have it: $(sent)" $?

# recipients: transactions no larger than the part
table 'site:* rcpt-rate=300/s burst=60 shared' 'site:* conn=none backoff=none'
heads 3 8
over "recipients"

# connections
table 'site:* conn=7 shared' 'site:* backoff=none'
heads 3 8
over "connections"
is "all of them are used" "$(sed -n 's/.*limit:conn=7.*most:\([0-9]*\).*/\1/p' found)" 7

# who dies
table 'site:* rate=100/s burst=4 shared' 'site:* conn=none backoff=none'
begin 3 18
granting 200
kill -9 "$(cat throttle1)"
granting 400
set -- $shares
kill -9 "$1"
rm -f s1
again 1
granting 600
finish
over "a throttle and a throttle-share that are killed"

# Redis stops, for longer than a lease
begin 3 24
granting 200
kill -STOP "$redis_pid"
wait_for 20 alone; ok "each goes on with its part" $?
grants=$(granted_now)
granting $((grants + 150))
kill -CONT "$redis_pid"
wait_for 20 back; ok "Redis is back" $?
granting $((grants + 450))
finish
over "Redis that has stopped"

# and is killed: what it knew is gone
begin 3 24
granting 200
kill -9 "$redis_pid"; wait "$redis_pid" 2>/dev/null
wait_for 20 alone
granting $(($(granted_now) + 100))
redis
wait_for 20 back
granting $(($(granted_now) + 100))
# at once, with the data that it had
redis-cli -s r config set save '' >/dev/null
redis-cli -s r save >/dev/null
granting $(($(granted_now) + 50))
kill -9 "$redis_pid"; wait "$redis_pid" 2>/dev/null
redis
wait_for 20 back
finish
over "Redis that is killed, and comes back empty or with old data"

# a cap: all of it and no more, whoever dies; within the hour, if it does not turn
none='site:* conn=none backoff=none'
books=cap
redis-cli -s r config set save '' >/dev/null
hour=$(date +%H)
turned() { [ "$(date +%H)" != "$hour" ]; }
least() { if [ "$(granted)" -ge "$1" ] || turned; then echo 1; else echo 0; fi; }
table 'site:* rate=100/s burst=60 cap=500/hour@UTC shared' "$none"
begin 3 16
granting 100
kill -9 "$(cat throttle1)"
granting 200
kill -9 "$(cat throttle2)"
finish
over "a cap, and throttles that are killed"
is "of it is lost what the dead had ahead: $(granted)" "$(least 420)" 1

# who ends gives back what he has not used
table 'site:* rate=5/s burst=1 cap=1000/hour@Asia/Tokyo shared' "$none"
heads 1 5
given_back() {
	for k in $(redis-cli -s r keys '*cap/hour*Tokyo*' | sed 's/ /?/g'); do redis-cli -s r hvals "$(redis-cli -s r keys "$k")"; done |
		awk 'NF == 4 { n += $1 + $2 } END { print n }'
}
wait_for 20 eval '[ "$(given_back)" = "$(granted)" ]'; ok "what is not used is back: $(given_back) of $(granted)" $?

# Redis that forgets: all tell what they have had
table 'site:* rate=100/s burst=60 rcpt-cap=500/hour@UTC shared' "$none"
begin 3 24
granting 100
kill -9 "$redis_pid"; wait "$redis_pid" 2>/dev/null
wait_for 20 alone
kill -9 "$(cat throttle3)"
redis
wait_for 20 back
granting 400; ok "it goes on, when all have told" $?
redis-cli -s r flushall >/dev/null
finish
over "a cap, and Redis that comes back empty, twice"
is "all of it goes" "$(least 500)" 1

# one of them does not come any more: what he had is not known
table 'site:* rate=100/s burst=60 cap=400/hour@Europe/Berlin shared' "$none"
begin 2 12
granting 100
redis-cli -s r flushall >/dev/null
finish
over "a cap, where nobody knows what one machine has had"
[ "$(granted)" -lt 400 ] || turned; ok "what may be his does not go: $(granted)" $?
done_testing
