#!/bin/sh
# what replies make throttle do: by the site's lines and the shipped ones, over
# a restart, and for whom
. "$(dirname "$0")/../lib.sh"

. "$top/tests/throttling.sh"

# replies LINE...: as administrators do it
replies() { printf '%s\n' "$@" >"$C/replies"; conf-build "$C"; }
refused='host:mx.example.net class:rcpt'
# job ID LABELS SAY: one line
job() { printf 'id:%s\tn:0\tfrom:a@x\tto:b@y\t%s\tsay:%s\n' "$@"; }
s=$(printf 'site:s\tprovider:big\tvia:p\tsrc:q')
# line of a job's answer
of() { grep "^id:$1	" "$T/out"; }

answered() { of "$1" >/dev/null; }

# what becomes of a result
echo 'warm source=192.0.2.1' >"$C/pools"
replies 'bounce code:450 text: nobody is here' 'defer retry=10m code:554 text: busy' \
    'hold failure:auth-failure' 'none code:455 text: busy' 'bounce code:455'
{
	job a "$s" "status:deferred code:450 text:nobody_is_here $refused"
	job b "$s" "status:bounced code:554 text:busy esc:5.3.2 $refused"
	job c "$s" "status:bounced code:550 esc:5.7.26 text:x $refused"
	job d "$s" "status:deferred code:455 text:busy $refused"
	job e "$s" "status:deferred code:450 text:nobody_is_here class:rcpt"
	job f "$s" "status:deferred code:450 doubt:1 text:nobody_is_here $refused"
	job g "$s" 'status:sent code:450 text:nobody_is_here host:x'
} >"$T/in"
: >"$T/out"
t0=$(date +%s)
feed "$T/in" 7 | throttle "$C" $next >"$T/out" 2>"$T/err"
like 'bounce: a temporary failure is one for good, as the line says' "$(of a)" \
    'status:bounced	reply-rule:replies:1	reply-does:bounce$'
is 'it has one status' "$(of a | grep -o status: | wc -l)" 1
like 'defer: a failure for good is a temporary one' "$(of b)" 'status:deferred	next:[0-9]+	reply-rule:replies:2	reply-does:defer retry=10m$'
n=$(of b | sed 's/.*	next:\([0-9]*\).*/\1/')
ok 'retry: in ten minutes and up to one more' "$([ "$n" -ge $((t0 + 600)) ] && [ "$n" -le $((t0 + 720)) ]; echo $?)"
like 'hold, by what the failure is called' "$(of c)" 'status:deferred	hold:1	reply-rule:replies:3'
is 'none: the lines behind it do not count' "$(of d | grep -c reply-rule)" 0
is 'what no host has said is ours' "$(of e | grep -c reply-rule)" 0
is 'what is in doubt is no reply' "$(of f | grep -c reply-rule)" 0
is 'nor is there anything to do when it is sent' "$(of g | grep -c reply-rule)" 0

# from where it goes next
replies 'source=other retry=1m code:421' 'pool=warm defer code:554' 'source=other code:550'
{
	job a "$s" "status:deferred code:421 text:listed $refused"
	job b "$s" "status:bounced code:554 text:listed $refused"
	job c "$s" "status:bounced code:550 text:listed $refused"
	job d 'site:s' "status:deferred code:421 text:listed $refused"
	job e "$s" "status:deferred code:450 text:listed avoid-src:q $refused"
} >"$T/in"
: >"$T/out"
feed "$T/in" 5 | throttle "$C" $next >"$T/out" 2>"$T/err"
like 'source=other: not from that source' "$(of a)" 'status:deferred.*	next:[0-9]+	avoid-src:q	reply-rule:replies:1	reply-does:source=other retry=1m$'
like 'pool=' "$(of b)" 'status:deferred	use-pool:warm	reply-rule:replies:2'
like 'there is no next attempt' "$(of c)" 'status:bounced.*host:mx.example.net	class:rcpt	reply-rule'
is 'a job without a source has no other' "$(of d | grep -c avoid-src)" 0
like 'what no line speaks of stays' "$(of e)" 'avoid-src:q'

# closed, and for whom
replies 'suspend=1h key=site+src text: not from you'
not="status:deferred code:421 esc:4.7.0 text:not_from_you $refused"
{ job a "$s" "$not"; } >"$T/in"
{
	job b "$s" 'status:sent code:250'
	job c "$(printf 'site:s\tprovider:big\tvia:p\tsrc:r')" 'status:sent code:250'
	job d "$(printf 'site:other\tprovider:big\tvia:p\tsrc:q')" 'status:sent code:250'
} >"$T/in2"
two() { cat "$T/in"; wait_for 20 all_answered "$(wc -l <"$T/in")"; feed "$T/in2" "$1"; }
: >"$T/out"
two 4 | throttle -s "$T/state" "$C" $next >"$T/out" 2>"$T/err"
like 'suspend: the next one from that source is given back, with the reply' "$(of b)" \
    'status:later	next:[0-9.]+	class:limit	code:421	esc:4.7.0	host:mx.example.net	text:not_from_you	key:site:s\+src:q	limit:suspend=3600'
like 'another source goes' "$(of c)" 'status:sent'
like 'and another site' "$(of d)" 'status:sent'
like 'an event says it, with the evidence' "$(cat "$T/err")" \
    'ev:throttled	prog:throttle	key:site:s\+src:q	limit:suspend=3600	closed:3600	reply-rule:replies:1	code:421	esc:4.7.0	host:mx.example.net	text:not_from_you'
: >"$T/out"
feed "$T/in2" 3 | throttle -s "$T/state" "$C" $next >"$T/out" 2>"$T/err"
like 'with -s it is so after a restart' "$(of b)" 'status:later.*	limit:suspend=3600'
like 'for the others it is not' "$(of c)" 'status:sent'
: >"$T/out"
feed "$T/in2" 3 | throttle "$C" $next >"$T/out" 2>"$T/err"
like 'without -s all is open' "$(of b)" 'status:sent'
printf 'nonsense\n' >>"$T/state.closed"
: >"$T/out"
feed "$T/in2" 3 | throttle -s "$T/state" "$C" $next >"$T/out" 2>"$T/err"
like 'a damaged line is told' "$(cat "$T/err")" 'state.closed: 1 of 2 lines damaged: what they closed is open$'
like 'and the others hold' "$(of b)" 'status:later'

# closed while they waited: what was let go, and given back, is over in the
# ledger, too
cp "$C/throttle" "$T/throttle.was" 2>/dev/null
table 'site:* conn=1'
{
	job a "$s	wait:300" "$not"
	for j in b c d; do job $j "$s" 'status:sent code:250'; done
} >"$T/in"
job e "$(printf 'site:s\tprovider:big\tvia:p\tsrc:r')" 'status:sent code:250' >"$T/in2"
: >"$T/out"
two 5 | throttle -g 5 "$C" $next >"$T/out" 2>"$T/err" 5>"$T/led"
like 'closed while it waited: it is given back' "$(of b)" 'status:later.*	limit:suspend=3600'
like 'another source goes over the one connection' "$(of e)" 'status:sent'
throttle-check "$C" <"$T/led" >"$T/found"
is 'of which there was never a second' $? 0
rm "$C/throttle" "$C/throttle.cdb"
[ ! -e "$T/throttle.was" ] || { mv "$T/throttle.was" "$C/throttle" && conf-build "$C"; }

# why mail waits
job a "$s" "$not" >"$T/in"
printf 'id:explain-000000000001\tn:0\texplain:b/0\t%s\n' "$s" >"$T/in2"
: >"$T/out"
two 2 | throttle "$C" $next >"$T/out" 2>"$T/err"
like 'a question is told what keeps mail, and by which reply' "$(grep 'explain:b/0' "$T/got")" \
    'go:later	go-at:[0-9.]+	why-limit:site:s\+src:q suspend=3600 keeps it, by replies:1: it is given back, to be asked again in 3[0-9.]+ s; it has said: mx.example.net 421 not_from_you'

# a probe, and all is open again
replies 'suspend=1s key=site text: not now'
job a "$s" "status:deferred code:450 text:not_now $refused" >"$T/in"
job b "$s" 'status:sent code:250' >"$T/in2"
job c "$s" 'status:sent code:250' >"$T/in3"
is_over() { [ "$(date +%s)" -gt "$1" ]; }
again() { grep -q '^again:1' "$T/out"; }
three() {
	cat "$T/in"
	wait_for 20 answered a
	cat "$T/in2"
	wait_for 20 answered b
	wait_for 20 is_over "$(of b | sed 's/.*	next:\([0-9]*\).*/\1/')"
	cat "$T/in3"
	wait_for 20 again
}
: >"$T/out"
three | throttle "$C" $next >"$T/out" 2>"$T/err"
like 'a closed site holds nothing: room 0' "$(of b)" 'status:later	next:[0-9.]+	room:0	.*limit:suspend=1'
like 'after its time one goes' "$(of c)" 'status:sent'
like 'which opens it, and that is told' "$(cat "$T/err")" 'key:site:s	limit:suspend=1	opened:1'
is 'what waits may come' "$(grep -c '^again:1' "$T/out")" 1

# the shipped lines, without a table, and a table that comes while it runs
rm "$C/replies" "$C/replies.cdb"
tss="status:deferred code:421 text:421_4.7.0_[TSS04] host:mta5.am0.yahoodns.net class:greeting"
job a "$s" "$tss" >"$T/in"
job b "$s" 'status:sent code:250' >"$T/in2"
: >"$T/out"
two 2 | throttle "$C" $next >"$T/out" 2>"$T/err"
like 'the shipped lines hold without a table' "$(of b)" 'status:later.*	key:provider:big\+src:q	limit:backoff=300..7200$'
like 'their place is said' "$(of a)" 'reply-rule:shipped:[0-9]+	reply-does:backoff=5m..2h key=provider\+src$'
job b "$s" "status:deferred code:450 text:new $refused" >"$T/in"
job c "$s" "status:deferred code:450 text:new $refused" >"$T/in2"
ruled() {
	cat "$T/in2" >&3
	grep -q 'id:c.*reply-rule' "$T/out"
}
put() {
	cat "$T/in"
	wait_for 20 answered b
	replies 'bounce text: new'
	wait_for 20 ruled
} 3>&1
: >"$T/out"
put | throttle "$C" $next >"$T/out" 2>"$T/err"
like 'a new table is in force while it runs' "$(grep '^id:c' "$T/out" | tail -n 1)" 'status:bounced	reply-rule:replies:1'

rm "$C/replies"
{
	job a "$s" "status:deferred code:450 text:new $refused"
} >"$T/in"
printf 'x' >"$C/replies.cdb"
: >"$T/out"
feed "$T/in" 1 | throttle "$C" $next >"$T/out" 2>"$T/err"
like 'a damaged table is told, and the shipped lines hold' "$(cat "$T/err")" 'replies.cdb is damaged: the shipped reply rules hold$'

done_testing
