#!/bin/sh
# ship-file: batches into files, and what stays of one that fails.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
# give FILE COMMAND...: its lines as one batch; receipts, "--" behind each
give() {
	give_file=$1; shift
	batch make <"$give_file" | "$@" >receipts 2>err
	echo $? >give.status
	batch read <receipts
}
taken='K
--'
batch events 4 >events
# the same a day later
sed 's/ts:2026-11-01/ts:2026-11-02/' events >later

is "a batch" "$(give events ship-file file 'log/%Y/%m-%d.log')" "$taken"
cmp -s log/2026/11-01.log events; ok "is in the file of its day" $?
is "for owner and group" "$(stat -c %a log/2026/11-01.log log/2026 log)" "640
750
750"
cat events later >both
is "of two days" "$(give both ship-file file 'log/%Y/%m-%d.log')" "$taken"
cmp -s log/2026/11-02.log later; ok "goes into two files" $?
cat events events | cmp -s log/2026/11-01.log -; ok "behind what was there" $?
batch make 1 <both | ship-file file one >receipts
is "many batches" "$(grep -o K receipts | grep -c K)" 8
cmp -s one both; ok "keep their order" $?
mv one one.old
is "a file that was renamed" "$(give events ship-file file one mode=600)" "$taken"
cmp -s one events; ok "is made anew" $?
is "with the mode that is wanted" "$(stat -c %a one)" 600
printf 'eid:0\tev:x\n' >timeless
is "an event without a time" "$(give timeless ship-file file %Y.now)" "$taken"
cmp -s "$(date -u +%Y).now" timeless; ok "has that of its arrival" $?

is "JSON" "$(give events ship-file file x.json format=json)" "$taken"
is "is an object on each line" "$(python3 -c 'import json, sys
for l in sys.stdin: print(json.loads(l)["ev"])' <x.json | tr '\n' ' ')" "accepted sent deferred bounced "
is "CSV" "$(give events ship-file csv x.csv)" "$taken"
is "has a header and records" "$(python3 -c 'import csv, sys
for r in csv.DictReader(sys.stdin): print(r["type"], r["rcpt"], r["timeLogged"], r["dsnDiag"], r["eid"][:4])' <x.csv | head -2)" \
	'r u0@y.example 2026-11-01 01:00:00+0000 smtp;250 ok, "fine" 6c0e
d u1@y.example 2026-11-01 01:00:01+0000 smtp;250 ok, "fine" '"$(sed -n '2s/eid:\(....\).*/\1/p' events)"
is "once more" "$(give events ship-file file x.csv format=csv)" "$taken"
is "has no second header" "$(grep -c timeLogged x.csv) $(wc -l <x.csv)" "1 9"
printf 'eid:0\tev:started\n' >other
is "what is no record" "$(give other ship-file csv none.csv)" "$taken"
[ ! -e none.csv ]; ok "makes no file" $?

# what a crash leaves
head -c 100 events >torn
is "a line that was cut" "$(give events ship-file file torn)" "$taken"
cmp -s torn events; ok "goes" $?
{ cat events; printf 'eid:0'; } >torn
is "behind others, too" "$(give events ship-file file torn)" "$taken"
cat events events | cmp -s torn -; ok "and they stay" $?
# just what is looked at, and one byte more: that is no line of ours
for n in 65536 65537; do
	head -c $n /dev/zero | tr '\0' x >"torn.$n"
	give events ship-file file "torn.$n" >/dev/null
done
cmp -s torn.65536 events; ok "65536 bytes are cut" $?
is "one more stays" "$(head -c 65537 torn.65537 | tr -d x)" ""

# files that cannot be written
is "a folder" "$(give events ship-file file log)" "Z unable to write log: Is a directory
--"
is "ends well" "$(cat give.status)" 0
mkfifo fifo
is "a FIFO" "$(give events ship-file file fifo)" "Z unable to write fifo: Invalid argument
--"
is "below a file" "$(give events ship-file file x.csv/y)" "Z unable to write x.csv/y: Not a directory
--"
cp events full
batch make <both >b
(ulimit -f 2; ship-file file full <b >receipts 2>err)
is "no room" "$(batch read <receipts)" "Z unable to write full: File too large
--"
cmp -s full events; ok "nothing of it stays" $?
# in the second of two files: the first is as it was, too
head -c 2000 /dev/zero | tr '\0' '\n' >a-02
(ulimit -f 2; ship-file file a-%d <b >receipts 2>err)
is "no room in the second file" "$(batch read <receipts)" "Z unable to write a-02: File too large
--"
is "nothing is in either" "$(wc -c <a-01) $(wc -c <a-02)" "0 2000"

# names
i=0
while [ $i -lt 65 ]; do
	printf 'eid:%d\tts:2026-11-22T01:%02d:%02dZ\tev:x\n' $i $((i / 60)) $((i % 60))
	i=$((i + 1))
done >names
head -n 64 names >names64
is "64 files in one batch" "$(give names64 ship-file file m/%M%S)" "$taken"
is "one more" "$(give names ship-file file m/%M%S)" "S it would go into too many files
--"
long=$(head -c 300 /dev/zero | tr '\0' x)
like "a name that is too long" "$(give events ship-file file "$long")" "^Z unable to write x*: File name too long"

# killed at each call that changes something: what was taken is there, no line
# is cut, and nothing is there twice but with the same eid
batch events 40 >many
while read -r call when; do
	rm -rf k
	batch make 10 <many | strace -f -o trace -e "trace=$call" -e "inject=$call:signal=KILL:when=$when" \
		ship-file file k/%d/x >receipts 2>err
	taken_n=$(batch read <receipts 2>/dev/null | grep -c K)
	head -n $((taken_n * 10)) many | cut -f 1 | sort >want
	cut -f 1 k/01/x 2>/dev/null | sort -u >got
	is "killed at $call $when: what was taken is there" "$(comm -23 want got)" ""
	is "and not all was" "$((taken_n < 4))" 1
	batch talk 10 ship-file file k/%d/x <many >/dev/null
	sort -u k/01/x >got
	sort many | cmp -s - got; ok "and then all is, and no more" $?
done <<X
mkdir 1
mkdir 2
flock 1
write 1
write 2
write 3
fsync 1
fsync 2
fsync 5
X

# two at once
batch events 200 >many
batch make 5 <many >b
ship-file file both.log <b >r1 & p=$!
ship-file file both.log <b >r2
wait $p
is "two write one file" "$(sort both.log | uniq -c | awk '{ print $1 }' | sort -u) $(sort -u both.log | wc -l)" "2 200"

# usage
status "no arguments" 100 ship-file
status "no path" 100 ship-file file
status "a kind of another program" 100 ship-file sqlite x
is "is said" "$(cat err)" "ship-file: fatal: sqlite is not for this program"
status "no key" 100 ship-file file x colour=red
status "a mode that is none" 100 ship-file file x mode=rw
status "that its owner cannot write" 100 ship-file file x mode=440
status "of four digits" 100 ship-file file x mode=0640
status "columns that are none" 100 ship-file csv x columns=a,,b
printf 'nonsense' >nonsense
status "no batch" 100 sh -c 'ship-file file x <nonsense'
status "a batch that was cut" 111 sh -c 'printf 10:eid | ship-file file x'
status "end of input" 0 sh -c 'ship-file file x </dev/null'
is "says nothing" "$(cat err)" ""
ship-file file x.full >/dev/full <b 2>err
is "/dev/full" $? 111
ship-file file x.full <&- 2>err
is "0 closed" $? 111
ship-file file x.full >&- <b 2>err
is "1 closed" $? 111
done_testing
