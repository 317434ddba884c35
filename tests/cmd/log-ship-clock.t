#!/bin/sh
# files that have got their names after the clock was set back, and files that go
# while a receiver is down
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fake="python3 $top/tests/tools/fakeship.py"
log=log/a-final
mkdir -p $log conf
: >$log/current
echo me.example >conf/me
echo "d link \"exec $fake rec answers\" retry=10ms..50ms batch=2" >conf/ship; conf-build conf
# clock S N...: events with that time, in seconds behind nine, and these numbers
clock() {
	s=$1; shift
	for n; do printf 'ts:2026-11-30T09:%02d:%02d.000000Z\tev:x\tprog:p\tn:%d\n' $((s / 60)) $((s % 60)) "$n"; done >>$log/current
}
# name S, turn S: what svlogd calls a file that it ends then, and that it does so
name() { printf '@%016x%08x' $((4611686018427387914 + 1796029200 + $1)) 0; }
turn() { mv $log/current "$log/$(name "$1").s"; : >$log/current; }
begin() { bg log-ship -C conf -S state -d d log 2>>err.ship; }
stop() { kill "$bg_pid"; wait "$bg_pid"; }
got() { sed 's/.*	n:\([0-9]*\).*/\1/' rec 2>/dev/null | tr '\n' ' '; }
caught_up() { log-ship -c -C conf -S state log; }
kept() { grep -q "$1" state/d/cursor 2>/dev/null; }
said() { grep -q "$1" err.ship; }

begin
clock 600 1; turn 660; clock 660 2; turn 720; clock 720 3
wait_for 10 caught_up; ok "a steady clock" $?
stop
clock 780 4; turn 840
clock 840 5; clock 630 6; turn 640 # set back while this was written
clock 640 7; turn 700 # a name between two that were read
clock 700 8
is "what would be sent" "$(log-ship -n -C conf -d d -S state log | sed 's/.*	n://' | tr '\n' ' ')" "4 5 6 7 8 "
status "what waits" 1 log-ship -c -C conf -S state log
like "is counted" "$(cat out)" "waiting:5	behind:[0-9]*	.*	lost:0\$"
status "and for the audit" 1 log-audit -s state log
like "it is the same" "$(cat out)" "logged:3	.*waiting:5	lost:0	proved:3	unproved:0	wrong:0\$"
begin
wait_for 10 caught_up; ok "the clock was set back" $?
is "all are shipped, in their order, once" "$(got)" "1 2 3 4 5 6 7 8 "
stop
status "the audit" 0 log-audit -s state log
like "has compared each file" "$(cat out)" "logged:8	taken:8	.*proved:8	unproved:0	wrong:0\$"
sed -i s/n:7/n:9/ "$log/$(name 700).s"
ROHRPOST_CLOCK=$(python3 -c 'import time; print("%d:%d:100" % (time.time() * 1e6, time.monotonic() * 1e6))') \
	status "one that has another event" 1 log-audit -s state log
like "is found" "$(cat out)" "wrong:1\$"
sed -i s/n:9/n:7/ "$log/$(name 700).s"

# a receiver that is down, and svlogd removes what is lowest
echo "always Z not now" >answers
begin
clock 701 9 10 11 12 13 14
wait_for 10 said "not now"; ok "the receiver is down" $?
turn 760; clock 760 15; turn 780; clock 780 16
waits() { kept "waiting:[^	]*$(name 780)="; }
wait_for 10 waits; ok "files that wait are kept with the place" $?
rm "$log/$(name 780).s"
gone() { said "log/a-final: LOST: $(name 780), [0-9]* bytes, was removed before it was read"; }
wait_for 20 gone; ok "one that is removed is said at once" $?
wait_for 10 kept "lost:1"; ok "and counted, while nothing is sent" $?
like "-c says so" "$(log-ship -c -C conf -S state log)" "lost:1\$"
kill -9 "$bg_pid"; wait "$bg_pid" 2>/dev/null
rm "$log/$(name 760).s"
like "another while nobody runs" "$(log-ship -c -C conf -S state log 2>err)" "lost:2\$"
rm answers
begin
wait_for 10 kept "lost:2"
arrived() { [ "$(wc -l <rec)" -ge "$1" ]; }
wait_for 10 arrived 9
stop
is "the rest is there" "$(got)" "1 2 3 4 5 6 7 8 16 "

# the same with the file of the place: what is counted before a new start is not
# counted again behind it
rm -rf log/a-final/* state rec err.ship; : >$log/current
clock 600 1
begin
wait_for 10 kept "taken:1"; ok "the place is in what is current" $?
echo "always Z not now" >answers
clock 601 2 3 4 5 6 7
wait_for 10 said "not now"; ok "the receiver is down" $?
turn 660; clock 660 8
wait_for 10 kept "	file:$(name 660)	"; ok "the place knows its file's name" $?
kill -9 "$bg_pid"; wait "$bg_pid" 2>/dev/null
rm "$log/$(name 660).s"
mv $log/current current
begin
wait_for 10 kept "lost:1"; ok "it is removed, and counted" $?
kept "	off:0	"; ok "and there is no place in it" $?
mv current $log/current
rm answers
wait_for 10 arrived 2
stop
is "the next one is there" "$(got)" "1 8 "
kept "lost:1"; ok "it was counted once" $?

# the place as an earlier release has kept it
rm -rf log/a-final/* state rec err.ship; : >$log/current
begin
clock 600 1; turn 660; clock 660 2; turn 720; clock 720 3
wait_for 10 caught_up
stop
sed -i 's/	file:[^	]*//; s/	read:.*/	newest:'"$(name 720)"'	pending:0/' state/d/cursor
clock 721 4; turn 780; clock 780 5 6; turn 840; clock 840 7
begin
wait_for 10 caught_up; stop
is "an earlier release's place is carried on" "$(got)" "1 2 3 4 5 6 7 "
kept "	read:$(name 660),"; ok "and kept as it is kept now" $?
done_testing
