# Worlds for tests; used after ../lib.sh.
# start_world [OPTION...]: brings one up in $T/w, in the background, within
# $world_up_s: each of its servers needs a key
world_up_s=60
start_world() {
	bg rohrpost world "$T/w" "$@" >"$T/world.out" 2>&1
	# shellcheck disable=SC2034
	world_pid=$bg_pid
	wait_for "$world_up_s" world_answers
	grep -q ' is up: ' "$T/world.out" || { sed 's/^/# /' "$T/world.out"; return 1; }
}
# or has ended
world_answers() { grep -q ' is up: ' "$T/world.out" || ! kill -0 "$bg_pid"; }
world() { rohrpost world "$T/w" "$@"; }
stop_world() { kill "$world_pid" 2>/dev/null; wait "$world_pid"; }
# verdict NAME [OPTION...] [RECEIVER...]: a test, all is as it should be
verdict() {
	verdict_name=$1
	shift
	world verdict -v "$@" >"$T/verdict" 2>&1
	ok "$verdict_name" $?
	sed 's/^/# /' "$T/verdict"
}
