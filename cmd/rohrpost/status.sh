# rohrpost(8): how an instance is, in one screen, and its log

# what queue-run says of itself
scheduler() {
	first=$(patient queue-ctl "$dir/queue" status 2>/dev/null)
	first=${first%%"$newline"*}
	case $first in *stalled:1*)
		value "$past" deliver words
		say "the queue" "its journal cannot be written, and nothing is delivered: $value"
		;;
	esac
	case $first in *overdue:[1-9]*)
		late=${first#*overdue:}
		say "the delivering chain" "${late%%[!0-9]*} jobs are past their deadline, a link hangs or drops them: queue-list -l $dir/queue shows which"
		;;
	esac
}

# Where queue-run has what was delivered written down: memory, queue(5).  On
# the disk it costs more; that of people is there because systemd removes what
# is theirs in memory.
results() {
	state deliver
	# shellcheck disable=SC2086
	set -- $pids
	[ $# -ge 1 ] && [ -r "/proc/$1/fd" ] && read -r comm <"/proc/$1/comm" && [ "$comm" = queue-run ] || return 0
	case $(find "/proc/$1/fd" -lname '*/results.[0-9]*' -printf '%l\n' -quit 2>/dev/null) in
	/dev/shm/*)
		# shellcheck disable=SC2046
		set -- $(stat -f -c '%a %S' "/proc/$1/root/dev/shm" 2>/dev/null || echo 1 1048576)
		[ $(($1 * $2)) -ge 1048576 ] || say "warning: /dev/shm" "the file system is full"
		;;
	'') say "warning: deliver" "what was delivered is not written down, and repeated when a link dies: $(why_no_results)" ;;
	*)
		[ -d /run/systemd/seats ] && [ "$(stat -c %u "/proc/$1")" -ge 1000 ] || {
			why=$(why_no_results)
			say "warning: deliver" "what was delivered is written to the disk, which costs more than /dev/shm: ${why:-is that a tmpfs, and may all write there?}"
		}
		;;
	esac
}
why_no_results() {
	diagnostics deliver |
		sed -n 's/^[^ ]* .*: warning: \(unable to [a-z ]* .*results.*\)/\1/p' | tail -n 1
}

# a name server of conf/resolver that says nothing; one of the system's is
# asked when there is none
resolvers() {
	# lines of two words say whom to trust
	servers=$(sed -n '/^[ \t]*\(anchor\|validate\)[ \t]/d; s/^[ \t]*\([^# \t][^ \t]*\).*/-r\1/p' "$dir/conf/resolver" 2>/dev/null)
	for r in ${servers:--}; do
		r=${r#-}
		name=${r#r}
		# shellcheck disable=SC2086
		case $(spf-check ${r:+-$r} -w 1 -i 127.0.0.1 -h example.org 2>&1) in
		*temperror*) say "warning: the name server ${name:-of /etc/resolv.conf}" "does not answer: mail for other hosts waits" ;;
		esac
	done
}

# Everything that is wrong, a line each, what to do about it behind two
# blanks; 1: there is something.
findings() {
	look
	look_back
	find_facts
	found=$({
		for s in $services; do sick "$s"; done
		stopped
		accepts
		scheduler
		doors
		certificates
		known_logins
		own_logins
		surroundings
		shipping
		sharing
		strays
	})
	[ -n "$found" ] || return 0
	echo "$found"
	return 1
}

# young SERVICE: was it started just now, or did it die then, I seconds after
# one has begun to wait?
young() {
	state "$1"
	case $state in
	# it is started again after a second
	down:*'want up'*) [ "$2" = 0 ] ;;
	run:*) [ "$age" = 0 ] || { [ "$age" -lt $settled ] && look_back && died "$1"; } ;;
	*) return 1 ;;
	esac
}

# Services that were started just now show what they are: after a second, and
# those that have died before after some more.
settle() {
	i=0
	while [ $i -lt $settled ]; do
		look
		wait=
		for s in $services; do ! young "$s" $i || wait=1; done
		[ -n "$wait" ] || return 0
		sleep 1
		i=$((i + 1))
	done
	look
}

# events of the last minute, by kind
rates() {
	since=$(date -u -d '60 seconds ago' +%Y-%m-%dT%H:%M:%S)
	# a log that is full within the minute goes on in another file
	find "$dir/log" -type f \( -name current -o -name '@*' \) -mmin -1.1 -exec cat {} + 2>/dev/null | awk -F'\t' -v since="$since" '
		{ sub(/^[^ \t]* ts:/, "ts:") } # the time of the logger
		/^ts:/ && substr($1, 4) >= since { n[substr($2, 4)]++ }
		END {
			k = split("accepted sent deferred bounced expired rejected", a, " ")
			for (i = 1; i <= k; i++) printf "  %s %d", a[i], n[a[i]]
			print ""
		}'
}

status() {
	instance "$@"
	may_ask
	up=1
	if up_lives; then
		up_pid
		echo "$dir is up${pid:+ (process $pid)}"
		settle
		up=0
	elif supervised; then
		echo "$dir: services run, but there is no rohrpost up: rohrpost down $dir stops them"
	else
		echo "$dir is down: rohrpost up $dir starts it"
	fi
	echo "services"
	echo "$states" | sed "s|$dir/service/||g; s|^|  |"
	echo "queue"
	[ ! -e "$dir/queue/held" ] ||
		echo "  delivery is held until: rohrpost queue-ctl $dir/queue release all"
	patient queue-ctl "$dir/queue" status 2>&1 | sed 's/^/  /; 30q'
	find_shipped
	show_shipped
	kept
	echo "messages in the last minute"
	rates
	[ $up = 0 ] || return 1
	if findings >/dev/null; then
		echo "nothing is wrong"
	else
		echo "wrong"
		echo "$found" | sed 's/^/  /'
		up=1
	fi
	results
	resolvers
	return $up
}

show_log() {
	instance "$@"
	shift
	follow='' what=''
	while [ $# -gt 0 ]; do
		case $1 in
		-f) follow=-f ;;
		????????????????????) what="-i $1" ;; # of an id's length
		'' | *[!0-9]*) usage ;;
		*) what="-n $1" ;;
		esac
		shift
	done
	# shellcheck disable=SC2086
	exec log-show $follow $what "$dir"/log/*/
}
