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
status "an empty queue" 0 queue-stat q
is "has a sum" "$(sed -n 2p out | awk '{print $1, $NF}')" "0 TOTAL"
{
	parcel "from a@b${nl}to c@d${nl}to e@D${nl}tenant T${nl}tag x=1${nl}tag y=2$nl" "Subject: =?utf-8?q?=C3=BC?=$nl$nl"
	parcel "from$nl""to g@f.example$nl" "Subject: other$nl$nl"
	parcel "from a@b${nl}to none${nl}tag x=1$nl" "$nl"
} | queue-inject q >/dev/null 2>&1
python3 "$top/tests/tools/fillqueue.py" q 3 to=u%d@old.example age=1000 >ids
file=q/mess/$(sed -n 1p ids | cut -c 19-20)/$(sed -n 1p ids)
perl -e 'open F, "+<", $ARGV[0]; local $/; $_ = <F>; seek F, index($_, "to Q") + 3, 0; print F "H - 00007 0000000000 4.2.2 mx.h mailbox full  "' "$file"

# the table without its head: total, the columns that are not 0, the name
rows() { awk 'NR > 1 && !/^messages/ { s = $1; for (i = 2; i < NF; i++) if ($i != "0") s = s " " (i - 1) "=" $i; print s, $NF }' out; }
status "by domain and age" 0 queue-stat q
is "most first" "$(rows)" "7 1=4 3=3 TOTAL
3 3=3 old.example
2 1=2 d
1 1=1 -
1 1=1 f.example"
is "its head" "$(head -1 out | tr -s ' ')" " T 5 10 20 40 80 160 320 640 1280 2560 2560+ domain"
like "its foot" "$(tail -1 out)" "^messages 6, bytes [0-9]+; from the files: no queue-run works there"
status "fewer rows" 0 queue-stat -n 1 q
is "and the others" "$(rows)" "7 1=4 3=3 TOTAL
3 3=3 old.example
4 1=4 others"
status "by attempts" 0 queue-stat -t -n 1 q
is "in columns" "$(rows)" "7 1=6 6=1 TOTAL
3 1=2 6=1 old.example
4 1=4 others"
status "by state" 0 queue-stat -s -n 1 q
is "in columns, too" "$(rows)" "7 4=6 5=1 TOTAL
3 4=2 5=1 old.example
4 4=4 others"

# a field, and the names of its rows behind those with more
while read -r field want; do
	status "by $field" 0 queue-stat -b "$field" q
	is "rows of $field" "$(sed '1,2d;$d' out | awk '{print $1 ":" $NF}' | paste -s -d ' ')" "$want"
done <<'END'
tenant 5:- 2:t
tag 4:- 3:x=1
tag:x 4:- 3:1
tag:y 5:- 2:2
from 3:a@b 3:sender@example.org 1:<>
state 6:queued 1:held
failure 6:- 1:mailbox-full
subject 3:test 2:ü 1:- 1:other
site 7:-
provider 7:-
END
status "two fields" 0 queue-stat -l -b state -b domain q domain:old.example
is "have a row for both" "$(sed 's/	age.*//' out)" "row:total	recipients:3	messages:3	bytes:3000
state:queued	domain:old.example	recipients:2
state:held	domain:old.example	recipients:1"
status "nothing matches" 1 queue-stat q to:nobody
status "what only queue-run knows" 111 queue-stat q site:x
status "done with, of which there is none" 1 queue-stat -l -b state q state:sent
echo "$(sed -n 2p ids) 0 S" >q/done/0000000001
status "one is sent" 0 queue-stat -l -b state -a q
is "and counted with -a" "$(grep -c '^state:sent' out)" 1
is "else not" "$(queue-stat -l q | sed -n 's/.*recipients:\([0-9]*\)	m.*/\1/p')" 6

# tables one after the other, until a q
mkfifo in
sh -c 'exec queue-stat -l -w 1 q <in >tables 2>&1' &
pid=$!
exec 5>in
two() { [ "$(grep -c ^row:total tables)" -ge 2 ]; }
ok "two tables" "$(wait_for 20 two; echo $?)"
echo q >&5
wait $pid
ok "a q ends it" $?
exec 5>&-
for bad in "-b x q" "-b tag: q" "-b domain:x q" "-n 0 q" "-n 50001 q" "-w 0 q" "-w 86401 q" "-x q" "" "q state:lost" \
    "-b from -b from -b from -b from -b from q"; do
	status "bad: $bad" 100 queue-stat $bad
done
status "four fields" 0 queue-stat -b from -b from -b from -b from -n 50000 q
status "no queue" 111 queue-stat nowhere
status "/dev/full" 111 sh -c 'queue-stat q >/dev/full'
for fd in 0 1 2; do
	[ $fd = 0 ] && r='<&-' || r="$fd>&-"
	status "descriptor $fd closed" 111 sh -c "queue-stat q $r"
done
echo rubbish >"$file"
status "a damaged message" 100 queue-stat q
like "is told" "$(cat err)" "is no whole message"
done_testing
