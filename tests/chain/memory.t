#!/bin/sh
# What deliverers write down stands in memory, where it costs the disk
# nothing, in a folder that is nobody else's; where that cannot be, in the
# queue; and wherever it stands it is found.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
m=
shm() { df --output=fstype /dev/shm 2>/dev/null | grep -qx tmpfs; }
# what logind does not sweep
ours() { [ "$(id -u)" -lt 1000 ] || [ ! -e /run/systemd/seats ]; }
if ! shm || ! ours; then
	skip "/dev/shm is no tmpfs here, or not for us"
	done_testing
	exit 0
fi
fresh() {
	no_queue "$1"; : >log
	queue-check -i "$1" && python3 "$top/tests/tools/fillqueue.py" "$1" "$2" to=u%d@a.example >/dev/null
	m=$(memory "$1")
}
run() { # QUEUE LINK...
	bg queue-run "$@" 2>>log
	run_pid=$bg_pid
}
stop() { queue-ctl "$1" stop >/dev/null; wait "$2"; }
started() { grep -q 'ev:started' log && queue-ctl "$1" status >/dev/null; }
in_queue() { find "$1/done" -name 'results.*' | wc -l; }
sent() { [ "$(grep -c 'ev:sent	' log)" -ge "$1" ]; }
# a last link that holds its jobs back
cat >hold.py <<'P'
import sys
for line in sys.stdin:
    pass
P

fresh q 3; fresh p 3
queue-ctl p hold all >/dev/null 2>&1
run q python3 hold.py; q_pid=$run_pid
run p python3 hold.py; p_pid=$run_pid
wait_for 10 started q; wait_for 10 started p
for x in q p; do
	is "$x: its results stand in memory" "$(find "$(memory $x)" -name 'results.*' | wc -l)" 1
	is "$x: and not in the queue" "$(in_queue $x)" 0
	is "$x: in a folder for nobody else" "$(stat -c %a "$(memory $x)")" 700
done
stop p "$p_pid"
[ ! -e "$(memory p)" ] && [ -e "$(memory q)" ]; ok "a clean end leaves nothing in memory, and others alone" $?
kill -9 "$q_pid"; wait "$q_pid" 2>/dev/null
[ -e "$(memory q)" ]; ok "a death leaves it" $?

# what the runs before have left, in memory and in the queue
fresh q 3
mkdir -m 700 "$m"
n=7
for f in $(find q/mess -type f | sort | head -2); do
	line=$(printf 'id:%s\tn:0\ttry:0\tstatus:sent\ttext:written down' "${f##*/}")
	if [ $n = 7 ]; then echo "$line" >"$m/results.0000000007"; else echo "$line" >q/done/results.0000000008; fi
	n=8
done
run q answer status:sent text:delivered
wait_for 10 sent 3
is "what is written down in either place is found" "$(grep -c 'ev:sent	.*	text:written down' log)" 2
is "and only the rest is delivered" "$(grep -c 'ev:sent	.*	text:delivered' log)" 1
ls "$m" >now; stop q "$run_pid"
is "the next number is above both" "$(cat now)" results.0000000009
is "all are removed" "$(in_queue q) $(find "$m" 2>/dev/null | wc -l)" "0 0"

# folders that somebody else could have made
elsewhere() { # WHAT
	run q answer status:sent
	wait_for 10 sent 2; ok "$1: delivered" $?
	is "$1: the results stand in the queue" "$(in_queue q)" 1
	like "$1: and that is said" "$(cat log)" "^queue-run: warning: unable to keep results in $m: Operation not permitted; they cost the disk writes"
	stop q "$run_pid"
	is "$1: a clean end leaves none" "$(in_queue q)" 0
}
fresh q 2; mkdir victim; echo keep >victim/results.0000000001; ln -s "$T/victim" "$m"
elsewhere "a link"
is "a link: nothing is taken or removed behind it" "$(cat victim/*)" keep
rm "$m"
fresh q 2; mkdir -m 755 "$m"; echo keep >"$m/results.0000000001"
elsewhere "a folder that others may read"
is "a folder that others may read: nothing in it is touched" "$(cat "$m"/*)" keep
rm -r "$m"
fresh q 2; : >"$m"
elsewhere "a file"
rm -f "$m"
if [ "$(id -u)" = 0 ]; then
	fresh q 2; mkdir -m 700 "$m"; echo keep >"$m/results.0000000001"; chown nobody "$m"
	elsewhere "another user's folder"
	is "another user's folder: nothing in it is touched" "$(cat "$m"/*)" keep
	rm -r "$m"
fi

# /dev/shm as we want it, in a mount namespace: this file once more
if ! unshare -m true 2>/dev/null; then
	skip "needs root, for other file systems in /dev/shm"
	done_testing
	exit 0
fi
cat >inside <<'INSIDE'
. "$(dirname "$0")/../lib.sh"
trap - EXIT
rm -rf "$T"; T=$1; tap_n=$2
cd "$T" || exit 1
eval "$(sed -n '/^fresh()/,/^# a last/p' "$top/tests/chain/memory.t")"
other() { umount /dev/shm 2>/dev/null; mount "$@" /dev/shm; }

other --bind "$T"
fresh q 2
run q answer status:sent
wait_for 10 sent 2; ok "no tmpfs: delivered" $?
is "no tmpfs: the results stand in the queue" "$(in_queue q)" 1
is "no tmpfs: and nobody is told" "$(grep -c warning log)" 0
stop q "$run_pid"

other -t tmpfs -o size=1m none
fresh q 2
run q answer status:sent
wait_for 10 sent 2; ok "a tmpfs without room: delivered" $?
is "a tmpfs without room: the results stand in the queue" "$(in_queue q)" 1
like "a tmpfs without room: that is said" "$(cat log)" 'unable to keep results in .*: No space left on device'
is "a tmpfs without room: nothing is left there" "$(find /dev/shm -mindepth 1 | wc -l)" 0
stop q "$run_pid"

# it fills up behind our back: each answer is written down, none comes up
cat >mute.py <<'P'
import os, sys
fd = int(os.environ["QUEUE_RESULTS"])
open("/dev/shm/fill", "wb").write(b"x" * (2 << 20))
try:
    open("/dev/shm/more", "wb").write(b"x" * (4 << 20))
except OSError:
    open("full", "w").close()
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    r = "\nid:%s\tn:%s\ttry:%s\tstatus:sent\ttext:%s\n" % (f["id"], f["n"], f["try"], "x" * 5000)
    os.write(fd, r.encode())
    open("done.%s" % f["id"], "w").close()
P
other -t tmpfs -o size=6m none
fresh q 200
run q python3 mute.py
all() { [ "$(find . -name 'done.*' | wc -l)" = 200 ]; }
wait_for 20 all; ok "a tmpfs that fills: 200 delivered" $?
[ -e full ]; ok "a tmpfs that fills: it is full" $?
kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
run q answer status:sent text:again
wait_for 20 sent 200; ok "a tmpfs that fills: all are logged" $?
is "a tmpfs that fills: none is delivered again" "$(grep -c 'ev:sent	.*	text:again' log)" 0
stop q "$run_pid"

# the machine was started again: nothing is there, and what was on its way up
# is delivered once more, as before there were results
rm -f done.* /dev/shm/fill /dev/shm/more
fresh q 5
run q python3 mute.py
five() { [ "$(find . -name 'done.*' | wc -l)" = 5 ]; }
wait_for 20 five
kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
other -t tmpfs -o size=6m none
: >log
run q answer status:sent text:again
wait_for 20 sent 5; ok "memory lost: all are delivered" $?
is "memory lost: again" "$(grep -c 'ev:sent	.*	text:again' log)" 5
stop q "$run_pid"
is "a clean end leaves nothing" "$(find /dev/shm -mindepth 1 | wc -l)" 0
echo "$tap_n $tap_bad" >"$T/count"
INSIDE
case $0 in /*) self=$0 ;; *) self=$top/tests/chain/memory.t ;; esac
unshare -m --propagation private sh -c ". ./inside" "$self" "$T" "$tap_n"
read -r tap_n bad <count || bad=1
tap_bad=$((tap_bad + ${bad:-1}))
done_testing
