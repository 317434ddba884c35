# Instances for chain tests; used after lib.sh.
# new_instance NAME [INIT OPTIONS]: makes $T/NAME with SMTP on a free port;
# sets $I and $port
new_instance() {
	I=$T/$1
	shift
	port=$(free_port)
	rohrpost init "$I" --smtp "127.0.0.1:$port" "$@" >"$T/init.out" 2>&1 || {
		sed 's/^/# /' "$T/init.out"
		return 1
	}
	for_sanitizers
}
# they want no limit of memory in $I, and to be told of their options
for_sanitizers() {
	[ -z "${ASAN_OPTIONS-}" ] || {
		echo "$ASAN_OPTIONS" >"$I/env/ASAN_OPTIONS"
		sed -i 's/ -d [0-9][0-9]* / /' "$I"/service/*/run
	}
}
# start_instance: brings $I up in the background and waits for its SMTP; what
# else is there may come a moment later on a busy machine
start_instance() {
	bg rohrpost up "$I" >"$I/up.out" 2>&1
	up=$bg_pid
	# it asks that itself, and says what it has found; a look at its words is cheap
	wait_for 20 grep -Eq '^rohrpost is up|not everything works' "$I/up.out"
	wait_for 20 rohrpost ping "$I" || return
	start_got=0
	wait_for 20 all_up || start_got=1
	return $start_got
}
all_up() {
	[ -S "$I/sock/inject.sock" ] && queue-ctl "$I/queue" status
}
stop_instance() {
	rohrpost down "$I" 2>/dev/null
	wait "$up" 2>/dev/null
}
# messages in a Maildir
count_mail() { find "$1"/new "$1"/cur -type f 2>/dev/null | wc -l; }
# at_least N DIR: true when DIR holds N messages
at_least() { [ "$(count_mail "$2")" -ge "$1" ]; }
queue_empty() { none_in "$I/queue"; }
# what an audit says of $I; its exit status
audit() { log-audit "$I/queue" "$I"/log/*/; }
