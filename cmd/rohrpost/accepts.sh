# rohrpost(8): would a message be accepted, and delivered?

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
	look
	look_back
	words=$(sick "$service" | sed -n 's/^[^ ].*: \([a-z-]*: fatal: .*\)/\1/p' | sed 1q)
	# and so does a link that dies while the service goes on
	[ -n "$words" ] || ! died "$service" || {
		value "$past" "$service" words
		words="a moment ago: $value"
	}
	say "$what" "$why${words:+ ($words)}"
	return 1
}

# talks SERVICE NAME [FLAGS]: does it, at its address
talks() {
	address "$1"
	fact "$1" proxy
	# shellcheck disable=SC2086
	answer "$1" "$2 at $address" smtp-ping ${3:-} $value "$address"
}

# Could who has a login hand in?  The question ends where he would log in.
takes_logins() {
	deaf=0
	for s in submission submissions; do
		[ -d "$dir/service/$s" ] || continue
		flags=-eS
		[ $s = submission ] || flags=-ei
		# without TLS nobody could, unless the site says so
		fact $s plain
		[ -z "$value" ] || flags=${flags%S}
		talks $s $s $flags || deaf=1
	done
	# ours, or Dovecot and the like
	fact - logins
	for a in $value; do
		answer auth "logins" patient auth-user -t "$a" || deaf=1
	done
	return $deaf
}

# does the chain behind the socket of who submits take a message?  Who signs
# must sign the probe, too.
takes_mail() {
	fact - signed
	set -- ${value:+-f "postmaster@$value"}
	fact smtp submit
	answer smtp "the receiving chain" chain-ping "$@" "unix:${value:-$dir/sock/inject.sock}"
}

# Would a message be accepted, and delivered?  The question goes the way of a
# message: SMTP up to the recipient, and a probe through the chain behind it.
accepts() {
	wrong=0
	talks smtp SMTP || wrong=1
	takes_logins || wrong=1
	takes_mail || wrong=1
	answer inject "$dir/sock/inject.sock" chain-ping "unix:$dir/sock/inject.sock" || wrong=1
	answer deliver "the queue" patient queue-ctl "$dir/queue" status || wrong=1
	return $wrong
}

# until everything answers, for 10 seconds
await_all() {
	ticks
	await_end=$((tick + 10)) reasons=none
	find_facts
	until accepts || [ "$tick" -ge $await_end ]; do
		sleep 0.05
		ticks
	done
	reasons=all
	[ $wrong = 0 ]
}

ping_instance() {
	instance "$@"
	reasons=first
	find_facts
	why=$(stopped && accepts) || die 111 "$dir takes no mail: $(echo "$why" | sed 1q)"
}
