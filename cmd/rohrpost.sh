#!/bin/sh
# rohrpost - make, start, stop and look at an instance; see rohrpost(8)
set -u

usage() {
	cat >&2 <<X
rohrpost: fatal: usage: rohrpost init DIR [--smtp ADDR:PORT] [--relay HOST:PORT] [--local DOMAIN]... [--user NAME]... [--postmaster NAME] [--hold] [--users] [--auth] [--sign DOMAIN]...
       rohrpost up|down|status|ping DIR
       rohrpost log DIR [-f] [COUNT]
       rohrpost PROGRAM [ARGUMENT]...
X
	exit 100
}

die() {
	code=$1
	shift
	echo "rohrpost: fatal: $*" >&2
	exit "$code"
}

# Where the programs are, and the templates: above them in a source tree,
# in ../share when installed.
bin=$(cd "$(dirname "$(readlink -f "$0")")" && pwd) || exit 111
PATH=$bin:$PATH
export PATH
share=$bin/../share/rohrpost
[ -d "$share" ] || share=$bin/../..

# the absolute name of an instance, checked
place() {
	dir=$(cd "$1" 2>/dev/null && pwd) || die 111 "unable to enter $1"
	case $dir in
	*[!A-Za-z0-9/._+,:@%-]*) die 100 "$dir: an instance's name may have letters, digits and /._+,:@%- only" ;;
	esac
}

instance() {
	[ $# -ge 1 ] || usage
	[ -d "$1/queue" ] && [ -d "$1/service" ] ||
		die 100 "$1 is no instance: make one with: rohrpost init $1"
	place "$1"
}

# the process of `rohrpost up`, if it runs
up_pid() {
	[ -r "$dir/up.pid" ] && read -r pid <"$dir/up.pid" || return 1
	case $pid in '' | *[!0-9]*) return 1 ;; esac
	tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q 'rohrpost up ' &&
		echo "$pid"
}

# all services; inject is stopped last, since what is in flight may need it
services() {
	for s in smtp sign deliver chain inject; do
		[ ! -d "$dir/service/$s" ] || echo "$s"
	done
	for s in "$dir"/service/*; do
		case ${s##*/} in smtp | sign | deliver | chain | inject) ;; *) echo "${s##*/}" ;; esac
	done
}

# The kinds of events that say what became of mail, event(5): log-audit and
# whoever asks for a message needs each of them, and refusals, of which
# anybody can cause any number, must not push them out.
final='accepted sent deferred bounced expired deleted held released reported unreported duplicate started stopped'

# log_folders NAME: two logs of a service, and each line goes to one of them.
# When the disk is full, svlogd gives its oldest files away down to N.
log_folders() {
	mkdir -p "$dir/log/$1" "$dir/log/$1-final" || exit 111
	[ -e "$dir/log/$1/config" ] || {
		printf 's10000000\nn50\n'
		# shellcheck disable=SC2086
		printf -- '-ts:*\tev:%s\t*\n' $final
	} >"$dir/log/$1/config" || exit 111
	[ -e "$dir/log/$1-final/config" ] || {
		printf 's10000000\nn100\nN50\n-*\n'
		# shellcheck disable=SC2086
		printf '+ts:*\tev:%s\t*\n' $final
	} >"$dir/log/$1-final/config" || exit 111
}

# service TEMPLATE NAME: one folder of service/
service() {
	to=$dir/service/$2
	mkdir -p "$to/log" || exit 111
	log_folders "$2"
	for f in run log/run; do
		sed -e "s|@DIR@|$dir|g" -e "s|@BIN@|$bin|g" -e "s|@SMTP@|$smtp|g" \
			-e "s|@LOG@|$dir/log/$2|g" -e "s|@CHAIN@|$chain|g" \
			-e "s|@LINKS@ |$links|g" \
			"$1/$f" >"$to/$f" && chmod 755 "$to/$f" || exit 111
	done
}

# a name for a mailbox, as route makes it of an address
mailbox_name() {
	case $1 in
	'' | [!a-z0-9_]* | *[!a-z0-9._=-]*) return 1 ;;
	esac
	[ ${#1} -le 128 ]
}

# mailbox NAME: a Maildir, made by whoever mail/ belongs to: root does nothing
# by name in another's folder, where a link may lead elsewhere
mailbox() {
	as=$(stat -c :%u:%g "$dir/mail") || exit 111
	case $(id -u)$as in 0:0:* | [!0]*) as= ;; esac
	${as:+chpst -u "$as"} sh -c 'umask 077 && cd "$1" && mkdir -p "$2/tmp" "$2/new" "$2/cur"' \
		sh "$dir/mail" "$1" || die 111 "unable to make $dir/mail/$1"
}

# Whose mailbox has what comes for the postmaster, root and the like: that of
# whoever calls, where it can be one.
login_mailbox() {
	l=$(id -un 2>/dev/null | tr '[:upper:]' '[:lower:]')
	if mailbox_name "$l"; then echo "$l"; else echo you; fi
}

# The name of this host; what stands in no file of one word is replaced.
host_name() {
	n=$({ hostname -f || hostname; } 2>/dev/null | sed 1q | tr ' \t@<>' -)
	case $n in '' | '(none)') n=localhost ;; esac
	echo "$n"
}

# the example configuration, and what was asked for
configure() {
	mkdir -p "$dir/conf" || exit 111
	# whose mailbox it is cannot be another name of the postmaster
	[ -e "$dir/conf/aliases" ] || {
		sed "/^$postmaster:/d" "$share/conf-examples/aliases"
		echo "postmaster: $postmaster"
	} >"$dir/conf/aliases" || exit 111
	for f in "$share"/conf-examples/*; do
		[ -e "$dir/conf/${f##*/}" ] || cp "$f" "$dir/conf/" || exit 111
	done
	chmod -R u+w "$dir/conf"
	host_name >"$dir/conf/me" || exit 111
	{
		echo '# Domains whose mail ends here, in Maildirs below mail/.'
		for d in $domains; do echo "$d"; done
	} >"$dir/conf/local" || exit 111
	[ -z "$relay" ] || {
		echo '# Local mail stays here, everything else goes to one host.'
		echo 'to:<local> local'
		echo "to:* host:$relay"
	} >"$dir/conf/routes" || exit 111
	for d in $signed; do sign "$d"; done
	conf-build "$dir/conf" || exit
}

# Two keys for a domain, and the lines that use them; the records for its DNS
# are for a person to publish.
sign() {
	s=s$(date +%Y%m)
	mkdir -p "$dir/keys" && chmod 700 "$dir/keys" || exit 111
	dkim-key generate "$dir/keys" "$1" "$s" >/dev/null &&
		dkim-key generate -a ed25519-sha256 "$dir/keys" "$1" "${s}e" >/dev/null || exit
	{
		echo "$1 domain=$1 selector=$s key=$1/$s.pem"
		echo "$1 domain=$1 selector=${s}e key=$1/${s}e.pem algorithm=ed25519-sha256"
	} >>"$dir/conf/dkim" || exit 111
	for k in "$s" "${s}e"; do dkim-key record "$dir/keys" "$1" "$k" || exit; done >>"$dir/keys/records"
}

# Separate users: who reads from the network can write neither the queue
# nor the log, and one who breaks into the log cannot touch mail.
separate_users() {
	[ "$(id -u)" = 0 ] || die 100 "--users needs root"
	for u in rohrsmtp rohrqueue rohrsend rohrlog ${signed:+rohrkeys}; do
		id $u >/dev/null 2>&1 && continue
		useradd --system --user-group --no-create-home --home-dir /nonexistent \
			--shell /usr/sbin/nologin $u || die 111 "unable to make the user $u"
		echo "made the system user $u"
	done
	mkdir -p "$dir/sock/chain" "$dir/sock/submit" &&
		ln -s submit/sock "$dir/sock/submit.sock" || exit 111
	# smtp-recv sees whether a Maildir is there, and not what is
	chmod 711 "$dir/mail" &&
		chown -R rohrqueue:rohrsend "$dir/queue" &&
		find "$dir/queue" -type d -exec chmod 2750 {} + &&
		chown -R rohrsend:rohrsend "$dir/mail" "$dir/status" &&
		chown -R rohrlog:rohrlog "$dir/log" && chown -R rohrqueue "$dir/sock" &&
		chmod 700 "$dir/sock/chain" && chown rohrsmtp "$dir/sock/submit" &&
		if [ -n "$signed" ]; then
			chown -R rohrkeys "$dir/keys" && chown rohrsmtp "$dir/sock/sign" &&
				chmod 700 "$dir/sock/sign"
		fi &&
		chown -R rohrsmtp:rohrsmtp "$dir/drop" && chmod 711 "$dir/drop" &&
		chmod 3733 "$dir/drop/new" &&
		chmod 755 "$dir" "$dir/sock" || exit 111
}

# one more mailbox, or several, in an instance that is there
add_users() {
	[ -n "$mailboxes" ] && [ -z "$other" ] ||
		die 100 "$name is an instance already: edit its conf/, or remove it first"
	place "$name"
	for u in $mailboxes; do
		mailbox "$u"
		echo "$dir/mail/$u is there"
	done
}

init() {
	name='' smtp=127.0.0.1:2525 relay='' domains='' hold=0 users='' auth='' signed=''
	mailboxes='' postmaster='' other=''
	while [ $# -gt 0 ]; do
		case $1 in
		--smtp | --relay | --local | --sign | --user | --postmaster) [ $# -ge 2 ] || usage ;;
		esac
		case $1 in
		--user | [!-]*) ;;
		*) other=1 ;;
		esac
		case $1 in
		--smtp) smtp=$2; shift ;;
		--relay) relay=$2; shift ;;
		--local) domains="$domains $2"; shift ;;
		--user)
			u=$(printf %s "$2" | tr '[:upper:]' '[:lower:]')
			mailbox_name "$u" || die 100 "--user $2: a mailbox's name has letters, digits and ._=- only, and neither .=- in front"
			mailboxes="$mailboxes $u"
			shift
			;;
		--postmaster) postmaster=$2; shift ;;
		--hold) hold=1 ;;
		--users) users=-users ;;
		--auth) auth=1 ;;
		--sign) signed="$signed $2"; shift ;;
		'' | -*) usage ;;
		*) [ -z "$name" ] || usage; name=$1 ;;
		esac
		shift
	done
	[ -n "$name" ] || usage
	case $smtp in *:[0-9]*) ;; *) die 100 "--smtp $smtp: must be ADDR:PORT" ;; esac
	case $relay in '' | *:[0-9]*) ;; *) die 100 "--relay $relay: must be HOST:PORT" ;; esac
	[ ! -e "$name/service" ] || {
		add_users
		return
	}
	[ -n "$postmaster" ] || postmaster=$(login_mailbox)
	case $postmaster in
	*[!A-Za-z0-9._=+@-]* | -* | @*) die 100 "--postmaster $postmaster: must be a user or an address" ;;
	*@*) ;;
	*)
		mailbox_name "$postmaster" || die 100 "--postmaster $postmaster: must be a user or an address"
		mailboxes="$mailboxes $postmaster"
		;;
	esac
	[ -n "$domains" ] || domains=localhost
	mkdir -p "$name/queue" "$name/mail" "$name/log" "$name/sock" "$name/status" "$name/drop/new" "$name/drop/bad" &&
		chmod 700 "$name/drop" "$name/drop/bad" && chmod 750 "$name/log" || exit 111
	place "$name"
	queue-check -i "$dir/queue" >/dev/null || exit
	[ $hold = 0 ] || : >"$dir/queue/held" || exit 111
	configure
	for u in you $mailboxes; do mailbox "$u"; done
	chain="route $dir/conf dispatch via:local { local-deliver -C $dir/conf $dir/mail unix:$dir/sock/inject.sock } { throttle -s $dir/status/throttle $dir/conf remote-send -C $dir/conf }"
	links=${auth:+"mail-auth -C $dir/conf "}
	[ -z "$signed" ] || {
		links="${links}mail-fix -C $dir/conf dkim-sign -s $dir/sock/sign/sock -k $dir/conf/dkim.cdb "
		mkdir -p "$dir/sock/sign" || exit 111
		service "$share/service-sign$users/sign" sign
	}
	for s in "$share/service$users"/*; do service "$s" "${s##*/}"; done
	[ -z "$users" ] || separate_users
	[ -z "$signed" ] || echo "publish the DNS records in $dir/keys/records"
	case $postmaster in
	*@*) echo "mail for postmaster, root and the like goes to $postmaster" ;;
	*) echo "mail for postmaster, root and the like goes to $dir/mail/$postmaster" ;;
	esac
	echo "$dir is ready: rohrpost up $dir"
}

# no more mail in and out, what is in flight comes to an end; then the rest
stop_all() {
	trap '' INT TERM HUP
	first=
	for s in $(services); do
		[ "$s" = inject ] || first="$first $dir/service/$s"
	done
	# shellcheck disable=SC2086
	sv -w 7 down $first >/dev/null
	sv -w 7 exit "$dir"/service/* >/dev/null 2>&1
	kill -HUP "$child" 2>/dev/null
	wait "$child"
	rm -f "$dir/up.pid"
	exit 0
}

smtp_address() {
	sed -n 's/.* -[lw] \([^ ]*:[0-9][0-9]*\) .*/\1/p' "$dir/service/smtp/run" | sed 1q
}

up() {
	instance "$@"
	up_pid >/dev/null && die 100 "$dir is up already"
	command -v runsvdir >/dev/null || die 111 "runsvdir is missing: install the package runit"
	echo $$ >"$dir/up.pid" || exit 111
	trap stop_all INT TERM HUP
	# a background job ignores ^C, and its services have sessions of their own
	runsvdir -P "$dir/service" </dev/null &
	child=$!
	smtp=$(smtp_address) i=0
	until smtp-ping "$smtp" 2>/dev/null && [ -S "$dir/sock/inject.sock" ] &&
		queue-ctl "$dir/queue" status >/dev/null 2>&1; do
		i=$((i + 1))
		[ $i -lt 100 ] || {
			echo "rohrpost: warning: not everything answers: see rohrpost log $dir" >&2
			break
		}
		sleep 0.1
	done
	cat <<X
rohrpost is up in $dir
  SMTP       $smtp
  queue      $dir/queue
  Maildirs   $dir/mail/USER/
  log        $dir/log/
A first message, from another terminal:
  printf 'Subject: hello\n\nhello\n' | ROHRPOST_DIR=$dir $bin/sendmail you@localhost
  cat $dir/mail/you/new/*
What happens: $bin/rohrpost status $dir; $bin/rohrpost log $dir
^C here, or $bin/rohrpost down $dir, stops it.
X
	while kill -0 "$child" 2>/dev/null; do wait "$child"; done
	rm -f "$dir/up.pid"
	die 111 "runsvdir has ended"
}

down() {
	instance "$@"
	pid=$(up_pid) || die 100 "$dir is not up"
	kill -TERM "$pid" || exit 111
	i=0
	while up_pid >/dev/null; do
		i=$((i + 1))
		[ $i -lt 600 ] || die 111 "$dir does not stop: process $pid"
		sleep 0.05
	done
}

# events of the last minute, by kind
rates() {
	since=$(date -u -d '60 seconds ago' +%Y-%m-%dT%H:%M:%S)
	cat "$dir"/log/*/current 2>/dev/null | awk -F'\t' -v since="$since" '
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
	up=1
	if pid=$(up_pid); then echo "$dir is up (process $pid)"; up=0; else echo "$dir is down"; fi
	echo "services"
	for s in $(services); do
		sv status "$dir/service/$s" 2>&1 | sed "s|$dir/service/||g; s|^|  |"
	done
	echo "queue"
	[ ! -e "$dir/queue/held" ] ||
		echo "  delivery is held until: rohrpost queue-ctl $dir/queue release all"
	queue-ctl "$dir/queue" status 2>&1 | sed 's/^/  /' | head -30
	echo "messages in the last minute"
	rates
	return $up
}

show_log() {
	instance "$@"
	shift
	follow='' count=100
	while [ $# -gt 0 ]; do
		case $1 in
		-f) follow=1 ;;
		'' | *[!0-9]*) usage ;;
		*) count=$1 ;;
		esac
		shift
	done
	# events begin with their time; other lines have none and come first
	tail -q -n "$count" "$dir"/log/*/current 2>/dev/null | sort | tail -n "$count"
	[ -z "$follow" ] || exec tail -q -n 0 -F "$dir"/log/*/current
}

ping_smtp() {
	instance "$@"
	exec smtp-ping "$(smtp_address)"
}

[ $# -ge 1 ] || usage
verb=$1
shift
case $verb in
init | up | down | status) "$verb" "$@" ;;
ping) ping_smtp "$@" ;;
log) show_log "$@" ;;
-* | */* | rohrpost) usage ;;
*)
	[ -x "$bin/$verb" ] || die 100 "there is no program $verb"
	exec "$bin/$verb" "$@"
	;;
esac
