# rohrpost(8): an instance is started and stopped, as a whole and in parts

# are_gone STATES FOLDER...: until no service is in one of them, for 7 seconds.
# sv would look every 420 ms only.
are_gone() {
	until=$1
	shift
	ticks
	gone_end=$((tick + 7))
	while is_any "$until" "$(sv status "$@" 2>/dev/null)"; do
		[ "$tick" -le $gone_end ] || return 1
		sleep 0.02
		ticks
	done
}

# is_any STATES LINES: does one of what sv says begin with one of them?
is_any() {
	for one in $1; do
		case $newline$2 in *"$newline$one: "*) return 0 ;; esac
	done
	return 1
}

# No more mail in and out, what is in flight comes to an end; then the rest.
# runsvdir goes first, or it would start again what has ended.
stop_services() {
	first='' each=''
	for p in $(watcher) ${child:-}; do
		each="$each $(cat "/proc/$p/task/$p/children" 2>/dev/null)"
		kill -TERM "$p" 2>/dev/null
	done
	services
	for s in $services; do
		[ "$s" = inject ] || first="$first $dir/service/$s"
	done
	# shellcheck disable=SC2086
	sv down $first >/dev/null 2>&1
	# shellcheck disable=SC2086
	are_gone 'run finish' $first
	sv exit "$dir"/service/* >/dev/null 2>&1
	are_gone 'run down finish' "$dir"/service/* ||
		sv -w 1 force-shutdown "$dir"/service/* >/dev/null 2>&1
	# whose folder somebody has removed meanwhile
	for p in $each; do
		{ read -r comm <"/proc/$p/comm"; } 2>/dev/null && [ "$comm" = runsv ] && kill -TERM "$p"
	done
}

stop_all() {
	trap '' INT TERM HUP
	act up-end
	stop_services
	wait "$child"
	: >"$dir/up.pid"
	exit 0
}

# the first local domain that is a name
first_domain() {
	d=$(sed -n 's/[ 	]*#.*//; /^[A-Za-z0-9_]/{p;q;}' "$dir/conf/local" 2>/dev/null)
	echo "${d:-localhost}"
}

# where mail comes in
ways_in() {
	address smtp
	printf '  %-11s %s\n' SMTP "$address"
	for s in submission submissions; do
		[ -d "$dir/service/$s" ] || continue
		address $s
		printf '  %-11s %s\n' $s "$address"
	done
}

greet() {
	echo "rohrpost is up in $dir"
	ways_in
	cat <<X
  queue       $dir/queue
  Maildirs    $dir/mail/USER/
  log         $dir/log/
A first message, from another terminal:
  printf 'Subject: hello\n\nhello\n' | ROHRPOST_DIR=$dir $bin/sendmail you@$(first_domain)
  cat $dir/mail/you/new/*
What happens: $bin/rohrpost status $dir; $bin/rohrpost log $dir
^C here, or $bin/rohrpost down $dir, stops it.
X
	[ ! -d "$dir/service/auth" ] || [ -s "$dir/logins/passwd" ] ||
		echo "Nobody may log in yet: $bin/rohrpost user-add $dir NAME"
}

# does anything run of it?
is_watched() {
	supervised || [ -n "$(watcher)" ]
}

up() {
	instance "$@"
	command -v runsvdir >/dev/null || die 111 "runsvdir is missing: install the package runit"
	may_ask
	runs_others
	(umask 077 && : >>"$dir/up.pid") 2>/dev/null ||
		die 111 "unable to write $dir/up.pid: whose is $dir, and is there room?"
	exec 9<>"$dir/up.pid"
	# one who looks whether we live has the lock for a moment
	flock -w 1 9 || die 100 "$dir is up already"
	echo $$ >"$dir/up.pid" || exit 111
	! is_watched || {
		echo "rohrpost: warning: stopping what was left of an earlier rohrpost up" >&2
		stop_services
	}
	act up
	trap stop_all INT TERM HUP
	# A background job ignores ^C, and its services have sessions of their
	# own.  When we are killed it stops them.
	setpriv --pdeathsig HUP runsvdir -P "$dir/service" </dev/null 9>&- &
	child=$!
	if await_all; then
		greet
	else
		echo "rohrpost: warning: not everything works in $dir:" >&2
		findings >&2
		echo "rohrpost: warning: it is tried again and again; rohrpost status $dir says what is left" >&2
	fi
	while kill -0 "$child" 2>/dev/null; do wait "$child"; done
	stop_services
	: >"$dir/up.pid"
	die 111 "runsvdir has ended"
}

down() {
	instance "$@"
	may_ask
	pid='' i=0
	up_lives || is_watched || die 100 "$dir is not up"
	act down
	while up_lives; do
		i=$((i + 1))
		[ $i -lt 600 ] || die 111 "$dir does not stop: process ${pid:-unknown}"
		# it writes its number when it has the lock
		[ -n "$pid" ] || ! up_pid || kill -TERM "$pid" || exit 111
		sleep 0.05
	done
	is_watched || return 0
	echo "rohrpost: warning: there is no rohrpost up in $dir: stopping what is left of it" >&2
	stop_services
	! supervised || die 111 "$dir does not stop:$running"
}

# the services that have a socket of `listen`
listeners() {
	grep -l -- "-L $dir/sock/listen/sock" "$dir"/service/*/run | sed 's,/run$,,'
}

# sv_restart SERVICE
sv_restart() {
	sv -w 15 restart "$dir/service/$1" >/dev/null || {
		look
		look_back
		die 111 "$1 does not start again: $(sick "$1" | sed 1q)"
	}
}

# While somebody has a socket its address cannot be opened again.  Who was told
# to be down stays it for good: not when this fails, or is interrupted.
relisten() {
	with=$(listeners)
	# shellcheck disable=SC2064
	trap "sv up $(echo $with)" EXIT
	trap 'exit 111' HUP INT TERM
	# shellcheck disable=SC2086
	sv -w 15 down $with >/dev/null || die 111 "not all who listen end: $(sv status $with | tr '\n' ' ')"
	sv_restart listen
	# shellcheck disable=SC2086
	sv up $with
	trap - EXIT HUP INT TERM
}

# restart DIR [SERVICE]: what each has in hand is finished first.  Who holds
# the sockets stays, so that nobody is refused.
restart() {
	[ $# -le 2 ] || usage
	instance "$@"
	[ $# -lt 2 ] || named "$2"
	may_ask
	runs_others
	supervised || die 100 "$dir is not up"
	act restart ${2:+"$2"}
	for s in ${2:-$services}; do
		case $s.$# in
		listen.1) ;; # stays
		listen.*) relisten ;;
		*) sv_restart "$s" ;;
		esac
	done
	await_all || die 111 "$dir takes no mail: $(reasons=first && accepts | sed 1q)"
}

# reload DIR [SERVICE]: programs see new tables by themselves; what they read
# at their start alone needs one
reload() {
	[ $# -le 2 ] || usage
	instance "$@"
	[ $# -lt 2 ] || named "$2"
	act reload ${2:+"$2"}
	conf-build "$dir/conf" || exit
	if [ $# -eq 2 ]; then
		restart "$@"
	else
		echo "the tables of $dir/conf are in use within a second; me, resolver and service/ need: rohrpost restart $dir"
	fi
}
