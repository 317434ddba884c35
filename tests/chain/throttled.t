#!/bin/sh
# throttle keeps nobody beyond his time: neither for a rate that lets one go
# in an hour, nor for a connection that hangs.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir conf
echo me.example >conf/me
echo lifetime=4s >conf/retry
has() { [ "$(grep -c "ev:$2	" log)" -ge "$1" ]; }
# limit LIMIT LINK...: four messages, of which one goes
limit() {
	limit_text=$1; shift
	echo "* $limit_text" >conf/throttle
	conf-build conf 2>/dev/null || exit 1
	no_queue q; queue-check -i q || exit 1
	: >log
	bg queue-run -C conf q throttle conf "$@" 2>>log
	run_pid=$bg_pid
	wait_for 10 queue-ctl q status
	python3 "$top/tests/tools/fillqueue.py" q 4 age=0 to=u%d@a.example >q/trigger
	wait_for 40 has 3 expired; ok "$limit_text: who cannot go expires" $?
	kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
}
limit rate=1/h answer status:sent
limit 'rcpt-rate=1/7d burst=1' answer status:sent
limit conn=1 sh -c 'cat >/dev/null'
done_testing
