#!/bin/sh
# Mail goes from one queue to another, and somebody dies: queue-import at each
# of its system calls, each of them fails, either side at any moment, a disk
# that is full.  What came before is delivered and gone each time.  In the end
# every recipient has come once, and nobody is left behind.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
	echo "1..0 # SKIP strace does not work here"
	exit 0
}
fail() { echo "# $*"; bad=$((bad + 1)); }
verdict() { is "$1, $runs runs" "$bad" 0; bad=0 runs=0; }
bad=0 runs=0
queue-check -i q || exit 1
python3 "$top/tests/tools/fillqueue.py" q 2 rcpts=2 size=300 >ids
queue-export q >stream
sed 's/$/ 0-1/' ids >want

fresh() { no_queue r; queue-check -i r; rm -rf gone; mkdir gone; : >receipts; }
# delivered: what has its name goes, as if it had been delivered
delivered() { find r/mess -type f -exec mv {} gone/ \;; }
# complete WHAT: the stream once more, and all is as it has to be
complete() {
	runs=$((runs + 1))
	delivered
	queue-import r <stream >>receipts 2>err || fail "$1: again: $(cat err)"
	delivered
	came=$(grep -ah '^was ' gone/* | sort | cut -d ' ' -f 2)
	[ "$came" = "$(cat ids)" ] || fail "$1: not each once: $(echo $came)"
	[ "$(cut -d ' ' -f 1,3 receipts | sort -u)" = "$(cat want)" ] || fail "$1: receipts"
	# nobody was told of another id than the one that has come
	[ "$(cut -d ' ' -f 2 receipts | sort -u | tr '\n' ' ')" = "$(ls gone | tr '\n' ' ')" ] || fail "$1: other ids"
}

# each system call that changes something
for call in write pwrite64 renameat renameat2 fsync fdatasync syncfs; do
	n=1
	while :; do
		fresh
		strace -qq -o trace -e trace=$call -e inject=$call:signal=KILL:when=$n \
			queue-import r <stream >>receipts 2>err
		got=$?
		[ $got != 0 ] || break
		[ $got = 137 ] || fail "killed at $call $n: status $got"
		complete "killed at $call $n"
		n=$((n + 1))
	done
done
verdict "killed at each system call"
for call in write pwrite64 renameat renameat2 fsync fdatasync syncfs; do
	n=1
	while :; do
		fresh
		strace -qq -o trace -e trace=$call -e inject=$call:error=ENOSPC:when=$n \
			queue-import r <stream >>receipts 2>err
		got=$?
		grep -q INJECTED trace || break
		# a log that cannot be written stops nobody
		[ $got = 111 ] || [ $call = write ] || fail "$call $n failed: status $got"
		complete "$call $n failed"
		n=$((n + 1))
	done
done
verdict "each system call failed"

# either side, and the one that deletes, at any moment
no_queue r; queue-check -i r
bg queue-run q answer status:later 2>log
run=$bg_pid
wait_for 20 queue-ctl q status; ok "a queue-run works on the queue" $?
rm -rf gone; mkdir gone
: >order
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	python3 "$top/tests/tools/fillqueue.py" q 10 rcpts=2 to=u%d@d%d.example >>all.ids
	queue-inject q </dev/null 2>/dev/null # asks for a scan
	rm -f p1 p2 p3
	sh -c 'echo $$ >p1; exec queue-export -m q' 2>>err |
		sh -c 'echo $$ >p2; exec queue-import r' 2>>err |
		sh -c 'echo $$ >p3; exec queue-export -d q' >>err 2>&1 &
	pipe=$!
	wait_for 20 test -s p1 -a -s p2 -a -s p3 || fail "no pipe"
	read -r victim <p$((n % 3 + 1))
	# a moment that is another one each time: as long as so many looks take
	i=0
	while [ $i -lt $((n * n % 13 * 40)) ] && kill -0 "$victim" 2>/dev/null; do i=$((i + 1)); done
	kill -9 "$victim" 2>/dev/null && echo "$n" >>order
	wait "$pipe"
	find r/mess -type f -exec mv {} gone/ \;
done
ok "killed in $(wc -l <order) of 20 runs" "$([ -s order ]; echo $?)"
moved() {
	queue-export -m q 2>>err | queue-import r 2>>err | queue-export -d q >>err 2>&1
	[ -z "$(queue-list q)" ]
}
wait_for 60 moved; ok "the queue is empty then" $?
find r/mess -type f -exec mv {} gone/ \;
cat ids all.ids | sort >want
python3 - gone want >got <<'X'
import collections, os, sys
came = collections.Counter()
for f in os.listdir(sys.argv[1]):
    head = open(os.path.join(sys.argv[1], f), "rb").read().split(b"\n\n", 1)[0].split(b"\n")
    was = [l.split()[1].decode() for l in head if l.startswith(b"was ")][-1]
    for l in head:
        if l.startswith(b"to "):
            came[was, l[225:].split()[0]] += 1
ids = open(sys.argv[2]).read().split()
seen = collections.Counter(i for i, _ in came)
print("lost", sum(1 for i in ids if seen[i] != 2))
print("twice", sum(1 for v in came.values() if v != 1))
X
is "nobody was lost, nobody has come twice" "$(cat got)" "lost 0
twice 0"
queue-ctl q stop >/dev/null; wait "$run"
for x in q r; do
	queue-check $x >checked 2>&1; is "queue $x is explained" $? 0
done
done_testing
