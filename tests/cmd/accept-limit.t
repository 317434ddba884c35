#!/bin/sh
# accept-limit alone, by what is written to its socket, and behind smtp-recv -q
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
mkdir conf state parcels
echo mx.test >conf/me
echo local.test >conf/local

# limits LINE...: conf/accept, in force
limits() {
	printf '%s\n' "$@" >conf/accept
	conf-build conf
}
serve() {
	bg accept-limit -s state -l "$T/sock" conf 2>>err
	server=$bg_pid
	wait_for 10 used user:nobody
}
used() { accept-limit -n "$T/sock" "$@"; }
# gone PID: it has ended
gone() { ! kill -0 "$1" 2>/dev/null; }
again() {
	kill "-$1" "$server"
	wait_for 10 gone "$server"
	serve
}
# say LINE...: questions, with blanks for TABs; the answers, in their order
say() { printf '%s\n' "$@" | tr ' ' '\t' | tap /dev/null "unix:$T/sock" | tr '\t' ' '; }
# turns later than a test takes, so that no count is lost when an hour ends
day=rcpt-cap=4/day@Etc/GMT$(date -u +%H | sed 's/^0*//' | awk '{ print $1 < 12 ? "-" 11 - $1 : "+" $1 - 11 }')

limits "user:* $day" 'client:* rate=3/h' 'domain:bad.example rcpt-cap=1/day reject' 'tenant:* credits=2'
serve

# alone
is 'one of four' "$(say 'id:7 ask:rcpt txn:1 rcpts:1 user:ann' 'id:8 ask:done txn:1 rcpts:1 user:ann')" 'id:7 status:ok
id:8 status:ok'
# it may have a plus sign in it, which is another thing in a pattern
pattern=$(echo "$day" | sed 's/+/[+]/')
like 'is counted' "$(used user:ann)" "^accept:1: user:ann $pattern: 1 of 4 used, it turns in "
like 'not whether case is another' "$(used user:ANN)" ' 1 of 4 used'
like 'what is in hand is nobody else'\''s' "$(say 'id:1 ask:rcpt txn:1 rcpts:3 user:ann' 'id:2 ask:rcpt txn:2 rcpts:1 user:ann' \
	'id:3 ask:drop txn:1' 'id:4 ask:rcpt txn:2 rcpts:1 user:ann' 'id:5 ask:drop txn:2' | tr '\n' '|')" \
	'^id:1 status:ok.id:2 status:refused code:450 esc:4.7.1 text:too many recipients for this user: rcpt-cap=4/day@Etc/GMT[-+]?[0-9]+, room again in [0-9]+ h [0-9]+ min.id:3 status:ok.id:4 status:ok.id:5 status:ok.$'
like 'what was dropped is not counted' "$(used user:ann)" ' 1 of 4 used'
like 'some of a message: the others in another one' "$(say 'id:1 ask:rcpt txn:1 rcpts:3 user:ann' 'id:2 ask:rcpt txn:1 rcpts:1 user:ann' 'id:3 ask:drop txn:1')" \
	'^id:2 status:refused code:452 esc:4.5.3 '
like 'more than ever may' "$(say 'id:1 ask:rcpt txn:1 rcpts:5 user:bob')" '^id:1 status:refused code:550 esc:5.5.3 text:more recipients at once than this user may ever have: '
is 'reject' "$(say 'id:1 ask:rcpt txn:1 rcpts:1 from:x@bad.example' 'id:2 ask:done txn:1 rcpts:1 from:x@bad.example' \
	'id:3 ask:rcpt txn:2 rcpts:1 from:y@BAD.example' | sed -n 's/, room.*//; 3p')" \
	'id:3 status:refused code:550 esc:5.7.1 text:too many recipients for this sender'\''s domain: rcpt-cap=1/day'
is 'a rate, of its networks' "$(say 'id:1 ask:rcpt txn:1 rcpts:9 client:2001:db8::1' 'id:2 ask:rcpt txn:2 rcpts:1 client:2001:DB8::2' \
	'id:3 ask:rcpt txn:3 rcpts:1 client:2001:db8:0:0:ff::' 'id:4 ask:rcpt txn:4 rcpts:1 client:2001:db8::3' \
	'id:5 ask:rcpt txn:5 rcpts:1 client:2001:db8:0:1::' | sed 's/ text.*//' | tr '\n' ' ')" \
	'id:1 status:ok id:2 status:ok id:3 status:ok id:4 status:refused code:450 esc:4.7.1 id:5 status:ok '
like 'who hung up without a word is counted' "$(used client:2001:db8::)" 'client:2001:db8::/64 rate=3/h burst=3: 0 of 3 left'
is 'what nothing is said of' "$(used from:x@y.example)" 'no limit applies'
is 'other words end the connection' "$(say 'id:1 ask:me')" ''
is 'and nobody else'\''s' "$(say 'id:1 ask:drop txn:1')" 'id:1 status:ok'

# credits
is 'what an account begins with' "$(accept-limit -a "$T/sock" tenant:acme)" 'tenant:acme has 2 credits'
is 'it is topped up' "$(accept-limit -a "$T/sock" tenant:Acme +3)" 'tenant:acme has 5 credits'
like 'and spent, and not below nothing' "$(say 'id:1 ask:rcpt txn:1 rcpts:4 tenant:acme' 'id:2 ask:rcpt txn:2 rcpts:2 tenant:acme' \
	'id:3 ask:done txn:1 rcpts:4 tenant:acme' | tr '\n' '|')" \
	'^id:1 status:ok.id:2 status:refused code:450 esc:4.7.1 text:this account has no credits left.id:3 status:ok.$'
is 'one is left' "$(accept-limit -a "$T/sock" tenant:acme)" 'tenant:acme has 1 credits'
like 'shown, too' "$(used tenant:acme)" '^accept:4: tenant:acme credits: 1 left, 0 are reserved$'
status 'an account of nothing' 100 accept-limit -a "$T/sock" user:ann +1
like 'which is said' "$(accept-limit -a "$T/sock" user:ann +1 2>&1)" '^accept-limit: fatal: no line of conf/accept has credits for this key$'
status 'not a number' 100 accept-limit -a "$T/sock" tenant:acme 5

# a kill loses nothing that was answered
again KILL
like 'counts after a kill' "$(used user:ann)" ' 1 of 4 used'
is 'and accounts' "$(accept-limit -a "$T/sock" tenant:acme)" 'tenant:acme has 1 credits'
again TERM
like 'counts after an end' "$(used user:ann)" ' 1 of 4 used'
like 'rates, too' "$(used client:2001:db8::)" ' 0 of 3 left'
is 'and accounts after an end' "$(accept-limit -a "$T/sock" tenant:acme)" 'tenant:acme has 1 credits'
limits "user:* $day" 'tenant:* rate=5/s' 'tenant:* credits'
like 'a key has one line' "$(conf-build conf 2>&1)" '^conf-build: conf/accept:3: stands in line 2 already$'
limits "user:* $day rcpt-cap=100/hour" '* rate=100000/s'
wait_for 10 sh -c "accept-limit -n $T/sock user:ann | grep -q '^accept:2'"
like 'other rules, and what was counted' "$(used user:ann)" "user:ann $pattern: 1 of 4 used"

# behind smtp-recv
# mail TO...: what a client from there hears of RCPT and the message
mail() {
	{
		printf 'EHLO c.example\r\nMAIL FROM:<a@b.example>\r\n'
		for to; do printf 'RCPT TO:<%s@local.test>\r\n' "$to"; done
		printf 'DATA\r\nSubject: x\r\n\r\nx\r\n.\r\nQUIT\r\n'
	} | TCPREMOTEIP=192.0.2.7 timeout 60 smtp-recv -C conf -q "${limits_at-unix:$T/sock}" \
		python3 "$tools/fakeinject.py" parcels "${inject:-K}" 2>>recv.err |
		tr -d '\r' | sed -n '/^250[- ]/{ /^250.2.1.5/p; / ok /p; }; /^[45]/p' | sed 's/, room.*//'
}
left() { used client:192.0.2.7 | sed -n 's/.* \([0-9]*\) of 3 used.*/\1/p'; }
limits 'client:* rcpt-cap=3/day'
wait_for 10 sh -c "accept-limit -n $T/sock client:x | grep -q client"
is 'two of three' "$(mail a b | cut -c1-9 | tr '\n' ' ')" '250 2.1.5 250 2.1.5 250 2.0.0 '
wait_for 10 test "$(left)" = 2
is 'are counted' "$(left)" 2
one() { mail "$@" | tr '\n' '|'; }
wanted='452 4.5.3 too many recipients for this client: rcpt-cap=3/day'
is 'one goes, one is for another message' "$(one c d)" "250 2.1.5 recipient ok|$wanted|250 2.0.0 ok fake0001|"
wait_for 10 test "$(left)" = 3
wanted='450 4.7.1 too many recipients for this client: rcpt-cap=3/day'
is 'nothing more' "$(one e | cut -d'|' -f1)" "$wanted"
like 'which the log says' "$(cat recv.err)" '	ev:rejected	.*	to:e@local.test	code:450	esc:4.7.1	text:too many recipients for this client: rcpt-cap=3/day, room again in '
like 'and that of accept-limit' "$(cat err)" '	ev:limited	prog:accept-limit	key:client:192.0.2.7	limit:rcpt-cap=3/day	refused:1$'
limits 'client:* rcpt-cap=3/day@Etc/GMT' 'user:* cap=9/day'
wait_for 10 sh -c "accept-limit -n $T/sock user:x | grep -q accept:2"
fresh=$(left)
inject=Z
like 'what the queue does not take' "$(one a b)" '^250 2.1.5 recipient ok.250 2.1.5 recipient ok.451 4.3.1 queue is full.$'
unset inject
is 'is not counted' "$(left)" "$fresh"
limits 'client:* byte-rate=1k/h'
wait_for 10 sh -c "accept-limit -n $T/sock client:192.0.2.7 | grep -q byte-rate"
one a >/dev/null
has_cost() { accept-limit -n "$T/sock" client:192.0.2.7 | grep -Eq ': ([1-9]|[1-9][0-9]|[1-9][0-9][0-9]) of 1024 left'; }
wait_for 10 has_cost
ok 'bytes are those that came' $?

# the other ways in: programs of this machine, and the drop
limits 'user:* rcpt-cap=5/day' 'from:bad@x.example cap=1/day reject'
wait_for 10 sh -c "accept-limit -n $T/sock user:x | grep -q rcpt-cap=5"
mine() { used "user:#$(id -u)" | sed -n 's/.*: \([0-9]*\) of 5 used.*/\1/p'; }
parcel() {
	python3 -c 'import sys; b = "\n".join(sys.argv[1:]).encode() + b"\n\nSubject: x\n\nx\n"; sys.stdout.buffer.write(b"%d:%s," % (len(b), b))' "$@"
}
bg smtp-recv -C conf -l "127.0.0.1:$(free_port)" -u "$T/submit" -q "unix:$T/sock" python3 "$tools/fakeinject.py" parcels K 2>submit.err
wait_for 10 test -S submit
submit() { parcel "$@" | tap -r /dev/null "unix:$T/submit" | sed 's/, room.*//'; echo; }
like 'a program of this machine hands in' "$(submit 'from a@b.example' 'to c@local.test' 'to d@local.test')" '^[0-9]+:Kfake'
wait_for 10 test "$(mine)" = 2
is 'which is counted' "$(mine)" 2
like 'until it is too much' "$(submit 'from a@b.example' 'to 1@local.test' 'to 2@local.test' 'to 3@local.test' 'to 4@local.test')" \
	'^[0-9]+:Z4.7.1 too many recipients for this user: rcpt-cap=5/day$'
like 'or can never be' "$(submit 'from a@b.example' 'to 1@local.test' 'to 2@local.test' 'to 3@local.test' 'to 4@local.test' 'to 5@local.test' 'to 6@local.test')" \
	'^[0-9]+:D5.5.3 more recipients at once than this user may ever have: rcpt-cap=5/day'
like 'one after the other in a connection' "$({ parcel 'from a@b.example' 'to 1@local.test'; parcel 'from a@b.example' 'to 2@local.test' 'to 3@local.test' 'to 4@local.test'
	parcel 'from a@b.example' 'to 5@local.test'; } | tap -r /dev/null "unix:$T/submit")" '^[0-9]+:Kfake[0-9]+,[0-9]+:Z4.7.1 [^,]*, room again in [^,]*,[0-9]+:Kfake[0-9]+,$'
mkdir drop drop/new drop/bad taken
leave() { parcel "$@" >drop/p && mv drop/p "drop/new/1000.$(printf %024x "$(date +%s%N)")"; }
bg drop-take -C conf -q "$T/sock" drop python3 "$tools/fakeinject.py" taken K 2>drop.err
wait_for 10 test "$(mine)" = 4
leave 'from a@b.example' 'to 1@local.test'
wait_for 20 test -e taken/1.msg
ok 'what is left in the drop is taken' $?
all_five() { [ "$(mine)" = 5 ]; }
wait_for 20 all_five
ok 'and counted' $?
leave 'from a@b.example' 'to 1@local.test'
wait_for 20 grep -q 'not taken now: 4.7.1 too many recipients for this user: rcpt-cap=5/day, room again in' drop.err
ok 'and waits there when it is too much' $?
is 'not lost' "$(ls drop/new | wc -l)" 1
limits 'from:bad@x.example rcpt-cap=1/day reject'
empty() { [ -z "$(ls drop/new)" ]; }
wait_for 20 empty
ok 'and goes when there is room' $?
leave 'from bad@x.example' 'to 1@local.test' 'to 2@local.test'
wait_for 20 grep -q 'returned as .*: 5.5.3 more recipients at once' drop.err
ok 'what is rejected goes back' $?

# without accept-limit
kill "$server"
wait_for 10 gone "$server"
is 'nobody to ask: later' "$(one a | cut -d'|' -f1)" '451 4.3.0 it cannot be counted now, try again later'
limits_at="unix:$T/sock,unsure=take"
is 'or it is taken, where that is wanted' "$(one a)" '250 2.1.5 recipient ok|250 2.0.0 ok fake0001|'
unset limits_at
like 'what was not counted is said' "$(cat recv.err)" '^smtp-recv: warning: 1 messages were accepted and not counted$'

status 'descriptor 1 closed' 111 sh -c 'accept-limit -l x conf >&-'
# what cannot be
echo junk >state/credits
touch state/counts
serve
like 'a damaged account is told' "$(cat err)" '/credits: 1 of 1 lines damaged: the lines before them hold$'
status 'what is used, on a full disk' 111 sh -c "accept-limit -n $T/sock user:x >/dev/full"
kill "$server"
wait_for 10 gone "$server"
rm -rf state/credits && mkdir state/credits
status 'accounts that cannot be read' 111 accept-limit -s state -l "$T/other" conf
rmdir state/credits
printf junk >conf/accept.cdb
status 'a damaged table' 111 accept-limit -l "$T/other" conf
rm conf/accept.cdb
status 'no folder for the socket' 111 accept-limit -l "$T/none/sock" conf
for bad in '' '-l x' '-l x conf more' '-n x' '-a x' '-a x k +1 more' '-l x -n y conf' '-z'; do
	# shellcheck disable=SC2086
	status "usage: $bad" 100 accept-limit $bad
done
status 'nobody there to ask' 111 accept-limit -n "$T/sock" user:x
status 'no such label' 100 accept-limit -n "$T/sock" site:x
done_testing
