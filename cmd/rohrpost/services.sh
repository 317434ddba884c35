# rohrpost(8): which services an instance has, and what runs of them
#
# Starting a program costs more than all else here: what several of these
# functions need is asked for once, and they set variables instead of
# printing, as each $(...) is a process.

newline='
'
tab='	'

# ticks: sets $tick, the seconds since the machine began: nobody sets them, as
# a clock is set at boot
ticks() {
	read -r tick _ </proc/uptime
	tick=${tick%%.*}
}

# Does a `rohrpost up` run here?  It holds a lock on up.pid as long as it
# lives.
up_lives() {
	[ -e "$dir/up.pid" ] || return 1
	got=0
	{ flock -sn 8 8<"$dir/up.pid"; } 2>/dev/null || got=$?
	[ $got = 1 ]
}

# up_pid: sets $pid, the process of one that lives.  The number in the file may
# be that of another process by now: it is the one that has the file open as
# its descriptor 9.
up_pid() {
	pid=''
	read -r pid <"$dir/up.pid" || return 1
	case $pid in *[!0-9]*) pid='' ;; esac
	# shellcheck disable=SC3013
	[ -z "$pid" ] || [ ! "/proc/$pid/fd/9" -ef "$dir/up.pid" ] || return 0
	pid=''
	return 1
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

service_order='smtp submission submissions http auth sign tls tlsout deliver chain ledger share sts tlsrpt rcpt limit account admin unsub ship suppress local send command feedback inject listen'

# services: sets $services, all there are; inject is stopped last, since what is
# in flight may need it
services() {
	services=''
	for s in $service_order; do
		[ ! -d "$dir/service/$s" ] || services="$services $s"
	done
	for s in "$dir"/service/*; do
		s=${s##*/}
		case " $service_order " in *" $s "*) ;; *) services="$services $s" ;; esac
	done
}

# look: sets $services, $states to what sv says of them, a line each, and $now
# to the second in which it was asked
look() {
	services
	now=$(date +%s)
	set --
	for s in $services; do set -- "$@" "$dir/service/$s"; done
	states=$(sv status "$@" 2>&1)
}

# state SERVICE: sets $state to its line of $states without its name, $age to the
# seconds that its process has lived, while it does, and $pids to that and that
# of its log
state() {
	state='' age='' pids=''
	case $states in *": $dir/service/$1: "*) ;; *) return ;; esac
	state=${states%%": $dir/service/$1: "*}
	state="${state##*"$newline"}: ${states#*": $dir/service/$1: "}"
	state=${state%%"$newline"*}
	rest=$state
	while [ "$rest" != "${rest#*"(pid "}" ]; do
		rest=${rest#*"(pid "}
		pids="$pids ${rest%%)*}"
	done
	case $state in run:*) age=${state#*") "} age=${age%%s*} ;; esac
}

# supervised: sets $running, the services that have a runsv, whether or not an
# `up` lives; 1: none
supervised() {
	look
	running=''
	for s in $services; do
		state "$s"
		case $state in run:* | down:* | finish:*) running="$running $s" ;; esac
	done
	[ -n "$running" ]
}

# value TEXT SERVICE KEY: sets $value to what stands behind both in TEXT, lines
# of SERVICE, KEY and VALUE
value() {
	value=''
	case $newline$1 in
	*"$newline$2 $3 "*)
		value=$newline$1
		value=${value#*"$newline$2 $3 "}
		value=${value%%"$newline"*}
		;;
	esac
}

named() {
	services
	case " $services " in
	*" $1 "*) ;;
	*) die 100 "there is no service $1 in $dir:$services" ;;
	esac
}
