#!/bin/sh
# a receiver is down for a day, of which each hour lasts as long as it takes to be
# refused a few times, while the logs go on and the clock jumps
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fake="python3 $top/tests/tools/fakeship.py"
mkdir conf
echo me.example >conf/me
echo "d link \"exec $fake rec answers\" batch=50 retry=1ms..50ms" >conf/ship
conf-build conf
# hours FROM TO OFFSET [BEFORE]: an hour is 40 events in each of two logs, and a file
# that turns, with the name that svlogd gives it by that clock, of which a processor
# compresses every other one; the clock jumps within the first file
cat >hours.py <<'P'
import gzip, os, sys, time
first, last, offset = (int(x) for x in sys.argv[1:4])
before = int((sys.argv + [offset])[4])
for h in range(first, last):
    for log in ("a-final", "b-final"):
        path = "log/%s/" % log
        os.makedirs(path, exist_ok=True)
        with open(path + "current", "a") as f:
            for i in range(40):
                o = before if h == first and i < 10 else offset
                t = 1796000000 + (h + o) * 3600 + i * 90
                f.write("ts:%s.000000Z\tev:x\tprog:p\tn:%d\n" % (
                    time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t)), h * 40 + i))
        name = path + "@%016x%08x.s" % (
            2**62 + 10 + 1796000000 + (h + 1 + offset) * 3600, h)
        if h % 2:
            with open(path + "current", "rb") as f, gzip.open(name + ".t", "wb") as g:
                g.write(f.read())
            os.rename(name + ".t", name)
            os.unlink(path + "current")
        else:
            os.rename(path + "current", name)
        open(path + "current", "w").close()
P
hours() { python3 hours.py "$@"; }
# asked N: so often the receiver has been asked
asked() { [ "$(cat rec.batches 2>/dev/null | wc -l)" -ge "$1" ]; }
# took N: so many events of both logs have arrived
took() { [ "$(cat rec 2>/dev/null | wc -l)" -ge "$1" ]; }
# its place is on disk within SHIPPING_CURSOR_MS; who is killed before ships again
placed() { [ "$(log-ship -c -C conf -S state log | grep -c '	taken:40	')" = 2 ]; }
caught_up() { log-ship -c -C conf -S state log; }
# in_order LOG N: all that were logged, in order, once
in_order() { is "$1: nothing lost, in order, once" "$(grep "src:$1" rec | sed 's/.*	n://' | md5sum)" "$(seq 0 $(($2 - 1)) | md5sum)"; }

# down CLOCK: OFFSETS of its first and second half day
down() {
	rm -rf log state rec* answers*
	hours 0 1 0
	bg log-ship -C conf -S state -d d log 2>err.ship
	wait_for 10 took 80; ok "$1: up" $?
	wait_for 10 placed; ok "and its place is written" $?
	echo "always Z not now" >answers
	rm -f rec.batches
	hours 1 8 0
	wait_for 10 asked 5; ok "down, and asked again and again" $?
	hours 8 16 "$2" 0
	kill -9 "$bg_pid"; wait "$bg_pid" 2>/dev/null
	bg log-ship -C conf -S state -d d log 2>>err.ship
	wait_for 10 asked 12; ok "and by who comes after one that was killed" $?
	hours 16 24 "$3" "$2"
	wait_for 10 asked 15
	is "nothing has come" "$(wc -l <rec)" 80
	rm answers
	wait_for 20 caught_up; ok "up again: all is caught up" $?
	kill "$bg_pid"; wait "$bg_pid"
	in_order a-final 960
	in_order b-final 960
	is "no file was lost" "$(grep -c LOST err.ship)" 0
	like "and counts say so" "$(log-ship -c -C conf -S state log)" "src:a-final	waiting:0	.*	taken:960	.*	lost:0"
}
down "a steady clock" 0 0
down "one that jumps ahead" 1000 1000
down "one that jumps back" -5 -5
down "ahead and back" 50000 0

done_testing
