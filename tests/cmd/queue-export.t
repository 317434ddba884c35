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
status "an empty queue" 1 queue-export q
is "is said" "$(cat err)" "queue-export: warning: nothing matched"
is "its stream is whole" "$(tar tf out)" end
is "and says so" "$(tar xOf out end)" "messages 0${nl}recipients 0"
{
	parcel "from a@b${nl}to c@d NOTIFY=NEVER${nl}to e@f.example${nl}prio 3${nl}tenant t$nl" "Subject: one${nl}${nl}1$nl"
	parcel "from$nl""to g@F.example$nl" "22$nl"
	parcel "from x@y${nl}to long@d$nl" "$(seq 1 90000)"
} | queue-inject q 2>/dev/null | tr , '\n' | cut -c 5- >ids
one=$(sed -n 1p ids) two=$(sed -n 2p ids) three=$(sed -n 3p ids)

status "three messages" 0 queue-export q
cp out all.tar
is "members, oldest message first" "$(tar tf all.tar)" "$(
	for i in $one $two $three; do printf '%s/envelope\n%s/message\n' "$i" "$i"; done; echo end)"
is "an envelope" "$(tar xOf all.tar "$one/envelope" | sed -E 's/^(time|crc32c|check) .*/\1/')" "export 1
id $one
size 16
crc32c
time
from a@b
prio 3
tenant t
to c@d NOTIFY=NEVER
rcpt 0 Q - 0 0
to e@f.example
rcpt 1 Q - 0 0
check"
for i in $one $two $three; do
	tar xOf all.tar "$i/message" >got
	queue-show -m q "$i" | cmp -s - got
	ok "message $i byte by byte" $?
done
is "the end" "$(tar xOf all.tar end)" "messages 3${nl}recipients 4"
is "members have the time of arrival" "$(tar --utc --full-time -tvf all.tar "$two/message" | grep -o "20[0-9-]* [0-9:]*")" "$(date -u -d "@$(queue-show -h q "$two" 2>/dev/null | sed -n "s,^time \([0-9]*\).*,\1,p")" "+%F %T")"
queue-export q >again
cmp -s all.tar again; ok "the same again" $?
is "python reads it, too" "$(python3 -c 'import sys, tarfile
print(len(tarfile.open(sys.argv[1]).getmembers()))' all.tar)" 7

status "who is meant" 0 queue-export q domain:.example
is "of a message only they" "$(tar xOf out --wildcards '*/envelope' | grep -c '^to ')" 2
is "with their numbers" "$(tar xOf out --wildcards '*/envelope' | grep '^rcpt ' | tr '\n' ';')" "rcpt 1 Q - 0 0;rcpt 0 Q - 0 0;"
status "the same counted" 0 queue-export -n q domain:.example
is "as labels" "$(cat out)" "messages:2	recipients:2	bytes:19"
echo "$two" >one.id
status "ids" 0 sh -c 'queue-export -n q - <one.id'
is "only they" "$(cut -f 1 out)" messages:1
status "by number" 0 queue-export -n q n:1
is "one" "$(cut -f 2 out)" recipients:1
status "none of that kind" 1 queue-export -n q domain:nowhere
is "nothing" "$(cut -f 1,2 out)" "messages:0	recipients:0"

# when it came
python3 "$top/tests/tools/fillqueue.py" q 1 to=old@a.example age=7200 >old
now=$(date +%s)
status "what came in an hour" 0 queue-export -n -b $((now - 7300)) -e $((now - 3600)) q
is "one" "$(cut -f 1 out)" messages:1
status "nothing older" 1 queue-export -n -e $((now - 7300)) q
status "the others" 0 queue-export -n -b $((now - 3600)) q
is "three" "$(cut -f 1 out)" messages:3

# a state of its own: the journal's counts
id=$(cat old)
printf '%s 0 S\n' "$two" >q/done/0000000001
printf '%s 0 b\n' "$id" >>q/done/0000000001
status "who is done with" 0 queue-export -n q
is "is left out" "$(cut -f 1,2 out)" "messages:2	recipients:3"
status "also where he is asked for" 1 queue-export q state:sent
printf '%s 0 B\n' "$two" >q/done/0000000001
queue-export q "$two" >out 2>err
is "but not whose report is owed" "$(tar xOf out "$two/envelope" | grep ^rcpt)" "rcpt 0 B - 0 0"
rm q/done/0000000001

# damage
f=$(echo q/mess/*/"$one")
printf X | dd of="$f" bs=1 seek=$(($(stat -c %s "$f") - 2)) conv=notrunc 2>/dev/null
status "a wrong checksum" 100 queue-export q "$one" "$two"
is "is named" "$(cat err)" "queue-export: warning: the checksum of message $one is wrong: it is left out"
is "and the others come" "$(tar tf out)" "$two/envelope$nl$two/message${nl}end"
echo x >q/mess/00/0123456789abcdefgh00
status "what is no message" 100 queue-export q "$two" 0123456789abcdefgh00
rm q/mess/00/0123456789abcdefgh00

# what it cannot do
status "no queue" 111 queue-export nowhere
status "a full disk" 111 sh -c 'queue-export q >/dev/full'
like "is said" "$(cat err)" "fatal: unable to write"
status "no selector" 100 queue-export q nonsense
status "no queue named" 100 queue-export
status "no time" 100 queue-export -b x q
for o in -dm -rm -dr -dn; do
	status "$o" 100 queue-export $o q </dev/null
done
status "-d has no selectors" 100 queue-export -d q all </dev/null
status "a move without queue-run" 111 queue-export -m q
is "is said" "$(cat err)" "queue-export: fatal: no queue-run works on q"
[ ! -e q/moving ]; ok "and leaves nothing" $?
status "counting needs none" 0 queue-export -mn q

(exec >&-; queue-export q) 2>err; is "closed output" $? 111

# a move: who is in the chain, held before, meant or not
queue-check -i m
for n in 1 2 3; do
	parcel "from a@b${nl}to c@d.org${nl}to e@f.example$nl" "$n$nl"
done | queue-inject m 2>/dev/null | tr , '\n' | cut -c 5- >ids
one=$(sed -n 1p ids) two=$(sed -n 2p ids) three=$(sed -n 3p ids)
serve() {
	bg queue-run m "$@" 2>>log
	run=$bg_pid
	wait_for 20 queue-ctl m status
}
serve answer status:deferred code:450 'text:450 4.2.1 later'
tried() { [ "$(queue-list -l m tries:1 state:waiting | wc -l)" = "$1" ]; }
wait_for 20 tried 6; ok "all were tried" $?
queue-ctl m hold "$three" n:1 >out
is "one recipient of a message is held" "$(cat out)" "ok:1	count:1	out:0	failed:0"
status "what a move would be" 0 queue-export -mn m domain:d.org
is "changes nothing" "$(cut -f 1,2 out).$(queue-list -l m state:held | wc -l)" "messages:3	recipients:3.1"
status "a move of a domain" 0 queue-export -m m domain:d.org
cp out m.tar
is "they are held" "$(queue-list -l m state:held | cut -f 1,2)" "id:$one	n:0${nl}id:$two	n:0${nl}id:$three	n:0${nl}id:$three	n:1"
is "but not in the stream" "$(tar xOf m.tar --wildcards '*/envelope' | grep ^rcpt | cut -d ' ' -f 2-5 | uniq -c | tr -s ' ')" " 3 0 Q - 1"
is "which has when they were to be tried" "$(tar xOf m.tar --wildcards '*/envelope' | grep ^rcpt | cut -d ' ' -f 6)" "$(cut -d ' ' -f 3 m/moving)"
is "they stand in moving" "$(cut -d ' ' -f 1,2 m/moving)" "$one 0$nl$two 0$nl$three 0"
queue-export -m m domain:d.org >again
cmp -s again m.tar; ok "the same again" $?
status "and all" 0 queue-export -m m
is "who was held before is" "$(tar xOf out "$three/envelope" | grep ^rcpt | cut -d ' ' -f 2,3)" "0 Q${nl}1 H"
status "it is given up" 0 queue-export -r m
is "who was held before still is" "$(queue-list -l m state:held | cut -f 1,2)" "id:$three	n:1"
[ ! -e m/moving ]; ok "and nothing is to be moved" $?

queue-check -i other
queue-export -m m domain:d.org | queue-import other 2>/dev/null >receipts
status "receipts delete" 0 sh -c 'queue-export -d m <receipts'
is "those three" "$(cat out)" "ok:1	count:3	out:0	failed:0"
is "the others stay" "$(queue-list -l m | cut -f 1,2)" "id:$one	n:1${nl}id:$two	n:1${nl}id:$three	n:1"
is "and here are they" "$(queue-list -l other to:c@d.org state:queued tries:1 | wc -l)" 3
[ ! -e m/moving ]; ok "nothing is to be moved" $?
status "the same receipts again" 0 sh -c 'queue-export -d m <receipts'
is "delete nothing, and that is said" "$(cat out err)" "ok:1	count:0	out:0	failed:0
queue-export: warning: 3 recipients are not here any more: deleted before, or sent"
echo "$one $one 1" >good
echo "$one $one test" >bad
status "no receipt" 100 sh -c 'queue-export -d m <bad'
is "is said" "$(cat err)" "queue-export: warning: line 1 is no receipt of queue-import"
(echo what; cat good) >>bad
status "a good one behind it" 100 sh -c 'queue-export -d m <bad'
is "is carried out" "$(cut -f 2 out)" count:1
status "no receipts at all" 0 sh -c 'queue-export -d m </dev/null'
queue-ctl m stop >/dev/null; wait "$run"

# in the chain: written when they are back, or not at all
mkfifo gate
cat >hang <<'X'
#!/bin/sh
# holds each job until somebody opens the gate
while read -r job; do
	echo "$job" >>"$T/jobs"
	read -r answer <"$T/gate"
	id=${job#id:}
	n=${job#*	n:}
	printf 'id:%s\tn:%s\tstatus:%s\n' "${id%%	*}" "${n%%	*}" "$answer"
done
X
chmod +x hang; export T
no_queue m; queue-check -i m
parcel "from a@b${nl}to c@d.org$nl" "x$nl" | queue-inject m 2>/dev/null | cut -c 5-24 >ids
serve ./hang
wait_for 20 test -s jobs; ok "one is in the chain" $?
status "he does not come back in time" 111 queue-export -m -w 0 m
is "that is said" "$(cat err)" "queue-export: warning: 1 recipients are in the chain: they are held when they come back, and were not written"
is "and he is not written" "$(tar tf out)" end
queue-export -m -w 60 m >m.tar 2>err &

echo deferred >gate
wait $!; is "he comes back" $? 0
is "and is written" "$(tar tf m.tar | wc -l).$(tar xOf m.tar "$(cat ids)/envelope" | grep -c '^rcpt 0 Q - 1 ')" 3.1
# released by somebody, and sent: the receipt comes too late
queue-import other <m.tar >receipts 2>/dev/null
: >jobs
queue-ctl m release all >/dev/null; queue-ctl m retry all >/dev/null
wait_for 20 test -s jobs; echo sent >gate
wait_for 20 none_in m; ok "he was sent" $?
status "a receipt that comes too late" 0 sh -c 'queue-export -d m <receipts'
is "is told of" "$(tail -n 1 err)" "queue-export: warning: 1 recipients are not here any more: deleted before, or sent"
queue-ctl m stop >/dev/null; wait "$run"
queue-check m >out 2>&1; is "the queue is as it should be" "$?.$(grep -c state: out)" 0.0

# a hundred thousand messages in bounded memory
if [ "${ROHRPOST_LONG:-}" ]; then n=100000; else n=5000; fi
queue-check -i many
python3 "$top/tests/tools/fillqueue.py" many $n size=100 >/dev/null
# who is built with sanitizers cannot begin in that
room=65536
[ -z "${ASAN_OPTIONS-}" ] || room=unlimited
status "$n messages in 64 MB" 0 sh -c "ulimit -v $room; queue-export many >many.tar"
is "all of them" "$(tar tf many.tar | wc -l)" $((2 * n + 1))
done_testing
