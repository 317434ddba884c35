#!/bin/sh
# limits with a range: what they are is told, kept over a restart, and becomes
# less when a site asks for it; the upper bound is what throttle-check counts
. "$(dirname "$0")/../lib.sh"

. "$top/tests/throttling.sh"

table 'site:* conn=1..8 rate=5..50/s'
slow='status:deferred code:451 esc:4.7.0 class:mail host:mx.example.net text:too_many_messages,_slow_down'
# job ID WAIT SAY
job() { printf 'id:%s\tn:0\tfrom:a@x\tto:b@y\tsite:s\twait:%s\tsay:%s\n' "$@"; }
ask() { printf 'id:explain-000000000001\tn:0\texplain:b/0\tsite:s\n'; }
good='status:sent code:250 host:mx.example.net'
n=0
fed() {
	n=$((n + 1))
	job "g$n" 250 "$good" >&3
	grep -q 'ev:adapted.*limit:conn' "$T/err"
}
slowed() {
	n=$((n + 1))
	job "b$n" 1 "$slow" >&3
	grep -q 'ev:adapted.*limit:conn.*was:1\.25' "$T/err"
}
asked() { grep -q 'explain:b/0' "$T/got"; }

# one connection is always in use: after ten seconds it is more
put() {
	wait_for 60 fed
	wait_for 20 slowed
	ask
	wait_for 20 asked
} 3>&1
: >"$T/out"
: >"$T/err"
put | throttle -s "$T/state" -g 5 "$C" $next >"$T/out" 2>"$T/err" 5>"$T/led"
like 'more is told' "$(cat "$T/err")" 'ev:adapted	prog:throttle	key:site:s	limit:conn=1\.\.8	was:1	now:1\.25$'
like 'less, with what the site has said' "$(cat "$T/err")" \
    'ev:adapted	prog:throttle	key:site:s	limit:conn=1\.\.8	was:1\.25	now:1(\.[0-9]+)?	code:451	esc:4.7.0	host:mx.example.net	text:too_many_messages,_slow_down$'
like 'who asks why is told the value' "$(grep 'explain:b/0' "$T/got")" 'conn=1\.\.8: 1 for now, .*rate=5\.\.50/s burst=3: [0-9.]*/s for now|rate=5\.\.50/s burst=3: [0-9.]*/s for now,.*conn=1\.\.8: 1 for now, '
throttle-check "$C" <"$T/led" >"$T/found"
is 'the ledger is within the upper bounds' $? 0
like 'which are counted' "$(cat "$T/found")" 'limit:conn=1\.\.8	keys:1	.*	allowed:8	'
like 'the state has it' "$(cat "$T/state")" 'adapt	1[0-9]*	1250	site:\*	site:s	conn	'

# a restart, and another range
: >"$T/got"
: >"$T/out"
table 'site:* conn=3..8'
{
	ask
	wait_for 20 asked
} | throttle -s "$T/state" "$C" $next >"$T/out" 2>"$T/err"
like 'after a restart it is within the new range' "$(grep 'explain:b/0' "$T/got")" 'conn=3\.\.8: 3 for now'
sed -i 's/^adapt	[0-9]*/adapt	9000/' "$T/state"
: >"$T/got"
{
	ask
	wait_for 20 asked
} | throttle -s "$T/state" "$C" $next >"$T/out" 2>"$T/err"
like 'a damaged line is told' "$(cat "$T/err")" '1 of [0-9]+ lines damaged'
done_testing
