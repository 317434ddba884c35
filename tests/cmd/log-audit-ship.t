#!/bin/sh
# log-audit -s: what log-ship says it has read and sent, against the logs
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fake="python3 $top/tests/tools/fakeship.py"
mkdir -p log/a-final log/b
: >log/a-final/current; : >log/b/current
n=0
# ev LOG: an event; turn LOG: svlogd begins another file
ev() { n=$((n + 1)); printf 'ts:2026-11-30T09:00:01.%06dZ\tev:x\tprog:p\tn:%d\n' $n $n >>"log/$1/current"; }
turns=0
turn() { turns=$((turns + 1)); mv "log/$1/current" "log/$1/@4000000069000000$(printf %08x $turns).s"; : >"log/$1/current"; }
begin() { bg log-ship -N d -S state -f '!n:3' log $fake rec answers 2>>err.ship; }
stop() { kill "$bg_pid"; wait "$bg_pid"; }
all_sent() { log-ship -c -N d -S state -f '!n:3' log; }
# field NAME LOG: of the last answer
field() { sed -n "s/.*src:$2	\(.*	\)*$1:\([0-9]*\).*/\2/p" out; }

begin
ev a-final; ev a-final; ev a-final; ev b; echo 'p: info: no event' >>log/b/current
wait_for 10 all_sent
status "all is shipped" 0 log-audit -s state log
is "all of it is counted" "$(field logged a-final) $(field taken a-final) $(field filtered a-final) $(field proved a-final) $(field unproved a-final)" "3 2 1 3 0"
turn a-final; ev a-final; wait_for 10 all_sent; turn a-final; ev a-final; ev b; wait_for 10 all_sent
status "over several files" 0 log-audit -s state log
is "all of them are proved" "$(field proved a-final) $(field unproved a-final)" "5 0"
stop
for f in log/a-final/@*; do gzip -c "$f" >f; mv f "$f"; done
status "compressed" 0 log-audit -s state log
is "still all" "$(field proved a-final) $(field wrong a-final)" "5 0"
cp -R log kept
rm log/a-final/@*01.s
status "the oldest was removed, after it was read" 0 log-audit -s state log
is "the others are proved" "$(field proved a-final) $(field unproved a-final)" "2 0"
rm log/a-final/@*02.s
status "so was the next" 0 log-audit -s state log
is "what is left is proved" "$(field proved a-final) $(field unproved a-final)" "1 0"

# what must show: a line more, one less, another one, of what was read
try() { # NAME COMMAND
	rm -rf log; cp -R kept log
	(cd log/a-final && gunzip -c @*01.s >x && mv x @*01.s && eval "$2")
	status "$1" 1 log-audit -s state log
	is "it is wrong" "$(field wrong a-final)" "${3:-1}"
}
ROHRPOST_CLOCK=$(python3 -c 'import time; print("%d:%d:100" % (time.time() * 1e6, time.monotonic() * 1e6))')
export ROHRPOST_CLOCK
try "an event that was not read" "f=\$(ls @*01.s); printf 'ts:2026-11-30T09:00:01.0Z\tev:y\n' >>\$f"
try "one is missing" "f=\$(ls @*01.s); sed -i 2d \$f"
try "one is another" "f=\$(ls @*01.s); sed -i s/n:2\$/n:9/ \$f"
rm -rf log; cp -R kept log
printf 'ts:2026-11-30T09:00:02.000000Z\tev:x\tprog:p\tn:77\n' >>log/a-final/current
status "one that waits" 1 log-audit -s state log
is "it is counted" "$(field waiting a-final)" 1
rm -rf log; cp -R kept log
sed -i 's/taken:4/taken:3/' state/d/cursor
status "ends that do not make up what was read" 1 log-audit -s state log
mkdir none
status "no destination" 1 log-audit -s none log
like "is told" "$(cat err)" "no destination in none"
status "with what belongs to the other form" 100 log-audit -v -s state log
status "no logs" 100 log-audit -s state
done_testing
