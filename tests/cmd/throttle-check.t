#!/bin/sh
. "$(dirname "$0")/../lib.sh"

. "$top/tests/throttling.sh"
cd "$T" || exit 1
tab=$(printf '\t')

# run FILE N: its jobs through throttle, until N are answered; the ledger in led
run() {
	: >"$T/out"
	feed "$1" "$2" | throttle -g 5 conf $next >"$T/out" 2>"$T/err" 5>led
}
# check: what is found in led, exit status behind it
check() { throttle-check "$@" conf <led >found 2>err; echo $?; }
# with a line for each grant and each end, as ledgers of before have it
spread() { python3 "$top/tests/tools/ledgerlines.py" led >led2 && mv led2 led; }
# forge SCRIPT: led by sed; the lines numbered anew
forge() {
	sed "$1" led | awk '{ sub(/seq:[0-9]+$/, "seq:" (NR - 1)) } 1' >led2
	mv led2 led
}

table 'site:* conn=5' 'tenant:* rate=10/h burst=5' 'tenant:acme cap=4/day' 'tag:x=* rcpt-rate=1000/s'
for n in 1 2 3 4 5 6 7 8 9; do
	printf 'id:a%d\tn:0\tsite:S%d\ttenant:acme\tsize:10\twait:20\n' $n $((n % 2))
	printf 'id:b%d\tn:0\tsite:S%d\ttenant:b\ttag:X=a\\\\b c\twait:20\n' $n $((n % 2))
	printf 'id:b%d\tn:1\tsite:S%d\ttenant:b\ttag:X=a\\\\b c\twait:20\n' $n $((n % 2))
done >in
run in 27
is "nothing is over" "$(check)" 0
is "no word about it" "$(cat err)" ""
like "the sum" "$(tail -n 1 found)" '^check:ledger	from:[0-9.]+	to:[0-9.]+	lines:[0-9]+	starts:1	grants:9	passed-by:0	over:0$'
is "what is the same is said once" "$(grep -c '^led:who' led)" 4
cp led turns
cut -f 4- found >was
spread
is "four and five are granted" "$(grep -c '^led:grant' led)" 9
is "each is over in the end" "$(grep -c '^led:end' led)" 9
is "nothing is over line by line either" "$(check)" 0
cut -f 4- found | sed 's/lines:19//' >now
sed -i 's/lines:[0-9]*//' was
is "the same is found" "$(cmp was now; echo $?)" 0
is "the cap was used up" "$(grep 'limit:cap' found | cut -f 2-)" "rule:conf/throttle:3${tab}key:tenant:acme${tab}limit:cap=4/day${tab}keys:1${tab}windows:1${tab}most:4${tab}allowed:4${tab}use:100%${tab}over:0"
is "the rate has all its windows" "$(grep 'limit:rate' found | cut -f 3-)" "key:tenant:*${tab}limit:rate=10/h,burst=5${tab}keys:2${tab}windows:25${tab}most:5${tab}allowed:15${tab}use:33%${tab}over:0"
like "connections" "$(grep 'limit:conn=5' found)" 'keys:2	windows:9	most:[1-5]	allowed:5'
like "recipients" "$(grep 'limit:rcpt-rate' found)" 'windows:15	most:10	allowed:1100'
like "the sum" "$(tail -n 1 found)" '^check:ledger	from:[0-9.]+	to:[0-9.]+	lines:19	starts:1	grants:9	passed-by:0	over:0$'
cp led good

# forged: one grant too many of each kind
forge '/led:grant.*id:a2/{p;s/	g:[0-9]*/	g:99/}'
is "one more of a cap" "$(check)" 1
like "is told" "$(head -n 1 found)" '^check:over	rule:conf/throttle:3	key:tenant:acme	limit:cap=4/day	window:0.000000	count:5	allowed:4	at:[0-9.]+	line:[0-9]+$'
cp good led
forge '/led:grant.*id:b2/{p;s/	g:[0-9]*/	g:99/}'
is "one more of a rate" "$(check)" 1
like "is told, too" "$(head -n 1 found)" '^check:over	rule:conf/throttle:2	key:tenant:b	limit:rate=10/h,burst=5	window:[0-9.]+	count:6	allowed:5'
cp good led
forge 's/,*rate=10\/h,burst=5 / /'
is "a limit that it did not take from" "$(check)" 1
like "is told as that" "$(head -n 1 found)" '^check:took	key:rate=10/h,burst=5 tenant:'
cp good led
forge 's/rcpts:2/rcpts:101/'
is "too many recipients" "$(check)" 1
cp good led
forge '/led:end/d;/led:grant.*id:b1/{p;s/	g:[0-9]*/	g:99/}'
is "connections that stay" "$(check)" 1
like "are told" "$(grep -m 1 conn= found)" 'key:site:s1	limit:conn=5	window:0.000000	count:6	allowed:5'

# turns
cp turns led
forge '/led:who/d'
is "what has no name" "$(check)" 111
like "is told" "$(cat err)" 'line [0-9]+: grants what it has not named'
is "of a part it may be named before: nothing is judged" "$(check -p)" 111
is "but for who says so" "$(check -ep)" 0
like "they are passed by" "$(tail -n 1 found)" 'grants:0	passed-by:9	over:0'
cp turns led
forge 's/,*rate=10\/h,burst=5 / /'
is "a name that took from another limit" "$(check)" 1
cp turns led
forge 's/	end:[0-9-]*//g'
forge '/	go:/{p;s/	g:/	g:1/}'
is "connections that stay" "$(check)" 1
like "are told" "$(grep -m 1 conn= found)" 'limit:conn=5	window:0.000000	count:6	allowed:5'
tail -c +30 turns >led
is "the begin is cut" "$(check)" 111
is "but for who says so" "$(check -p)" 0
{ printf 'x\n'; tail -c +30 turns; } >led
is "two lines that are cut" "$(check -p)" 111

# what cannot be trusted
cp good led
sed -i 5d led
is "a line is missing" "$(check)" 111
is "is told" "$(cat err)" "throttle-check: fatal: line 5: lines are missing before it"
head -c -1 good >led
is "the end is cut" "$(check)" 111
is "is told" "$(cat err)" "throttle-check: fatal: the last line has no end"
sed 's/	seq:7$//' good >led
is "a line is cut" "$(check)" 111
is "is told" "$(cat err)" "throttle-check: fatal: line 8: no line of a ledger"
sed 1d good >led
is "the begin is missing" "$(check)" 111
is "is told" "$(cat err)" "throttle-check: fatal: line 1: the ledger has no begin"
is "but for who says so" "$(check -p)" 0
sed 1q good >led
is "nothing was granted" "$(check)" 111
is "but for who says so" "$(check -e)" 0
: >led
is "an empty ledger" "$(check)" 111
is "with -e" "$(check -e)" 0
{ cat good; printf 'led:'; head -c 262141 /dev/zero | tr '\0' x; echo; } >led
is "a line above the limit" "$(check)" 111
like "is told" "$(cat err)" 'line 20: no line of a ledger'

# faults are shown up to a number, and counted
awk -v t="$tab" 'BEGIN { print "led:start" t "at:1.000000" t "mono:0" t "boot:" t "books:0" t "rules:1" t "seq:0"
	for (i = 1; i <= 1001; i++) print "led:grant" t "at:1.000000" t "mono:0" t "g:" i t "rcpts:1" t "bytes:1" t "seq:" i }' >led
mkdir two; printf '* rate=1/s\n' >two/throttle
throttle-check two <led >found; is "1001 that took from nothing" $? 1
is "1000 faults are shown" "$(grep -c -e check:took -e check:over found)" 1000
like "all are counted" "$(tail -n 1 found)" 'over:2001$'

# restarts and another table
table 'tenant:* rate=10/h burst=5'
jobs 1 3 "site:s${tab}tenant:t" >in
{
	throttle -s state -g 5 conf cat <in 5>&3
	sed 's/id:m/id:k/' in | throttle -s state -g 5 conf cat 5>&3
} >/dev/null 2>&1 3>led
is "over a restart" "$(check)" 0
like "five of six" "$(tail -n 1 found)" 'starts:2	grants:5	passed-by:0	over:0'
{
	throttle -g 5 conf cat <in 5>&3
	sed 's/id:m/id:k/' in | throttle -g 5 conf cat 5>&3
} >/dev/null 2>&1 3>led
is "without books" "$(check)" 1
like "a restart lets go too much" "$(head -n 1 found)" 'count:6	allowed:5'
throttle -g 5 conf cat <in 5>led >/dev/null 2>&1
table 'tenant:* rate=20/h burst=2'
throttle -g 5 conf cat <in 5>>led >/dev/null 2>&1
is "under another table" "$(check)" 0
like "the rest is passed by" "$(tail -n 1 found)" 'grants:2	passed-by:3	over:0'

is "the text of before is not judged" "$(echo 'tenant:* rate=20/h burst=1' >conf/throttle; check)" 111
is "which is told" "$(cat err)" "throttle-check: fatal: nothing was granted under these rules"
is "nor are its grants faults" "$(check -e)" 0
like "they are passed by" "$(tail -n 1 found)" 'grants:0	passed-by:5	over:0'
printf '# the same, but for blanks and this\n\n  tenant:* rate=20/h burst=2 \t\n' >conf/throttle
is "comments do not count" "$(check)" 0
like "nor blanks at the ends" "$(tail -n 1 found)" 'grants:2	passed-by:3	over:0'

# a warm-up, on its second day, where it is noon: three go, and no more
hour=$(($(date +%s) / 3600))
noon=$(printf 'Etc/GMT%+d' $((hour % 24 - 12)))
first=$(TZ=$noon date -d '36 hours ago' +%F)
table "via:* warm=1,3*1.5..9/$first@$noon"
jobs 1 5 "site:s${tab}via:p" >in
throttle -s warm -g 5 conf cat <in 5>led >out 2>&1; spread
is "a warm-up: three of five go" "$(grep -vc -e status:later -e '^ts:' out)" 3
dot=$(printf %s "$noon" | tr + .)
like "the others wait for it" "$(cat out)" "text:waiting for via:p warm=3/day@$dot"
sed 's/id:m/id:k/' in | throttle -s warm -g 5 conf cat 5>led3 >out 2>&1; cat led3 >>led
is "after a restart none" "$(grep -c status:later out)" 5
is "nothing is over" "$(check)" 0
like "which is seen" "$(cat found)" "limit:warm=3/day@$dot	keys:1	windows:1	most:3	allowed:3"
forge '/led:grant.*id:m1/{p;s/	g:[0-9]*/	g:99/}'
sed -i '/led:start/!b;2,$d' led
is "one more" "$(check)" 1
like "is told" "$(head -n 1 found)" "limit:warm=3/day@$dot	window:0.000000	count:4	allowed:3"

# connections that may be opened: one more than fall due
table 'site:* conn-rate=10/h burst=4'
jobs 1 4 "site:s" >in
throttle -g 5 conf cat <in 5>led >/dev/null 2>&1; spread
is "four connections" "$(check)" 0
forge '/led:grant.*id:m4/{p;s/	g:[0-9]*/	g:99/}'
sed -i '/led:start/!b;2,$d' led
is "one more" "$(check)" 1
like "is told" "$(head -n 1 found)" 'check:over.*	limit:conn-rate=10/h,burst=4	window:0.[0-9]*	count:5	allowed:4'

# a range is judged by its upper bound
table 'site:* conn=2..3 rate=1..50/s burst=9'
jobs 1 9 "site:s" >in
throttle -g 5 conf cat <in 5>led >/dev/null 2>&1
is "nine under ranges" "$(check)" 0
like "rate" "$(cat found)" 'limit:rate=1..50/s,burst=9	keys:1	windows:[0-9]*	most:[1-9]	allowed:59'
like "conn" "$(cat found)" 'limit:conn=2..3	keys:1	windows:[0-9]*	most:[12]	allowed:3'

# usage and faults
status "no arguments" 100 throttle-check
status "an option that is none" 100 throttle-check -x conf
status "no folder" 111 throttle-check "$T/none"
echo 'site:a nonsense=1' >two/throttle
status "rules that cannot be read" 111 throttle-check two
is "where" "$(cat err)" "throttle-check: fatal: two/throttle:1: a limit that is not known here"
rm two/throttle
throttle-check -e two </dev/null >found; is "no rules: the built-in ones" $? 0
like "are shown" "$(cat found)" 'rule:built-in	key:site:.	limit:conn=20	keys:0'
throttle-check -e conf </dev/null >/dev/full 2>/dev/null; is "full output" $? 111
throttle-check -e conf <&- >found 2>err; is "closed input" $? 111
throttle-check -e conf </dev/null >&- 2>err; is "closed output" $? 111
status "throttle: no such descriptor" 100 throttle -g 7 conf cat
status "1023 is a number" 100 throttle -g 1023 conf cat
like "of a descriptor" "$(cat err)" 'no descriptor 1023 for the ledger'
status "1024 is none" 100 throttle -g 1024 conf cat
table "via:* cap=9/hour"
jobs 1 5 "site:s${tab}via:p" >in
throttle -g 5 conf cat <in 2>"$T/err" >"$T/out" 5>/dev/full
is "a ledger that cannot be written: mail goes" "$(wc -l <"$T/out")" 5
is "which is said once" "$(grep -c 'unable to write the ledger: No space left on device; lines are missing' "$T/err")" 1
done_testing
