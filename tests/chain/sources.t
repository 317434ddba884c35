#!/bin/sh
# From which source mail goes when a server speaks against one.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance site || exit 1

mkdir "$T/mx"
bg python3 "$top/tests/tools/fakemx.py" --listen 127.0.1.1 "$T/mx" 'greeting~127.0.0.2=554 5.7.1 your address is listed' \
	'greeting~127.0.0.7=450 4.7.1 not from there'
wait_for 10 test -s "$T/mx/port"
host="[127.0.1.1]:$(cat "$T/mx/port")"
echo "to:@listed.test host:$host pool:two" >"$I/conf/routes"
printf 'site:* conn=20\nsrc:127.0.0.4 rate=2/h burst=2\nsrc:127.0.0.5 rate=3/h burst=3\n' >"$I/conf/throttle"
echo "last-src:seven to:@rule.test host:$host pool:eight via:ruled" >>"$I/conf/routes"
echo "to:@rule.test host:$host pool:seven" >>"$I/conf/routes"
echo "to:@gone.test host:$host pool:gone" >>"$I/conf/routes"
echo "to:@warm.test host:$host pool:new" >>"$I/conf/routes"
printf 'new source=127.0.0.4 spill=old\nold source=127.0.0.5 weight=1\n' >"$I/conf/pools"
printf 'gone source=192.0.2.77 weight=1000000\ngone source=127.0.0.6\n' >>"$I/conf/pools"
printf 'default\ntwo source=127.0.0.2 weight=1000000\ntwo source=127.0.0.3\n' >>"$I/conf/pools"
printf 'seven source=127.0.0.7 name=seven\neight source=127.0.0.8\n' >>"$I/conf/pools"
printf 'intervals=1h lifetime=5d jitter=0%%\nclass:source intervals=1s\nclass:greeting intervals=1s\n' >"$I/conf/retry"
echo 'source=other retry=1s code:554 text: your address is listed' >"$I/conf/replies"
conf-build "$I/conf" || exit 1
start_instance; ok 'up' $?

mail() { printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$I sendmail -f a@here.test "$@"; }
events() { cat "$I"/log/*/current; }
sent() { events | grep -q "ev:sent.*to:$1"; }

mail x@listed.test
wait_for 20 sent x@listed.test; ok 'refused from one address, sent from another' $?
like 'what was asked for' "$(events | grep 'ev:deferred.*to:x@listed')" 'try:0.*avoid-src:127.0.0.2	reply-rule:replies:1'
is 'two connections, from two addresses' "$(sed -n 's/^[0-9]* from //p' "$T/mx/log" | tr '\n' ' ')" '127.0.0.2 127.0.0.3 '

# a rule takes it elsewhere, by the source of the attempt before
mail x@rule.test
wait_for 20 sent x@rule.test; ok 'refused from one source, sent by a rule for that' $?
like 'from where it was refused' "$(events | grep 'ev:deferred.*to:x@rule')" 'try:0.*from-src:seven'
like 'and from where it was sent' "$(events | grep 'ev:sent.*to:x@rule')" 'via:ruled.*from-src:127.0.0.8'

# it is said why
echo 'source=other retry=1h code:554 text: your address is listed' >"$I/conf/replies"
conf-build "$I/conf" || exit 1
deferred() { events | grep -q "ev:deferred.*to:$1"; }
mail y@listed.test
wait_for 20 deferred y@listed.test
wait_for 20 sh -c 'queue-why "$0" y@listed.test | grep -q "not source"' "$I/queue"
like 'queue-why says from where it goes next' "$(queue-why "$I/queue" y@listed.test)" 'pools:[0-9]: not source 127.0.0.2, for what was replied to it'

# an address that this machine does not have
mail x@gone.test
wait_for 20 sent x@gone.test; ok 'no address of this machine: from another one' $?
like 'why' "$(events | grep 'ev:deferred.*to:x@gone')" 'class:source	.*text:unable to bind 192.0.2.77: .*src:192.0.2.77'
like 'it is left out, and that is told' "$(events | grep ev:source)" 'src:192.0.2.77	bind:192.0.2.77	state:aside	text:its address could not be used to send'
is 'the site has nothing to do with it' "$(events | grep 'ev:throttled' | grep -c 127.0.1.1.*closed)" 0
mail y@gone.test
wait_for 20 sent y@gone.test
is 'the next one is not tried in vain' "$(events | grep -c 'ev:deferred.*to:y@gone')" 0

# a new address takes what it may, one that is warm the rest
: >"$T/mx/log"
for i in 1 2 3 4 5; do mail w$i@warm.test; done
warm() { [ "$(events | grep -c 'ev:sent.*@warm.test')" -ge "$1" ]; }
wait_for 20 warm 5; ok 'all are sent at once' $?
is 'two of them from the new address' "$(events | grep 'ev:sent.*@warm.test' | grep -c 'via:new')" 2
mail v@warm.test
waits() { queue-why "$I/queue" warm.test | grep -q 'no source has more to give'; }
wait_for 20 waits; ok 'then they wait for who has something first' $?
like 'for the one that has it first' "$(queue-why "$I/queue" warm.test)" 'pools:.*no source has more to give, the first that will is pool old, source 127.0.0.5'
stop_instance
done_testing
