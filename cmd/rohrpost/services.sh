# rohrpost(8): which services an instance has, and what runs of them

# seconds since the machine began: nobody sets them, as a clock is set at boot
ticks() {
	read -r tick _ </proc/uptime
	echo "${tick%%.*}"
}

# Does a `rohrpost up` run here?  It holds a lock on up.pid as long as it
# lives.
up_lives() {
	[ -e "$dir/up.pid" ] || return 1
	got=0
	flock -sn "$dir/up.pid" true 2>/dev/null || got=$?
	[ $got = 1 ]
}

# Its process.  The number in the file may be that of another process by now:
# it is the one that has the file open as its descriptor 9.
up_pid() {
	up_lives && read -r pid <"$dir/up.pid" || return 1
	case $pid in '' | *[!0-9]*) return 1 ;; esac
	# shellcheck disable=SC3013
	[ "/proc/$pid/fd/9" -ef "$dir/up.pid" ] && echo "$pid"
}

# the runsvdir that watches over service/, whoever started it
watcher() {
	grep -lsx runsvdir /proc/[0-9]*/comm | while IFS=/ read -r _ _ p _; do
		tr '\0' '\n' 2>/dev/null <"/proc/$p/cmdline" | while read -r arg; do
			# shellcheck disable=SC3013
			[ ! "$arg" -ef "$dir/service" ] || echo "$p"
		done
	done
}

# the services that have a runsv, whether or not an `up` lives
supervised() {
	# shellcheck disable=SC2046
	sv status $(services | sed "s|^|$dir/service/|") 2>/dev/null |
		sed -n "/^\(run\|down\|finish\): /s|^[a-z]*: $dir/service/\([^:]*\): .*|\1|p"
}

service_order='smtp submission submissions auth sign tls tlsout deliver chain sts tlsrpt rcpt unsub ship suppress local send command inject listen'

# all services; inject is stopped last, since what is in flight may need it
services() {
	for s in $service_order; do
		[ ! -d "$dir/service/$s" ] || echo "$s"
	done
	for s in "$dir"/service/*; do
		case " $service_order " in *" ${s##*/} "*) ;; *) echo "${s##*/}" ;; esac
	done
}

# address SERVICE: where it listens
address() {
	sed -n 's/.* -[lw] \([^ ]*:[0-9][0-9]*\) .*/\1/p' "$dir/service/$1/run" | sed 1q
}

# how many seconds its process has lived, while it does
age() {
	sv status "$dir/service/$1" 2>/dev/null |
		sed -n '1s/^run: [^ ]*: (pid [0-9]*) \([0-9]*\)s.*/\1/p'
}

# pids SERVICE: its process, and that of its log
pids() {
	sv status "$dir/service/$1" 2>/dev/null | sed -n 's/[^(]*(pid \([0-9]*\))[^(]*/\1 /gp'
}

named() {
	services | grep -qxF "$1" ||
		die 100 "there is no service $1 in $dir: $(services | tr '\n' ' ')"
}
