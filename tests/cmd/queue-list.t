#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
nl='
'
parcel() {
	printf '%s\n%s' "$1" "$2" >parcel.body
	printf '%d:' "$(wc -c <parcel.body)"
	cat parcel.body
	printf ,
}
queue-check -i q || exit 1
status "an empty queue" 0 queue-list q
is "prints nothing" "$(cat out)" ""
{
	parcel "from a@b${nl}to c@d NOTIFY=NEVER${nl}to e@f.example${nl}prio 3${nl}tenant t$nl" "1$nl"
	parcel "from$nl""to g@F.example${nl}to h@x.f.example$nl" "22$nl"
} | queue-inject q 2>/dev/null | tr , '\n' | cut -c 5- >ids
one=$(sed -n 1p ids) two=$(sed -n 2p ids)
words() { awk '!/^total/ { print $2, $3, $4, $7, $8, $9 }' out; }

status "two messages" 0 queue-list q
is "four lines" "$(words)" "0 queued 0 2 <a@b> <c@d>
1 queued 0 2 <a@b> <e@f.example>
0 queued 0 3 <> <g@F.example>
1 queued 0 3 <> <h@x.f.example>"
is "ids" "$(grep -v ^total out | cut -c 1-20 | uniq)" "$(cat ids)"
is "totals end the list" "$(tail -1 out)" "total: recipients 4, messages 2, bytes 5; queued 4; from the files: no queue-run works there"
is "-i" "$(queue-list -i q)" "$(cat ids)"
queue-list -l "to:c@d" q >out
is "LTSV" "$(sed 's/birth:[^	]*/birth:B/' out)" "id:$one	n:0	state:queued	from:a@b	to:c@d	size:2	try:0	birth:B	next:0	prio:3	tenant:t	params:NOTIFY=NEVER"
queue-list -l "id:$two" to:g@f.EXAMPLE q >out
like "LTSV, null sender" "$(cat out)" "	from:	to:g@F.example	size:3	"
# the clock went ahead by a day since: that makes none of them old
queue-check -i q2 || exit 1
python3 "$top/tests/tools/fillqueue.py" q2 1 to=a@a.example age=90000 >/dev/null
status "old by the clock" 0 queue-list q2 age:1d
now=$(date +%s)
printf '%s000\n%s000 +86400000\n' "$now" "$((now - 86460))" >q2/clock
status "but not by its age" 1 queue-list q2 age:1d
status "which is an hour" 0 queue-list q2 age:-61m
like "is shown" "$(head -1 out)" '^[^ ]+ +0 queued +0 +60m '
# a selector, and the numbers of lines it must find
while read -r sel n; do
	[ "$n" = 0 ] && want=1 || want=0
	status "selector $sel" "$want" queue-list -l q $sel
	is "lines of $sel" "$(wc -l <out)" "$n"
done <<'END'
domain:f.example 2
domain:.f.example 3
domain:.example 3
domain:example 0
from:a@b 2
from:A@B 2
from: 2
to:nobody 0
state:queued 4
state:held 0
all 4
tenant:T 2
tenant:u 0
age:-1h 4
age:1h 0
END
is "two selectors" "$(queue-list -l from:a@b domain:d q | wc -l)" 1
is "two of one kind" "$(queue-list -l q domain:d domain:f.example | wc -l)" 3
is "ids" "$(queue-list -l q "$one" "id:$two" | wc -l)" 4
is "an id" "$(queue-list -i q "$two")" "$two"
is "ids on stdin" "$(queue-list -i q - <ids)" "$(cat ids)"
is "each once" "$(cat ids ids | queue-list -i q -)" "$(cat ids)"
is "an id and more" "$(queue-list -l q "$one" to:c@d | wc -l)" 1
status "no ids on stdin" 1 queue-list q - </dev/null
is "prints nothing either" "$(cat out)" ""
like "and says so" "$(cat err)" "^queue-list: warning: nothing matched"
status "what only queue-run knows" 111 queue-list q site:x
like "is said" "$(cat err)" "fatal: only queue-run knows sites"
status "state:waiting, too" 111 queue-list q state:waiting
status "an unknown id" 1 queue-list q 0123456789abcdefgh1v


# what else is known of messages
queue-check -i q3 || exit 1
{
	parcel "from a@b${nl}user bob${nl}uuid 0a1b${nl}to c@d$nl" "Subject: =?utf-8?q?gr=C3=BC=C3=9Fe?=$nl an alle${nl}X-Id: 42${nl}${nl}x$nl"
	parcel "from e@f${nl}to g@h${nl}to i@h$nl" "Subject: other$nl$nl$(printf '%3000s' .)$nl"
} | queue-inject q3 2>/dev/null | tr , '\n' | cut -c 5- >ids3
file=q3/mess/$(sed -n 2p ids3 | cut -c 19-20)/$(sed -n 2p ids3)
perl -e 'open F, "+<", $ARGV[0]; local $/; $_ = <F>; seek F, index($_, "to Q") + 7, 0; print F "00003 0000000000 4.2.2 mx.h mailbox full  "' "$file"
while read -r n sel; do
	[ "$n" = 0 ] && want=1 || want=0
	status "selector $sel" "$want" queue-list -l q3 "$sel"
	is "lines of $sel" "$(wc -l <out)" "$n"
done <<'END'
1 user:Bob
0 user:x
1 uuid:0a1b
2 not:uuid:0a1b
2 larger:2k
1 smaller:2k
1 tries:3
0 tries:4
2 tries:-3
1 reply:*mailbox full
0 reply:mailbox*
1 failure:mailbox-full
2 not:failure:mailbox-full
1 subject:grüße an alle
2 not:subject:gr*
1 header:x-id=4?
0 header:x-id=5*
2 not:header:x-id=*
2 not:to:c@d
END
is "header and recipient" "$(queue-list -l q3 subject:other to:i@h | wc -l)" 1
status "a class" 111 queue-list q3 class:rcpt
status "a provider" 111 queue-list q3 provider:x

echo "$one 0 S" >q/done/0000000001
echo "$two 1 b" >q/done/0000000002
is "the journal counts" "$(queue-list -l q | wc -l)" 2
queue-list -a q >out
is "-a shows all" "$(words)" "0 sent 0 2 <a@b> <c@d>
1 queued 0 2 <a@b> <e@f.example>
0 queued 0 3 <> <g@F.example>
1 bounced 0 3 <> <h@x.f.example>"
is "so does state:" "$(queue-list -i state:bounced q)" "$two"
printf '%s 0 K\n%s 0' "$one" "$two" >>q/done/0000000002
is "the last word counts, a cut one not" "$(queue-list -a q | awk '!/^total/ {print $3}' | tr '\n' ' ')" \
    "deleted queued queued bounced "

# a reply with bytes for the terminal
file=q/mess/$(echo "$one" | cut -c 19-20)/$one
perl -e 'open F, "+<", $ARGV[0]; local $/; $_ = <F>; seek F, index($_, "to Q") + 24, 0; print F "4.4.1 \e[2J"' "$file"
like "no raw control bytes" "$(queue-list -a "id:$one" q)" '4.4.1'

echo rubbish >"$file"
status "a damaged message" 100 queue-list q
like "is told" "$(cat err)" "^queue-list: warning: mess/../$one is no whole message"
is "the others are listed" "$(grep -vc ^total out)" 1
for sel in x id:1 state:lost to=a; do
	status "bad selector $sel" 100 queue-list $sel q
done
status "64 selectors" 100 queue-list $(yes from:a | head -64) q
status "65 selectors" 100 queue-list $(yes from:a | head -65) q
like "says so" "$(cat err)" "too many selectors"
status "no queue" 111 queue-list nowhere
status "no argument" 100 queue-list
status "bad option" 100 queue-list -x q
rm "$file"
status "/dev/full" 111 sh -c 'queue-list q >/dev/full'
for fd in 0 1 2; do
	[ $fd = 0 ] && r='<&-' || r="$fd>&-"
	status "descriptor $fd closed" 111 sh -c "queue-list q $r"
done
if [ "$(id -u)" = 0 ] && command -v chpst >/dev/null; then
	chmod 755 "$T"
	status "unreadable queue" 111 chpst -u nobody queue-list q
else
	skip "unreadable queue: needs root and chpst"
fi
done_testing
