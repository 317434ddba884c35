#!/bin/sh
# throttle remembers 100,000 keys in less than 100 MB, those of sites that have
# failed with what these said last; said besides: the processor's time for each
# job, in and out.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
N=100000
mkdir conf
printf 'site:* conn=20 rate=100/s rate=1000000/h backoff=5..300\nvia:* rate=1000000/m burst=100000\n' >conf/throttle
echo me.test >conf/me
conf-build conf || exit 1
if grep -q __asan_init "$(command -v throttle)"; then
	echo "1..0 # SKIP memory: instrumented program"
	exit 0
fi
awk -v n=$N 'BEGIN { for (i = 0; i < n; i++)
	printf "id:m%d\tn:0\tfrom:a@x.test\tto:b@d%d.test\tsize:2000\ttry:0\tsite:mx%d.mail.example.net\tvia:p\tdomain:d%d.test\n", i, i, i, i }' >jobs
all() { [ "$(wc -l <out)" -ge $N ]; }
# keys NAME ANSWER...
keys() {
	name=$1; shift
	rm -f in; mkfifo in; : >out
	throttle conf answer "$@" <in >out 2>err & throttle=$!
	tap_pids="$tap_pids $throttle"
	exec 3>in
	cat jobs >&3
	wait_for 120 all; ok "$name: $N jobs are answered" $?
	kb=$(awk '/VmHWM/ { print $2 }' "/proc/$throttle/status")
	ticks=$(sed 's/.*) //' "/proc/$throttle/stat" | awk '{ print $12 + $13 }')
	exec 3>&-
	wait "$throttle"
	is "$name: none is kept back" "$(grep -c status:later out)" 0
	[ "$kb" -lt 100000 ]; ok "$name: $kb KB" $?
	echo "# $((ticks * 1000000 / $(getconf CLK_TCK) / (N / 10))) tenths of a microsecond each"
}
keys sent status:sent code:250
keys failed status:deferred code:421 class:421 host:mx.example.net "text:421 4.3.2 $(printf '%0200d' 0)"
done_testing
