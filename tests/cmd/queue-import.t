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
fresh() { no_queue r; queue-check -i r; }
# listed QUEUE: what there is, without ids
listed() { queue-list -a -l "$1" 2>/dev/null | sed -E 's/^id:[^	]*	//; s/	birth:[^	]*//' | sort; }
messages() { find r/mess -type f | wc -l; }
explained() {
	queue-check r >checked 2>&1
	is "$1" $?.$(grep -c state: checked) 0.0
}
queue-check -i q || exit 1
{
	parcel "from a@b${nl}to c@d NOTIFY=NEVER${nl}to e@f.example${nl}prio 3${nl}tenant t$nl" "Subject: one${nl}${nl}1$nl"
	parcel "from$nl""to g@F.example$nl" ""
	parcel "from x@y${nl}to long@d${nl}expire 1990000000$nl" "$(seq 1 90000)"
} | queue-inject q 2>/dev/null | tr , '\n' | cut -c 5- >ids
one=$(sed -n 1p ids) two=$(sed -n 2p ids) three=$(sed -n 3p ids)
# the second was tried, and is held; in doubt, with a warning owed
python3 - "q/mess/$(echo "$two" | cut -c 19-)/$two" <<'X'
import sys
b = bytearray(open(sys.argv[1], "rb").read())
i = b.index(b"\nto Q") + 1
b[i:i+225] = b"to H v 00007 1796000000 %-200s " % b"4.2.1 mx.f.example try again"
open(sys.argv[1], "wb").write(b)
X
queue-export q >s.tar 2>err; is "a stream" "$?.$(cat err)" 0.

fresh
status "into a queue" 0 sh -c 'queue-import r <s.tar'
cp out receipts
is "receipts" "$(sed -E 's/ [0-9a-v]{20} / NEW /' receipts)" "$one NEW 0-1
$two NEW 0
$three NEW 0"
is "all that there was" "$(listed r)" "$(listed q)"
is "an event for each" "$(cut -f 2,3,5- err)" "ev:accepted	prog:queue-import	from:a@b	rcpts:2	size:16	prio:3	tenant:t	was:$one
ev:accepted	prog:queue-import	from:	to:g@F.example	rcpts:1	size:0	was:$two
ev:accepted	prog:queue-import	from:x@y	to:long@d	rcpts:1	size:528893	was:$three"
is "with the id of the receipt" "$(cut -f 4 err | cut -c 4-)" "$(cut -d ' ' -f 2 receipts)"
while read -r old new numbers; do
	queue-show -m q "$old" >want; queue-show -m r "$new" | cmp -s - want
	ok "message $old byte by byte" $?
	is "its time" "$(queue-show -h r "$new" 2>/dev/null | grep ^time)" "$(queue-show -h q "$old" 2>/dev/null | grep ^time)"
	is "its arrival, in its id" "$(echo "$new" | cut -c 1-11)" "$(echo "$old" | cut -c 1-11)"
done <receipts
new=$(sed -n 2p receipts | cut -d ' ' -f 2)
is "state, doubt, attempts and reply" "$(queue-show -h r "$new" 2>/dev/null | grep ^to)" "to H v 7 1796000000 <g@F.example> 4.2.1 mx.f.example try again"
is "the id that it had" "$(queue-show -h r "$new" 2>/dev/null | grep ^was)" "was $two"
explained "the queue is as it should be"

status "again" 0 sh -c 'queue-import r <s.tar'
is "the same receipts" "$(cat out)" "$(sed 's/$/ before/' receipts)"
is "nothing is said" "$(cat err)" ""
is "and nothing doubled" "$(messages)" 3
status "two streams, one after the other" 0 sh -c 'cat s.tar s.tar | queue-import r'
is "not either" "$(messages)" 3
# delivered and gone: still not taken again
rm -f r/mess/*/"$new"
status "what is gone" 0 sh -c 'queue-import r <s.tar'
is "does not come back" "$(messages)" 2

# recipients of a message in two streams
fresh
queue-export q to:c@d >first.tar; queue-export q "$one" >second.tar
status "one recipient" 0 sh -c 'queue-import r <first.tar'
status "then both" 0 sh -c 'queue-import r <second.tar'
is "only the other comes" "$(sed -E 's/ [0-9a-v]{20} / NEW /' out)" "$one NEW 0 before
$one NEW 1"
is "each once" "$(listed r)" "$(listed q | grep 'from:a@b' | sed 's/n:1/n:0/' | sort)"
fresh
status "both in one run" 0 sh -c 'cat first.tar second.tar | queue-import r'
is "the same" "$(listed r)" "$(listed q | grep 'from:a@b' | sed 's/n:1/n:0/' | sort)"
status "there and back" 0 sh -c 'queue-export r | queue-import q'
is "is another message" "$(queue-list -i q | wc -l)" 5
queue-list -i q | grep -vxFf ids | while read -r i; do rm -f q/mess/*/"$i"; done
rm -f q/imported

# byte by byte, and as other programs write it
fresh
queue-export q "$one" "$two" >small.tar
status "byte by byte" 0 sh -c 'perl -e "\$|=1; print while read STDIN, \$_, 1" <small.tar | queue-import r'
is "two" "$(messages)" 2
mkdir x && tar xf s.tar -C x
for form in ustar pax gnu; do
	fresh
	tar cf x.tar --format=$form --sort=name -C x .
	status "tar's own, $form" 0 sh -c 'queue-import r <x.tar'
	is "all of it" "$(listed r)" "$(listed q)"
done
mkdir -p backup/of/q && mv x/* backup/of/q
tar cf x.tar --sort=name backup
fresh
status "below other folders" 0 sh -c 'queue-import r <x.tar'
is "all of it" "$(messages)" 3
rm -r "backup/of/q/$three"
tar cf x.tar --sort=name backup
fresh
status "one was taken out" 100 sh -c 'queue-import r <x.tar'
like "is noticed" "$(cat err)" "byte [0-9]+: end: 3 messages were written, 2 have come"
is "the others are there" "$(messages)" 2

# damage: what is whole is taken
damage() { # OFFSET
	cp s.tar bad.tar
	printf '\377' | dd of=bad.tar bs=1 seek="$1" conv=notrunc 2>/dev/null
	fresh
}
damage $((512 + 60))
status "a damaged envelope" 100 sh -c 'queue-import r <bad.tar'
like "is named" "$(cat err)" "^queue-import: warning: byte [0-9]+: $one/envelope: its checksum is wrong"
is "the others are there" "$(cut -d ' ' -f 1 out)" "$two$nl$three"
explained "nothing else is"
damage $((1024 + 512 + 3))
status "a damaged message" 100 sh -c 'queue-import r <bad.tar'
like "is named" "$(cat err)" "^queue-import: warning: byte [0-9]+: $one/message: its checksum is wrong"
is "the others are there" "$(cut -d ' ' -f 1 out)" "$two$nl$three"
explained "nothing else is"
damage $((2048 + 20))
status "a damaged header" 100 sh -c 'queue-import r <bad.tar'
like "is named" "$(cat err)" "warning: byte 2560: no header of a member"
is "what was before it is there" "$(cut -d ' ' -f 1 out)" "$one"
size=$(stat -c %s s.tar)
for n in 0 100 512 1100 2048 2500 3000 4096 5000 $((size / 2)) $((size - 1600)) $((size - 1100)); do
	fresh
	head -c $n s.tar >cut.tar
	status "cut at $n" 111 sh -c 'queue-import r <cut.tar'
	like "is said" "$(cat err)" "^queue-import: warning: byte $n: .*cut short"
	is "receipts are true" "$(messages)" "$(wc -l <out)"
	explained "nothing else is there"
	status "the whole then" 0 sh -c 'queue-import r <s.tar'
	is "doubles nothing" "$(messages)" 3
done
echo 'what is no tar' | head -c 10000 >junk; yes junk | head -c 2000 >>junk
fresh
status "what is no stream" 100 sh -c 'queue-import r <junk'

# limits, at and above
fresh
status "recipients" 100 sh -c 'queue-import -n 1 r <s.tar'
is "are named" "$(grep -v ev: err)" "queue-import: warning: message $one: too many recipients"
is "others come" "$(messages)" 2
status "just so many" 0 sh -c 'queue-import -n 2 r <s.tar'
is "come" "$(messages)" 3
fresh
status "bytes" 100 sh -c 'queue-import -s 528892 r <s.tar'
is "are named" "$(grep -v ev: err)" "queue-import: warning: message $three: too big for this queue"
status "just so many" 0 sh -c 'queue-import -s 528893 r <s.tar'
fresh
status "no room above the reserve" 111 sh -c 'queue-import -r 9000000000000000000 r <s.tar'
like "is said" "$(cat err)" "fatal: unable to write to the queue: No space left on device"
is "nothing is there" "$(messages)" 0
# a full disk while it writes
status "a file that may not grow" 111 sh -c 'ulimit -f 300; queue-import r <s.tar'
is "what was whole is there" "$(messages)" "$(wc -l <out)"
status "and all then" 0 sh -c 'queue-import r <s.tar'
is "each once" "$(messages)" 3
fresh
status "receipts that cannot be written" 111 sh -c 'queue-import r <s.tar >/dev/full'
status "come the next time" 0 sh -c 'queue-import r <s.tar'
is "each once" "$(messages).$(cut -d ' ' -f 4 out | uniq)" 3.before

# a run that died before a message had its name
fresh
queue-import r <s.tar >out 2>err
new=$(sed -n 1p out | cut -d ' ' -f 2)
mv r/mess/*/"$new" r/tmp/
touch -d '2 hours ago' "r/tmp/$new"
queue-check -r r >checked
[ -e "r/tmp/$new" ]; ok "queue-check removes it not" $?
like "and says why" "$(cat checked)" "state:making	file:tmp/$new	text:its queue-import has to be repeated"
status "the next one" 0 sh -c 'queue-import r <s.tar'
is "gives it its name" "$(messages)" 3
is "and logs it" "$(cut -f 2,4,5 err)" "ev:accepted	id:$new	from:a@b"
: >r/tmp/"$one"; touch -d '2 hours ago' r/tmp/"$one"
queue-check -r r >checked
[ ! -e r/tmp/"$one" ]; ok "what nobody was told of is removed" $?

# a test
fresh
status "as a test" 0 sh -c 'queue-import -t r <s.tar'
is "receipts delete nothing" "$(cut -d ' ' -f 1,3 out)" "$one test$nl$two test$nl$three test"
status "again" 0 sh -c 'queue-import -t r <s.tar'
is "comes again" "$(messages)" 6
is "from nobody, held no more, never tried" "$(queue-list -l r | grep to:g@ | tr '\t' '\n' | grep -E '^(from|state|try|next|params):' | sort -u | tr '\n' ' ')" "from: next:0 params:NOTIFY=NEVER state:queued try:0 "
is "tags say what it is" "$(queue-list -i r tag:test=1 | wc -l).$(queue-list -i r tag:test-from=a@b | wc -l)" 6.2
explained "the queue is as it should be"

status "no queue" 111 sh -c 'queue-import nowhere <s.tar'
status "no queue named" 100 queue-import
status "two" 100 queue-import a b
status "no number" 100 queue-import -n x r
status "an unknown option" 100 queue-import -z r
(exec <&-; queue-import r) >out 2>err; is "closed input" $? 111
mv r/tmp r/tmp2
status "what is no queue" 111 sh -c 'queue-import r <s.tar'
mv r/tmp2 r/tmp

# many, in bounded memory
if [ "${ROHRPOST_LONG:-}" ]; then n=100000; else n=5000; fi
no_queue q; queue-check -i q
python3 "$top/tests/tools/fillqueue.py" q $n size=100 >/dev/null
fresh
queue-export q >many.tar
# who is built with sanitizers cannot begin in that
room=65536
[ -z "${ASAN_OPTIONS-}" ] || room=unlimited
status "$n messages in 64 MB" 0 sh -c "ulimit -v $room; queue-import r <many.tar 2>/dev/null"
is "all of them" "$(messages).$(wc -l <out)" $n.$n
status "and again" 0 sh -c "ulimit -v $room; queue-import r <many.tar"
is "none twice" "$(messages).$(grep -c before out)" $n.$n
done_testing
