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
tap_n=0 tap_bad=0 tap_pids=
tap_end() {
	for p in $tap_pids; do kill "$p" 2>/dev/null; done
	for p in $tap_pids; do wait "$p" 2>/dev/null; done
	tap_memory
	rm -rf "$T"
}
# what queues below $T whose queue-run was killed have left in memory
tap_memory() {
	find "$T" -type d -printf '%D-%i\n' 2>/dev/null | sort >"$T/.folders"
	for p in /dev/shm/rohrpost-*; do
		grep -qx "$(expr "$p" : '.*rohrpost-[0-9]*-\(.*\)')" "$T/.folders" && rm -rf "$p"
	done
}
# memory QUEUE: where our queue-run keeps its results
memory() { echo "/dev/shm/rohrpost-$(id -u)-$(stat -c %d-%i "$1")"; }
# no_queue QUEUE: away with it
no_queue() {
	[ ! -d "$1" ] || rm -rf "$(memory "$1")" "$1"
}
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
# bg COMMAND...: in the background, ended at the end; its pid in $bg_pid
bg() { "$@" & bg_pid=$!; tap_pids="$tap_pids $bg_pid"; }
# wait_for SECONDS COMMAND...: until it succeeds, looking every 50 ms
wait_for() {
	wait_end=$(($(date +%s) + $1)); shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -le "$wait_end" ] || return 1
		sleep 0.05
	done
}
# a TCP port of 127.0.0.1 that nobody uses now
free_port() {
	python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'
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
