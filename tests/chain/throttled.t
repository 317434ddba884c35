#!/bin/sh
# The chain keeps nobody beyond his time: neither throttle, for a rate that
# lets one go in an hour, or for a connection that hangs, nor a link that gives
# back again and again what may come at once.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir conf
echo me.example >conf/me
echo lifetime=4s >conf/retry
has() { [ "$(grep -c "ev:$2	" log)" -ge "$1" ]; }
# limit LIMIT LINK...: three of so many messages cannot go
many=4
limit() {
	limit_text=$1; shift
	echo "* $limit_text" >conf/throttle
	conf-build conf 2>/dev/null || exit 1
	no_queue q; queue-check -i q || exit 1
	: >log
	bg queue-run -C conf q "$@" 2>>log
	run_pid=$bg_pid
	wait_for 10 queue-ctl q status
	python3 "$top/tests/tools/fillqueue.py" q $many age=0 to=u%d@a.example >q/trigger
	wait_for 40 has 3 expired; ok "$limit_text: who cannot go expires" $?
	kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
}
limit rate=1/h throttle conf answer status:sent
limit 'rcpt-rate=1/7d burst=1' throttle conf answer status:sent
limit conn=1 throttle conf sh -c 'cat >/dev/null'
# who is there; then all, together, when their time is over
cat >keep <<'X'
import os, select, sys, time
wait, end = 1, select.poll()
end.register(0, 0)  # only that nobody writes there any more
while True:
    end.poll(wait * 1000)
    wait = 12
    lines = os.read(0, 65536).decode().splitlines()
    if not lines:
        break
    for line in lines:
        f = dict(word.split(":", 1) for word in line.split("\t"))
        sys.stdout.write("id:%s\tn:%s\tsite:mx\tstatus:later\troom:9\tnext:%d\n" %
                         (f["id"], f["n"], time.time()))
    sys.stdout.flush()
X
many=3
limit conn=2 python3 keep
done_testing
