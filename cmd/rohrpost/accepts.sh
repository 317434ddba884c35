# rohrpost(8): would a message be accepted, and delivered?

# the name of a link's socket, from where it is served: service/smtp/run
submit_socket() {
	s=$(sed -n 's/.* -u \(\/[^ ]*\).*/\1/p' "$dir/service/smtp/run" | sed 1q)
	echo "unix:${s:-$dir/sock/inject.sock}"
}

# who signs must sign the probe, too: a domain of conf/dkim
probe_sender() {
	[ ! -r "$dir/conf/dkim" ] ||
		sed -n 's/^\([a-z0-9][a-z0-9-]*\.[a-z0-9.-]*\)[ \t].*/-f postmaster@\1/p' "$dir/conf/dkim" | sed 1q
}

# patient COMMAND...: for 10 seconds; a process that hangs answers nobody
patient() {
	timeout 10 "$@"
	got=$?
	[ $got != 124 ] || echo "no answer in 10 seconds" >&2
	return $got
}

# answer SERVICE WHAT COMMAND...: does it, or why not.  With reasons=first
# nothing is asked behind one that does not, and with reasons=none it is not
# said why, either: who waits until all do asks again and again, and a reason
# costs more than the start of a service.
wrong=0 reasons=all
answer() {
	service=$1 what=$2
	shift 2
	[ $reasons = all ] || [ $wrong = 0 ] || return 1
	why=$("$@" 2>&1 >/dev/null) && return 0
	[ $reasons != none ] || return 1
	why=$(echo "$why" | tail -n 1 | sed 's/^[a-z-]*: fatal: //')
	# why the service is not there says more than that it does not answer
	words=$(sick "$service" | sed -n 's/^[^ ].*: \([a-z-]*: fatal: .*\)/\1/p' | sed 1q)
	# and so does a link that dies while the service goes on
	[ -n "$words" ] || [ "$(deaths "$service")" = 0 ] || words="a moment ago: $(last_words "$service")"
	say "$what" "$why${words:+ ($words)}"
	return 1
}

# peer ADDRESS: -P where conf/relay takes who asks there from here for a proxy,
# for whose header the server waits
peer() {
	a=${1%:*}
	case $a in 0.0.0.0) a=127.0.0.1 ;; '[::]') a=::1 ;; esac
	a=${a#[} a=${a%]}
	awk -v a="$a" '
		!/^[ \t]*#/ && match($0, /:(allow|deny)/) {
			k = substr($0, 1, RSTART - 1)
			sub(/^[ \t]*/, "", k)
			# an address, or how it begins
			if (k == a || k == "" || (k ~ /[.:]$/ && index(a, k) == 1))
				if (!n || length(k) > best) {
					n = 1
					best = length(k)
					proxy = /,PROXY=/
				}
		}
		END { if (proxy) print "-P" }' "$dir/conf/relay" 2>/dev/null
}

# Could who has a login hand in?  The question ends where he would log in.
takes_logins() {
	deaf=0
	for s in submission submissions; do
		[ -d "$dir/service/$s" ] || continue
		address=$(address $s)
		flags=-eS
		[ $s = submission ] || flags=-ei
		# without TLS nobody could, unless the site says so
		! grep -q plain-auth "$dir/service/$s/run" || flags=${flags%S}
		# shellcheck disable=SC2046
		answer $s "$s at $address" smtp-ping $flags $(peer "$address") "$address" || deaf=1
	done
	# ours, or Dovecot and the like
	for a in $(sed -n 's/.* -P \(unix:[^ ]*\).*/\1/p' "$dir"/service/*/run | sort -u); do
		answer auth "logins" patient auth-user -t "$a" || deaf=1
	done
	return $deaf
}

# Would a message be accepted, and delivered?  The question goes the way of a
# message: SMTP up to the recipient, and a probe through the chain behind it.
accepts() {
	wrong=0
	address=$(address smtp)
	# shellcheck disable=SC2046
	answer smtp "SMTP at $address" smtp-ping $(peer "$address") "$address" || wrong=1
	takes_logins || wrong=1
	# shellcheck disable=SC2046
	answer smtp "the receiving chain" chain-ping $(probe_sender) "$(submit_socket)" || wrong=1
	answer inject "$dir/sock/inject.sock" chain-ping "unix:$dir/sock/inject.sock" || wrong=1
	answer deliver "the queue" patient queue-ctl "$dir/queue" status || wrong=1
	return $wrong
}

# until everything answers, for 10 seconds
await_all() {
	await_end=$(($(ticks) + 10)) reasons=none
	until accepts || [ "$(ticks)" -ge $await_end ]; do sleep 0.05; done
	reasons=all
	[ $wrong = 0 ]
}

ping_instance() {
	instance "$@"
	reasons=first
	why=$(stopped && accepts) || die 111 "$dir takes no mail: $(echo "$why" | sed 1q)"
}
