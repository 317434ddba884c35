#!/bin/sh
# What one recipient, message, pool, rule or host meets is nobody else's
# affair: who waits beside them goes at once, and where a site is closed the
# probes are shared.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance site --local here.test || exit 1

# mx NAME RULE...: a server at an address of its own, which makes it a site;
# $host is what a route calls it
mx_n=0
mx() {
	mkdir "$T/$1"
	mx_name=$1; shift
	mx_n=$((mx_n + 1))
	bg python3 "$top/tests/tools/fakemx.py" --listen 127.0.1.$mx_n "$T/$mx_name" "$@"
	wait_for 10 test -s "$T/$mx_name/port"
	host="[127.0.1.$mx_n]:$(cat "$T/$mx_name/port")"
}
: >"$T/routes"
to() { echo "to:@$1 $2" >>"$T/routes"; }
mx grey 'rcpt~bad=450 4.2.0 greylisted' 'rcpt~full=452 later'
to grey.test "host:$host"
mx one 'rcpt~good=250 2.1.5 fine' 'rcpt=450 4.1.1 unknown for now'
to one.test "host:$host"
mx dot 'dot~bad=452 4.2.2 over quota'
to dot.test "host:$host"
mx sender 'mail~<poison@=451 4.3.0 not this one'
to sender.test "host:$host"
mx poison 'mail~<poison@=421 4.3.2 we hang up'
to poison.test "host:$host"
mx domain 'mail~<poison@=421 4.3.2 we hang up'
to domain.test "host:$host"
mx pools 'greeting~127.0.0.2=554 5.7.1 not from there'
echo "from:@p2.test to:@pools.test host:$host pool:p2" >>"$T/routes"
to pools.test "host:$host"
mx tls
echo "to:secret@tls.test host:$host tls:must" >>"$T/routes"
to tls.test "host:$host"
mx two
to two.test "host:[127.0.1.$mx_n]:$(free_port),$host"
to here.test local
cp "$T/routes" "$I/conf/routes"
printf 'default\np2 source=127.0.0.2\n' >"$I/conf/pools"
echo 'intervals=1s lifetime=5d jitter=0%' >"$I/conf/retry"
printf 'site:* conn=20 backoff=1..4\ndomain:domain.test backoff=1..4\ndomain:pools.test backoff=30\n' >"$I/conf/throttle"
conf-build "$I/conf" || exit 1
start_instance; ok 'up' $?

# mail FROM TO...
mail() {
	mail_from=$1; shift
	printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$I sendmail -f "$mail_from" "$@"
}
# tried TO: how often
tried() { cat "$I"/log/*/current | grep -c "ev:deferred.*to:$1"; }
tried_one() { [ "$(tried "$1")" -ge 1 ]; }
tried_all() { for a in "$@"; do [ "$(tried "$a")" -ge 2 ] || return 1; done; }
sent() { cat "$I"/log/*/current | grep -q "ev:sent.*to:$1"; }
closed() { cat "$I"/log/*/current | grep -q "ev:throttled.*key:\(site:127.0.1.5\|domain:$1.test\).*closed:"; }
# at_once NAME FROM TO: goes within three seconds
at_once() {
	mail "$2" "$3"
	wait_for 3 sent "$3"; ok "$1" $?
}

# five bad ones, and the good one at the same domain
for i in 1 2 3 4 5; do mail a@here.test bad$i@grey.test; done
wait_for 20 tried_all bad1@grey.test bad5@grey.test
at_once 'five with 450, and a good one' a@here.test good@grey.test
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do mail a@here.test full$i@grey.test; done
wait_for 20 tried_all full1@grey.test full12@grey.test
at_once 'twelve more without an enhanced code' a@here.test good2@grey.test

# 450 for all but one
r=
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do r="$r u$i@one.test"; done
# shellcheck disable=SC2086
mail a@here.test $r good@one.test
wait_for 3 sent good@one.test; ok '450 for all but one, in one message' $?
wait_for 20 tried_all u1@one.test u20@one.test
at_once 'and in one of its own' a@here.test good3@one.test

# behind the final dot, of one mailbox
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do mail a@here.test bad$i@dot.test; done
wait_for 20 tried_all bad1@dot.test bad12@dot.test
at_once 'mailboxes over quota behind the dot' a@here.test good@dot.test

# one message of a sender
mail poison@here.test x@sender.test
wait_for 30 tried_all x@sender.test
at_once 'one message of another sender is refused' a@here.test good@sender.test
like 'its refusals are those of the message' "$(tried x@sender.test)" '^[1-9]'

# several that make the server hang up: the site is closed in truth; and the
# same where the rule is one for a domain
for d in poison domain; do
	for i in 1 2 3 4 5 6; do mail poison@here.test p$i@$d.test; done
	wait_for 20 closed $d; ok "$d: poisonous messages close it" $?
	for i in 1 2 3 4 5 6; do wait_for 30 tried_one p$i@$d.test; done
	mail a@here.test good@$d.test
	wait_for 7 sent good@$d.test; ok "$d: the next probe is for who was never tried" $?
done

# a pool that is not liked
for i in 1 2 3 4 5 6 7 8; do mail x@p2.test a$i@pools.test; done
wait_for 20 closed pools; ok 'closed to a pool' $?
at_once 'another pool' a@here.test good@pools.test

# a rule of ours
for i in 1 2 3 4 5 6; do mail a@here.test secret@tls.test; done
wait_for 20 tried_all secret@tls.test
at_once 'tls:must for somebody else' a@here.test good@tls.test

# one host of two is dead
for i in 1 2 3 4 5 6; do mail a@here.test d$i@two.test; done
at_once 'one host of two is dead' a@here.test good@two.test
is 'nobody else had to wait for it' "$(tried 'd[0-9]@two.test')" 0
stop_instance
done_testing
