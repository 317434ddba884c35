# TAP for shell tests: . "$(dirname "$0")/../lib.sh"
# Gives a fresh folder $T (removed at the end, with all processes started
# by `bg`), build/bin in PATH, and the functions below.  A test prints its
# plan by `done_testing`.
set -u
# The programs under test: $ROHRPOST_BIN, or build/bin of this tree.
top=$(cd "$(dirname "$0")/../.." && pwd)
PATH=${ROHRPOST_BIN:-$top/build/bin}:$PATH
export PATH
T=$(mktemp -d "${TMPDIR:-/tmp}/rohrpost.XXXXXX") || exit 1
: >"$T/.ports"
tap_n=0 tap_bad=0 tap_pids=
tap_end() {
	for p in $tap_pids; do kill "$p" 2>/dev/null; done
	for p in $tap_pids; do wait "$p" 2>/dev/null; done
	tap_memory
	while read -r p; do rmdir "$p"; done 2>/dev/null <"$T/.ports"
	rm -rf "$T"
}
# what queues below $T whose queue-run was killed have left in memory
tap_memory() {
	tap_folders=
	for p in /dev/shm/rohrpost-*; do
		[ -e "$p" ] || continue
		[ -n "$tap_folders" ] || tap_folders=" $(find "$T" -type d -printf '%D-%i ' 2>/dev/null)"
		case $tap_folders in *" ${p#/dev/shm/rohrpost-*-} "*) rm -rf "$p" ;; esac
	done
}
# memory QUEUE: where our queue-run keeps its results
memory() { echo "/dev/shm/rohrpost-$(id -u)-$(stat -c %d-%i "$1")"; }
# no_queue QUEUE: away with it
no_queue() {
	[ ! -d "$1" ] || rm -rf "$(memory "$1")" "$1"
}
# none_in QUEUE: it is empty.  A report that is made while the list is made may
# be in none of the folders that it reads, so it is made twice.
none_in() { [ -z "$(queue-list "$1")" ] && [ -z "$(queue-list "$1")" ]; }
trap tap_end EXIT
trap 'exit 1' HUP INT TERM
# ok NAME STATUS
ok() {
	tap_n=$((tap_n + 1))
	if [ "$2" -eq 0 ]; then echo "ok $tap_n - $1"
	else tap_bad=$((tap_bad + 1)); echo "not ok $tap_n - $1"; fi
}
# is NAME GOT WANT
is() {
	tap_n=$((tap_n + 1))
	if [ "$2" = "$3" ]; then echo "ok $tap_n - $1"
	else
		tap_bad=$((tap_bad + 1)); echo "not ok $tap_n - $1"
		printf 'got: %s\nwant: %s\n' "$2" "$3" | sed 's/^/# /'
	fi
}
# like NAME TEXT EXTENDED-REGEX
like() {
	tap_n=$((tap_n + 1))
	if printf '%s\n' "$2" | grep -Eq -- "$3"; then echo "ok $tap_n - $1"
	else
		tap_bad=$((tap_bad + 1)); echo "not ok $tap_n - $1"
		printf 'got: %s\nwant a line like: %s\n' "$2" "$3" | sed 's/^/# /'
	fi
}
# status NAME WANT COMMAND...: runs it, compares the exit status; output in
# $T/out, messages in $T/err
status() {
	status_name=$1 status_want=$2; shift 2
	"$@" >"$T/out" 2>"$T/err"; status_got=$?
	is "$status_name" "$status_got" "$status_want"
}
# peer NAME COMMAND...: by that a foreign program is there which the test is
# about; without it the test fails
peer() {
	peer_name=$1; shift
	"$@" >/dev/null 2>&1 || {
		echo "# make check-peers installs $peer_name"
		ok "$peer_name is there" 1
		return 1
	}
}
skip() { tap_n=$((tap_n + 1)); echo "ok $tap_n # SKIP $1"; }
# need_runit, need_root: without it what is left of a test is skipped
need_runit() { command -v runsvdir >/dev/null || skip_rest "needs runit"; }
need_root() { [ "$(id -u)" = 0 ] || skip_rest "needs root"; }
skip_rest() { skip "$1"; done_testing; exit; }
# bg COMMAND...: in the background, ended at the end; its pid in $bg_pid
bg() { "$@" & bg_pid=$!; tap_pids="$tap_pids $bg_pid"; }
# tap_now: sets $now_s, the seconds since the machine began, and $now_cs, their
# hundredths
tap_now() { read -r now_cs _ </proc/uptime && now_s=${now_cs%.*} now_cs=${now_cs%.*}${now_cs#*.}; }
# wait_for SECONDS COMMAND...: until it succeeds, looking every 50 ms, every 200
# ms for what takes more than a second, and every 500 ms where a look costs much
wait_for() {
	tap_now
	wait_end=$((now_s + $1)) wait_times=0; shift
	while wait_cs=$now_cs; ! "$@" >/dev/null 2>&1; do
		tap_now
		[ "$now_s" -le "$wait_end" ] || return 1
		wait_times=$((wait_times + 1))
		if [ $((now_cs - wait_cs)) -ge 20 ]; then sleep 0.5
		elif [ $wait_times -le 20 ]; then sleep 0.05
		else sleep 0.2
		fi
		tap_now
	done
}
# free_port: a TCP port that nobody uses now, and no other test of this run
# takes: a folder says so.  None of those from 32768 on, which connections out
# are given (ip_local_port_range).
free_port() {
	port_n=$$
	while [ $port_n -lt $(($$ + 20000)) ]; do
		port_n=$((port_n + 1))
		free=$((10000 + port_n * 61 % 20000))
		mkdir "${T%/*}/rohrpost-port.$free" 2>/dev/null || continue
		echo "${T%/*}/rohrpost-port.$free" >>"$T/.ports"
		grep -qs "^ *[0-9]*: [0-9A-F]*:$(printf %04X $free) " /proc/net/tcp /proc/net/tcp6 || break
	done
	echo $free
}
# fake_dns ZONE.json: a name server; sets $dns to ADDR@PORT for -r
fake_dns() {
	rm -f "$T/dns.port"
	bg python3 "$top/tests/tools/fakedns.py" "$T/dns.port" "$1" "$T/dns.log"
	# shellcheck disable=SC2034
	dns_pid=$bg_pid
	wait_for 10 test -s "$T/dns.port" || return
	# shellcheck disable=SC2034
	dns=127.0.0.1@$(cat "$T/dns.port")
}
done_testing() { echo "1..$tap_n"; [ "$tap_bad" -eq 0 ]; }
