#!/bin/sh
# rohrpost - make, start, stop and look at an instance; see rohrpost(8)
set -u

usage() {
	cat >&2 <<X
rohrpost: fatal: usage: rohrpost init DIR [--smtp ADDR:PORT] [--relay HOST:PORT] [--local DOMAIN]... [--user NAME]... [--postmaster NAME] [--hold] [--users] [--auth] [--sign DOMAIN]...
       rohrpost up|down|status|ping DIR
       rohrpost restart|reload DIR [SERVICE]
       rohrpost log DIR [-f] [COUNT | ID]
       rohrpost PROGRAM [ARGUMENT]...
       rohrpost --version|--help
X
	exit 100
}

# for a terminal: what is not printable ASCII is not shown
plain() {
	LC_ALL=C tr -c '\t\n -~' '?'
}

die() {
	code=$1
	shift
	printf 'rohrpost: fatal: %s\n' "$*" | plain >&2
	exit "$code"
}

# Where the programs are, and the templates: above them in a source tree,
# in ../share when installed.
bin=$(cd "$(dirname "$(readlink -f "$0")")" && pwd) || exit 111
PATH=$bin:$PATH
export PATH
share=$bin/../share/rohrpost
[ -d "$share" ] || share=$bin/../..

# Names that stand in shell scripts; that of an instance stands in the
# addresses of sockets, too, of which the kernel takes 107 bytes.
name_ok() {
	case $1 in
	*[!A-Za-z0-9/._+,:@%-]*) die 100 "$1: an instance's name may have letters, digits and /._+,:@%- only" ;;
	esac
	[ ${#1} -le 85 ] || die 100 "$1: an instance's name may have 85 bytes, as its sockets' names have an end"
}

# the absolute name of an instance, checked
place() {
	dir=$(cd "$1" 2>/dev/null && pwd) || die 111 "unable to enter $1"
	name_ok "$dir"
}

# ---- root in folders of others ----

# Who may do what root does, anyway: he, and whoever the root of the file
# system belongs to, which in a container may be somebody without a name.
is_root() {
	[ "$1" = 0 ] || [ "$1" = "$(stat -c %u /)" ]
}

# writer FOLDER: who but root may put something else in place of what is in it.
# Where the sticky bit is, only who owns it may.
writer() {
	# shellcheck disable=SC2046
	set -- "$1" $(stat -L -c '%u %g %a %U %G' "$1" 2>/dev/null)
	[ -d "$1" ] && [ $# = 6 ] || return 0
	if ! is_root "$2"; then
		[ "$5" != UNKNOWN ] || set -- "$1" "$2" "$3" "$4" "user $2"
		echo "$1 belongs to $5"
	elif [ $((0$4 & 01000)) != 0 ]; then
		:
	elif [ $((0$4 & 02)) != 0 ]; then
		echo "everybody may write to $1"
	elif [ $((0$4 & 020)) != 0 ] && [ "$3" != 0 ]; then
		echo "the group $6 may write to $1"
	fi
}

# way PATH: the writer of the first folder above it that has one; those above
# what links on the way lead to, too
way() (
	at='' rest=${1#/}/
	while [ -n "$rest" ]; do
		next=${rest%%/*} rest=${rest#*/}
		[ -n "$next" ] || continue
		who=$(writer "${at:-/}")
		at=$at/$next
		# in a sticky folder a link is its owner's
		[ -n "$who" ] || [ ! -L "$at" ] || [ ! -k "${at%/*}/" ] || is_root "$(stat -c %u "$at")" ||
			who="$at belongs to $(stat -c %U "$at")"
		if [ -z "$who" ] && [ -L "$at" ] && [ -e "$at" ]; then
			to=$(readlink "$at")
			case $to in /*) ;; *) to=${at%/*}/$to ;; esac
			who=$(way "$to")
		fi
		[ -z "$who" ] || {
			echo "$who"
			return
		}
	done
)

# as_owner FOLDER ARGUMENT...: once more, with the rights of whom it belongs to
as_owner() {
	# shellcheck disable=SC2046
	set -- $(stat -L -c '%u %g' "$1") "$@"
	u=$1 g=$2 folder=$3
	shift 3
	setpriv --reuid "$u" --regid "$g" --clear-groups test -x "$bin/rohrpost" ||
		die 100 "$folder belongs to user $u, who may not run $bin/rohrpost: root does nothing there with more than his rights"
	exec setpriv --reuid "$u" --regid "$g" --clear-groups "$bin/rohrpost" "$@"
}

# root_comes PATH ARGUMENT...: root does nothing by name where somebody else
# may exchange what has the name.  In a folder of another user root is that
# user; what only lies below one is refused.
root_comes() {
	[ "$(id -u)" = 0 ] || return 0
	case $1 in /*) path=$1 ;; *) path=$(pwd)/$1 ;; esac
	shift
	there=$path
	while [ ! -e "$there" ]; do there=$(dirname "$there"); done
	is_root "$(stat -L -c %u "$there")" || {
		[ -z "${users-}" ] || die 100 "--users needs a folder of root's: $(writer "$there")"
		as_owner "$there" "$@"
	}
	who=$(way "$path/.")
	[ -z "$who" ] ||
		die 100 "$path is no place for root: $who, and could put something else there; move it to where only root may write, or give it to its user (chown -R)"
}

# what root would run, and others may write
runs_others() {
	[ "$(id -u)" = 0 ] || return 0
	f=$(find -L "$dir/service" "$dir/env" ! -user 0 ! -user "$(stat -c %u /)" -print -o \
		-perm -2 -print -o -perm -20 ! -group 0 -print 2>/dev/null | sed 1q)
	[ -z "$f" ] ||
		die 100 "$f belongs to $(stat -L -c %U:%G "$f"), mode $(stat -L -c %a "$f"): root runs only what nobody else may write; chown root, chmod go-w"
}

instance() {
	[ $# -ge 1 ] || usage
	[ -d "$1/service" ] && { [ -d "$1/queue" ] || [ -d "$1/conf" ]; } ||
		die 100 "$1 is no instance: make one with: rohrpost init $1"
	place "$1"
	shift
	root_comes "$dir" "$verb" "$dir" "$@"
}

# Who may not read up.pid cannot see whether it is up, and is not told that it
# is down.
may_ask() {
	[ ! -e "$dir/up.pid" ] || [ -r "$dir/up.pid" ] ||
		die 100 "$dir was started by $(stat -c %U "$dir/up.pid"): only that user and root may ask for its state, and change it"
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
	for p in /proc/[0-9]*; do
		{ read -r comm <"$p/comm"; } 2>/dev/null && [ "$comm" = runsvdir ] || continue
		tr '\0' '\n' <"$p/cmdline" 2>/dev/null | while read -r arg; do
			# shellcheck disable=SC3013
			[ ! "$arg" -ef "$dir/service" ] || echo "${p#/proc/}"
		done
	done
}

# the services that have a runsv, whether or not an `up` lives
supervised() {
	for s in $(services); do
		case $(sv status "$dir/service/$s" 2>&1) in
		run:* | down:* | finish:*) echo "$s" ;;
		esac
	done
}

service_order='smtp sign deliver chain local send command inject'

# all services; inject is stopped last, since what is in flight may need it
services() {
	for s in $service_order; do
		[ ! -d "$dir/service/$s" ] || echo "$s"
	done
	for s in "$dir"/service/*; do
		case " $service_order " in *" ${s##*/} "*) ;; *) echo "${s##*/}" ;; esac
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

# fill TEMPLATE NAME: a run file of a service.  Lines after @USERS@ are for
# separate users, those after @ONE@ for an instance without.
fill() {
	kind=${users:+USERS}
	sed -e "s|^@${kind:-ONE}@||" -e '/^@ONE@/d' -e '/^@USERS@/d' \
		-e "s|@DIR@|$dir|g" -e "s|@BIN@|$bin|g" -e "s|@SMTP@|$smtp|g" \
		-e "s|@LOG@|$dir/log/$2|g" -e "s|@CHAIN@|$chain|g" \
		-e "s|@LINKS@ |$links|g" "$share/service/$1/run"
}

# service NAME: one folder of service/; all logs have one template
service() {
	to=$dir/service/$1
	mkdir -p "$to/log" || exit 111
	log_folders "$1"
	fill "$1" "$1" >"$to/run" && fill log "$1" >"$to/log/run" &&
		chmod 755 "$to/run" "$to/log/run" || exit 111
	# a signal leaves no last words; runsv gives its number
	cat >"$to/finish" <<'X' && chmod 755 "$to/finish" || exit 111
#!/bin/sh
# Says what ended it, where it could not.
case $1.$2 in -1.15) ;; -1.*) echo "${PWD##*/}: fatal: killed by signal $(($2 & 127))" ;; esac
X
}

# a name for a mailbox, as route makes it of an address
mailbox_name() {
	case $1 in
	'' | [!a-z0-9_]* | *[!a-z0-9._=-]*) return 1 ;;
	esac
	[ ${#1} -le 128 ]
}

port_ok() {
	case $1 in '' | *[!0-9]* | 0* | ??????*) return 1 ;; esac
	[ "$1" -le 65535 ]
}

ip4_ok() {
	printf '%s\n' "$1" | awk -F. 'NR > 1 || NF != 4 { exit bad = 1 }
		{ for (i = 1; i <= 4; i++) if ($i !~ /^(0|[1-9][0-9]?[0-9]?)$/ || $i > 255) bad = 1 }
		END { exit bad }'
}

# groups of hex digits, eight or fewer with one :: in place of the others
ip6_ok() {
	printf '%s\n' "$1" | awk -F: 'NR > 1 || !/:/ || /:::/ || /::.*::/ || /^:[^:]/ || /[^:]:$/ { exit bad = 1 }
		{ for (i = 1; i <= NF; i++) { if ($i !~ /^[0-9a-fA-F]*$/ || length($i) > 4) bad = 1; n += $i != "" }
		  if (/::/ ? n > 7 : n != 8) bad = 1 }
		END { exit bad }'
}

# labels as in the DNS, of any script
domain_ok() {
	[ -n "$1" ] && printf '%s\n' "$1" | LC_ALL=C awk -F. 'NR > 1 || length($0) > 253 || /[^a-zA-Z0-9._\200-\377-]/ { exit bad = 1 }
		{ for (i = 1; i <= NF; i++) if ($i == "" || length($i) > 63 || $i ~ /^-|-$/) bad = 1 }
		END { exit bad }'
}

# ADDR:PORT, and HOST:PORT
address_ok() {
	port_ok "${1##*:}" || return
	a=${1%:*}
	case $a in
	\[*\]) a=${a#\[} && ip6_ok "${a%\]}" ;;
	*) ip4_ok "$a" ;;
	esac
}

host_ok() {
	address_ok "$1" && return
	# an address in brackets is none of a name, IPv4 also
	case $1 in
	\[*\]:*) a=${1#\[} && port_ok "${1##*\]:}" && ip4_ok "${a%\]:*}" && return ;;
	esac
	port_ok "${1##*:}" && domain_ok "${1%:*}" && ! ip4_ok "${1%:*}" &&
		case ${1%:*} in *[!0-9.]*) ;; *) return 1 ;; esac
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

# a domain that will be local without a line, or by one of --local
here() {
	n=$(host_name)
	case " localhost $n ${n%%.*} $domains " in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
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
	for f in me local routes; do
		[ ! -e "$dir/conf/$f" ] || eval "old_$f=1"
	done
	# whose mailbox it is cannot be another name of the postmaster
	[ -e "$dir/conf/aliases" ] || {
		sed "/^$postmaster:/d" "$share/conf-examples/aliases"
		echo "postmaster: $postmaster"
	} >"$dir/conf/aliases" || exit 111
	for f in "$share"/conf-examples/*; do
		[ -e "$dir/conf/${f##*/}" ] || cp "$f" "$dir/conf/" || exit 111
	done
	chmod -R u+w "$dir/conf"
	[ -n "$old_me" ] || host_name >"$dir/conf/me" || exit 111
	[ -n "$old_local" ] || {
		echo '# Domains whose mail ends here, in Maildirs below mail/.'
		for d in $domains; do echo "$d"; done
	} >"$dir/conf/local" || exit 111
	[ -z "$relay" ] || [ -n "$old_routes" ] || {
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
	[ ! -d "$dir/keys/$1" ] || {
		echo "$dir/keys/$1 is there: no new keys"
		return
	}
	mkdir -p "$dir/keys" && chmod 700 "$dir/keys" || exit 111
	dkim-key generate "$dir/keys" "$1" "$s" >/dev/null &&
		dkim-key generate -a ed25519-sha256 "$dir/keys" "$1" "${s}e" >/dev/null || exit
	{
		echo "$1 domain=$1 selector=$s key=$1/$s.pem"
		echo "$1 domain=$1 selector=${s}e key=$1/${s}e.pem algorithm=ed25519-sha256"
	} >>"$dir/conf/dkim" || exit 111
	for k in "$s" "${s}e"; do dkim-key record "$dir/keys" "$1" "$k" || exit; done >>"$dir/keys/records"
}

# Separate users, a hole in any of which gives no more than INSTALL says.
# The folders of sockets are root's, since root makes sockets there; a group
# says who may come in.  Services that make theirs themselves have a folder of
# their own.
service_users='rohrsmtp rohrqueue rohrroute rohrsend rohrlocal rohrprog rohrlog'
make_users() {
	for u in $service_users ${signed:+rohrkeys}; do
		id $u >/dev/null 2>&1 && continue
		useradd --system --user-group --no-create-home --home-dir /nonexistent \
			--shell /usr/sbin/nologin $u || die 111 "unable to make the user $u"
		echo "made the system user $u"
	done
}

# door NAME USER: the folder of a socket, for one user
door() {
	mkdir -p "$dir/sock/$1" && chown "root:$2" "$dir/sock/$1" && chmod 710 "$dir/sock/$1"
}

# own_door NAME USER: one whose socket that user makes, for everybody
own_door() {
	mkdir -p "$dir/sock/$1" && chown "$2:$2" "$dir/sock/$1" && chmod 755 "$dir/sock/$1" &&
		ln -sfn "$1/sock" "$dir/sock/$1.sock"
}

separate_users() {
	make_users
	door chain rohrqueue && door local rohrroute && door send rohrroute &&
		door command rohrlocal && { [ -z "$signed" ] || door sign rohrsmtp; } &&
		own_door inject rohrqueue && own_door submit rohrsmtp || exit 111
	# smtp-recv sees whether a Maildir is there, and not what is
	chown -R rohrlocal:rohrlocal "$dir/mail" && chmod 711 "$dir/mail" &&
		chown -R rohrqueue:rohrsend "$dir/queue" &&
		find "$dir/queue" -type d -exec chmod 2750 {} + &&
		chown -R rohrroute:rohrroute "$dir/status" && chmod 700 "$dir/status" &&
		mkdir -p "$dir/commands" && chown rohrprog:rohrprog "$dir/commands" &&
		chmod 700 "$dir/commands" && chown -R rohrlog:rohrlog "$dir/log" &&
		{ [ -z "$signed" ] || chown -R rohrkeys:rohrkeys "$dir/keys"; } &&
		chown -R rohrsmtp:rohrsmtp "$dir/drop" && chmod 711 "$dir/drop" &&
		chmod 3733 "$dir/drop/new" &&
		chmod 755 "$dir" "$dir/sock" || exit 111
}

# What init has made goes again when it does not come to its end; what was
# there before stays.
missing=
remember() {
	new=$1
	while [ ! -e "$new" ] && [ ! -L "$new" ]; do
		missing=$new
		new=$(dirname "$new")
	done
	[ -z "$missing" ] || return
	for f in conf queue mail log sock status drop keys commands service env \
		queue/mess queue/tmp queue/done queue/lock queue/trigger queue/held \
		drop/new drop/bad sock/submit.sock sock/inject.sock; do
		[ -e "$1/$f" ] || missing="$missing $1/$f"
	done
	for f in "$share"/conf-examples/* me local routes; do
		[ -e "$1/conf/${f##*/}" ] || missing="$missing $1/conf/${f##*/} $1/conf/${f##*/}.cdb"
	done
}
undo() {
	code=$?
	# shellcheck disable=SC2086
	[ $code = 0 ] || rm -rf $missing
	exit $code
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

init_arguments() {
	name='' smtp=127.0.0.1:2525 relay='' domains='' hold=0 users='' auth='' signed=''
	mailboxes='' postmaster='' other='' old_me='' old_local='' old_routes=''
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
		--local | --sign)
			domain_ok "$2" || die 100 "$1 $2: must be a domain"
			case $1 in
			--local) case " $domains " in *" $2 "*) ;; *) domains="$domains $2" ;; esac ;;
			*) case " $signed " in *" $2 "*) ;; *) signed="$signed $2" ;; esac ;;
			esac
			shift
			;;
		--user)
			u=$(printf %s "$2" | tr '[:upper:]' '[:lower:]')
			mailbox_name "$u" || die 100 "--user $2: a mailbox's name has letters, digits and ._=- only, and neither .=- in front"
			mailboxes="$mailboxes $u"
			shift
			;;
		--postmaster) postmaster=$2; shift ;;
		--hold) hold=1 ;;
		--users) users=1 ;;
		--auth) auth=1 ;;
		'' | -*) usage ;;
		*) [ -z "$name" ] || usage; name=$1 ;;
		esac
		shift
	done
	[ -n "$name" ] || usage
}

init() {
	init_arguments "$@"
	root_comes "$name" init "$@"
	address_ok "$smtp" || die 100 "--smtp $smtp: must be ADDR:PORT, numbers only, an IPv6 address in brackets"
	[ -z "$relay" ] || host_ok "$relay" || die 100 "--relay $relay: must be HOST:PORT, an IPv6 address in brackets"
	[ ! -e "$name/service" ] || {
		add_users
		return
	}
	[ -n "$postmaster" ] || postmaster=$(login_mailbox)
	case $postmaster in
	*[!A-Za-z0-9._=+@-]* | -* | @* | *@*@*) die 100 "--postmaster $postmaster: must be a user or an address" ;;
	*@*) domain_ok "${postmaster#*@}" || die 100 "--postmaster $postmaster: must be a user or an address" ;;
	*)
		mailbox_name "$postmaster" || die 100 "--postmaster $postmaster: must be a user or an address"
		mailboxes="$mailboxes $postmaster"
		;;
	esac
	[ -n "$domains" ] || domains=localhost
	case $postmaster in
	*@*)
		# one of ours needs a mailbox, and is no alias of the others
		if here "${postmaster#*@}" && mailbox_name "${postmaster%@*}"; then
			postmaster=${postmaster%@*}
			mailboxes="$mailboxes $postmaster"
		fi
		;;
	esac
	case $name in /*) name_ok "$name" ;; *) name_ok "$(pwd)/$name" ;; esac
	case $bin in *[!A-Za-z0-9/._+,:@%-]*) die 100 "$bin: the programs' folder may have letters, digits and /._+,:@%- only" ;; esac
	[ -z "$users" ] || [ "$(id -u)" = 0 ] || die 100 "--users needs root"
	[ -z "$users" ] || command -v chpst >/dev/null || die 111 "chpst is missing: install the package runit"
	# each mode is the same under any umask
	umask 022
	remember "$name"
	trap undo EXIT
	trap 'exit 111' HUP INT TERM
	why=$(mkdir -p "$name" 2>&1) || die 111 "unable to make $name: ${why##*: }"
	# somebody else may have made it a moment before
	root_comes "$name" init "$@"
	mkdir -p "$name/queue" "$name/mail" "$name/log" "$name/sock" "$name/status" "$name/drop/new" "$name/drop/bad" "$name/env" &&
		chmod 700 "$name/drop" "$name/drop/bad" && chmod 750 "$name/log" || exit 111
	place "$name"
	queue-check -i "$dir/queue" >/dev/null || exit
	[ $hold = 0 ] || : >"$dir/queue/held" || exit 111
	configure
	for u in you $mailboxes; do mailbox "$u"; done
	local="local-deliver -C $dir/conf $dir/mail unix:$dir/sock/inject.sock"
	send="remote-send -C $dir/conf"
	[ -z "$users" ] || local=unix:$dir/sock/local/sock send=unix:$dir/sock/send/sock
	chain="route $dir/conf dispatch via:local { $local } { throttle -s $dir/status/throttle $dir/conf $send }"
	links=${auth:+"mail-auth -C $dir/conf "}
	[ -z "$signed" ] || {
		links="${links}mail-fix -C $dir/conf dkim-sign -s $dir/sock/sign/sock -k $dir/conf/dkim.cdb "
		mkdir -p "$dir/sock/sign" || exit 111
	}
	for s in smtp drop inject deliver ${users:+chain local send command} ${signed:+sign}; do
		service "$s"
	done
	[ -z "$users" ] || separate_users
	[ -z "$signed" ] || echo "publish the DNS records in $dir/keys/records"
	case $postmaster in
	*@*) echo "mail for postmaster, root and the like goes to $postmaster" ;;
	*) echo "mail for postmaster, root and the like goes to $dir/mail/$postmaster" ;;
	esac
	echo "$dir is ready: rohrpost up $dir"
	trap - EXIT HUP INT TERM
}

# No more mail in and out, what is in flight comes to an end; then the rest.
# runsvdir goes first, or it would start again what has ended.
stop_services() {
	first='' each=''
	for p in $(watcher) ${child:-}; do
		each="$each $(cat "/proc/$p/task/$p/children" 2>/dev/null)"
		kill -TERM "$p" 2>/dev/null
	done
	for s in $(services); do
		[ "$s" = inject ] || first="$first $dir/service/$s"
	done
	# shellcheck disable=SC2086
	sv -w 7 down $first >/dev/null 2>&1
	sv -w 7 force-shutdown "$dir"/service/* >/dev/null 2>&1
	# whose folder somebody has removed meanwhile
	for p in $each; do
		{ read -r comm <"/proc/$p/comm"; } 2>/dev/null && [ "$comm" = runsv ] && kill -TERM "$p"
	done
}

stop_all() {
	trap '' INT TERM HUP
	stop_services
	wait "$child"
	: >"$dir/up.pid"
	exit 0
}

smtp_address() {
	sed -n 's/.* -[lw] \([^ ]*:[0-9][0-9]*\) .*/\1/p' "$dir/service/smtp/run" | sed 1q
}

# ---- what is wrong ----

# A service that dies at once runs, too, whenever one looks: who is younger
# may be such a one.
settled=2 # seconds

# the lines of a service that are no events, svlogd's time in front
diagnostics() {
	for f in $(cd "$dir/log/$1" 2>/dev/null && ls @* 2>/dev/null | tail -n 1) current; do
		tail -n 2000 "$dir/log/$1/$f" 2>/dev/null
	done | grep -av '^\([0-9T.:-]* \)\{0,1\}ts:' | plain
}

# what a service said last before it ended
last_words() {
	diagnostics "$1" | tail -n 20 | awk '
		{ sub(/^[0-9-]+T[0-9:.]+ /, ""); last = $0 }
		/: fatal: / { fatal = $0 }
		END { print fatal != "" ? fatal : last }'
}

# seconds of the last minute in which it said a last word
deaths() {
	diagnostics "$1" | awk -v since="$(date -u -d '60 seconds ago' +%FT%T)" '
		$1 >= since && / fatal: / { s = substr($1, 1, 19); n += s != old; old = s }
		END { print n + 0 }'
}

# clock of awk: seconds of the day of a logger's time; the day may end
# between two
day='function at(t) { return substr(t, 12, 2) * 3600 + substr(t, 15, 2) * 60 + substr(t, 18, 2) }
	function between(a, b) { return (b - a + 86400) % 86400 }'

# fits SERVICE AGE: it dies again and again: when it did the last time.  Who
# lives for more than twice as long as he did the last times was repaired.
fits() {
	diagnostics "$1" | awk -v since="$(date -u -d '180 seconds ago' +%FT%T)" -v age="$2" "$day"'
		$1 >= since && / fatal: / {
			s = substr($1, 1, 19)
			if (s == old) next
			before = lived
			lived = n > 0 ? between(at(old), at(s)) : 0
			older = old
			old = s
			n++ }
		# it was what runs beside it
		/ has ended, status [0-9-]*; starting it again$/ && n > 0 && between(at(old), at($1)) < 2 {
			n--
			lived = before
			old = older }
		END {
			most = before > lived ? before : lived
			if (n > 2 && age <= 2 * most + 2) print substr(old, 12) }'
}

# helper_ends SERVICE AGE: what has ended behind it, more than once, while it
# went on, when, and what was said before.  It is started again after twice
# the time of before, a minute at most: if no end has come then, it lives.
helper_ends() {
	diagnostics "$1" | tail -n 200 | awk -v since="$(date -u -d "$2 seconds ago" +%FT%T)" -v now="$(date -u +%FT%T)" "$day"'
		$1 < since { next }
		{ t = $0; sub(/^[^ ]* /, "", t) }
		/ has ended, status [0-9-]*; starting it again$/ {
			if (n++) gap = between(at(old), at($1))
			old = $1
			last = substr($1, 12, 8) ": " t (said != "" ? " (" said ")" : "")
			next }
		{ said = t }
		END {
			again = 2 * gap < 60 ? 2 * gap : 60
			if (n > 1 && between(at(old), at(now)) <= again + 3) print last }'
}

# how many seconds its process has lived, while it does
age() {
	sv status "$dir/service/$1" 2>/dev/null |
		sed -n '1s/^run: [^ ]*: (pid [0-9]*) \([0-9]*\)s.*/\1/p'
}

# what to do about a text
advice() {
	case $1 in
	*'lready in use'*) echo "another program has the address: ss -lntp shows which; ours stands in $dir/service/*/run" ;;
	*'o space left'* | *'uota exceeded'* | *' full'*) echo "make room, or inodes: df $dir/queue, df -i $dir/queue, quota" ;;
	*'ead-only'*) echo "the file system was mounted read-only, or has a fault: see dmesg" ;;
	*'ermission denied'* | *'not permitted'*) echo "whose are the file and the folders above it? ls -ld" ;;
	*'ut of memory'* | *'annot allocate '*) echo "its limit is the number behind -d of chpst, bytes, in $dir/service/*/run; that of the machine: free" ;;
	*'killed by signal'*) echo "9 may be the kernel, out of memory: dmesg; 11 a fault, or less memory than it can begin with: the limit is the number behind -d of chpst, bytes, in $dir/service/*/run" ;;
	*'.cdb'*) echo "conf-build $dir/conf makes it of the text" ;;
	*'unable to run unix:'*) echo "the service that makes this socket does not run, or did not yet" ;;
	*'not found'* | *'unable to run '*) echo "no such program: see the run file of the service, $dir/service/*/run" ;;
	*'o such file'*) echo "what is missing stands in rohrpost(8), FILES; rohrpost init makes an instance anew elsewhere" ;;
	*) ;;
	esac
}

# say SUBJECT TEXT: a finding, and what to do about it
say() {
	echo "$1: $2"
	hint=$(advice "$2")
	[ -z "$hint" ] || echo "  $hint"
}

# halted PID...: which of them, and of what they have started, a signal stopped
halted() {
	cat /proc/[0-9]*/stat 2>/dev/null | LC_ALL=C awk -v roots="$*" '
		{
			name = rest = $0
			sub(/^[0-9]* \(/, "", name); sub(/\) [A-Za-z] .*/, "", name)
			sub(/^.*\) /, "", rest); split(rest, f, " ")
			above[$1] = f[2]
			if (f[1] == "T") stopped[$1] = name
		}
		END {
			k = split(roots, r, " ")
			for (i = 1; i <= k; i++) ours[r[i]] = 1
			for (p in stopped) {
				for (q = p + 0; q > 1 && !(q in ours); q = above[q]);
				if (q in ours) print "process " p " (" stopped[p] ") was stopped by a signal: kill -CONT " p
			}
		}' | plain
}

# pids SERVICE: its process, and that of its log
pids() {
	sv status "$dir/service/$1" 2>/dev/null | sed -n 's/[^(]*(pid \([0-9]*\))[^(]*/\1 /gp'
}

# processes of services that a signal has stopped; 1: there are some
stopped() {
	halt=0
	for s in $(services); do
		# shellcheck disable=SC2046
		why=$(halted $(pids "$s"))
		[ -z "$why" ] || {
			halt=1
			echo "$why" | while read -r t; do say "$s" "$t"; done
		}
	done
	return $halt
}

# logs SERVICE: does its logger write to both folders?  One that it cannot
# use it leaves out.
logs() {
	logger=$(sv status "$dir/service/$1" 2>/dev/null | sed -n '1s/.*; run: log: (pid \([0-9]*\)).*/\1/p')
	[ -r "/proc/$logger/fd" ] || return 0
	for l in "$1" "$1-final"; do
		[ ! -d "$dir/log/$l" ] || [ -n "$(find -L "/proc/$logger/fd" -samefile "$dir/log/$l/current" 2>/dev/null)" ] ||
			say "$dir/log/$l" "nothing is written to it, and what $1 says is lost: whose is it? then sv restart $dir/service/$1/log"
	done
}

# sick SERVICE: what is wrong with it, as its supervisor and its log say
sick() {
	raw=$(sv status "$dir/service/$1" 2>&1 | sed 1q)
	one=${raw%%; *}
	case $one in
	run:*)
		age=$(age "$1")
		if [ "${age:-0}" -lt $settled ] && [ "$(deaths "$1")" -gt 0 ]; then
			say "$1" "dies and is started again: $(last_words "$1")"
		else
			died=$(fits "$1" "${age:-0}")
			[ -z "$died" ] || say "$1" "died again and again, until $died: $(last_words "$1")"
		fi
		[ "${age:-0}" -lt 180 ] || age=180
		ends=$(helper_ends "$1" "${age:-0}")
		[ -z "$ends" ] || say "$1" "$ends"
		;;
	down:*'want up'* | finish:*)
		if [ -x "$dir/service/$1/run" ]; then
			say "$1" "dies at once: $(last_words "$1")"
		else
			say "$1" "$dir/service/$1/run is no program that can be run"
		fi
		;;
	down:*) say "$1" "is stopped; rohrpost restart $dir $1 starts it" ;;
	*denied*) say "$1" "only root and the user who called rohrpost up can see how it is" ;;
	*) say "$1" "has no supervisor (runsv); a new folder has one within 5 seconds, else rohrpost down $dir, and up again" ;;
	esac
	case $raw in
	*'; run: log:'*) logs "$1" ;;
	*'; '*) say "$1" "its log does not run, and soon the service will wait for it: $dir/service/$1/log/run, and whose is $dir/log/$1?" ;;
	esac
}

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

# answer SERVICE WHAT COMMAND...: does it, or why not
answer() {
	service=$1 what=$2
	shift 2
	why=$("$@" 2>&1 >/dev/null) && return 0
	why=$(echo "$why" | tail -n 1 | sed 's/^[a-z-]*: fatal: //')
	# why the service is not there says more than that it does not answer
	words=$(sick "$service" | sed -n 's/^[^ ].*: \([a-z-]*: fatal: .*\)/\1/p' | sed 1q)
	# and so does a link that dies while the service goes on
	[ -n "$words" ] || [ "$(deaths "$service")" = 0 ] || words="a moment ago: $(last_words "$service")"
	say "$what" "$why${words:+ ($words)}"
	return 1
}

# Would a message be accepted, and delivered?  The question goes the way of a
# message: SMTP up to the recipient, and a probe through the chain behind it.
accepts() {
	wrong=0
	address=$(smtp_address)
	answer smtp "SMTP at $address" smtp-ping "$address" || wrong=1
	# shellcheck disable=SC2046
	answer smtp "the receiving chain" chain-ping $(probe_sender) "$(submit_socket)" || wrong=1
	answer inject "$dir/sock/inject.sock" chain-ping "unix:$dir/sock/inject.sock" || wrong=1
	answer deliver "the queue" patient queue-ctl "$dir/queue" status || wrong=1
	return $wrong
}

# what queue-run says of itself
scheduler() {
	first=$(patient queue-ctl "$dir/queue" status 2>/dev/null | sed 1q)
	case $first in *stalled:1*) say "the queue" "its journal cannot be written, and nothing is delivered: $(last_words deliver)" ;; esac
	late=$(echo "$first" | sed -n 's/.*overdue:\([1-9][0-9]*\).*/\1/p')
	[ -z "$late" ] || say "the delivering chain" "$late jobs are past their deadline, a link hangs or drops them: queue-list -l $dir/queue shows which"
}

# Where queue-run has what was delivered written down: memory, queue(5).  On
# the disk it costs more; that of people is there because systemd removes what
# is theirs in memory.
results() {
	# shellcheck disable=SC2046
	set -- $(pids deliver)
	[ $# -ge 1 ] && [ -r "/proc/$1/fd" ] && [ "$(cat "/proc/$1/comm")" = queue-run ] || return 0
	why=$(diagnostics deliver | sed -n 's/^[^ ]* .*: warning: \(unable to [a-z ]* .*results.*\)/\1/p' | tail -n 1)
	case $(find "/proc/$1/fd" -lname '*/results.[0-9]*' -printf '%l\n' 2>/dev/null | sed 1q) in
	/dev/shm/*)
		# shellcheck disable=SC2046
		set -- $(stat -f -c '%a %S' "/proc/$1/root/dev/shm" 2>/dev/null || echo 1 1048576)
		[ $(($1 * $2)) -ge 1048576 ] || say "warning: /dev/shm" "the file system is full"
		;;
	'') say "warning: deliver" "what was delivered is not written down, and repeated when a link dies: $why" ;;
	*)
		[ -d /run/systemd/seats ] && [ "$(stat -c %u "/proc/$1")" -ge 1000 ] ||
			say "warning: deliver" "what was delivered is written to the disk, which costs more than /dev/shm: ${why:-is that a tmpfs, and may all write there?}"
		;;
	esac
}

# What none of those may read whom the services run as: to them it is not
# there.  What only some may not is taken as meant.
unreadable() {
	readers=$(sed -n 's/.*chpst .*-u \([A-Za-z0-9_-]*\).*/\1/p' "$dir"/service/*/run | sort -u)
	[ -n "$readers" ] || readers=$(stat -c %U "$dir/up.pid")
	for u in $readers; do
		as="chpst -u $u"
		[ "$(id -u)" = 0 ] || as=
		$as find "$dir/conf" -maxdepth 1 -path "$dir/conf" ! -executable -print -o \
			\( -name '*.cdb' -o -name me -o -name resolver -o -name doublebounce \) -type f ! -readable -print
	done 2>/dev/null | sort | uniq -c | while read -r n f; do
		# shellcheck disable=SC2086
		set -- $readers
		[ "$n" -lt $# ] || echo "$f"
	done
}

# needed SERVICE: the sockets that its programs connect to
needed() {
	tr "'\n\t" '   ' <"$dir/service/$1/run" | awk '{
		for (i = 1; i <= NF; i++) {
			if ($i == "sock-serve") own = 1
			else if (index($i, "unix:/") != 1) {
				if ($i ~ /^\/.*sock$/ && ($(i - 1) == "-x" || $(i - 1) == "-s")) print $i
			} else if (own) own = 0
			else print substr($i, 6)
		} }' | sort -u
}

# user SERVICE: as whom root has it run, if not as root
user() {
	[ "$(id -u)" != 0 ] || sed -n 's/.*chpst .*-u \([A-Za-z0-9:_-]*\).*/\1/p' "$dir/service/$1/run" | tail -n 1
}

# Sockets between services, which ask for them with the first mail alone.
doors() {
	for s in $(services); do
		as=$(user "$s")
		for p in $(needed "$s"); do
			if [ ! -S "$p" ]; then
				say "$s" "its socket $p is gone, or nobody serves it: rohrpost restart $dir"
			elif ! ${as:+chpst -u "$as"} test -w "$p"; then
				say "$s" "it may not connect to $p: Permission denied"
			fi
		done
	done
}

# Folders that are not open to whom what is above them belongs to.  Who has
# them open already goes on for a while.
strays() {
	for d in queue mail log drop; do
		# shellcheck disable=SC2046
		set -- $(stat -c '%u %g' "$dir/$d" 2>/dev/null)
		as="setpriv --reuid ${1:-0} --regid ${2:-0} --clear-groups"
		[ "$(id -u)" = 0 ] || as=
		(cd "$dir/$d" 2>/dev/null && $as find . -maxdepth 2 -type d \( ! -writable -o ! -executable \) 2>/dev/null) |
			sed 1q | while read -r f; do
			say "$dir/$d${f#.}" "who has $dir/$d may not write there: Permission denied"
		done
	done
	s=chain
	[ -d "$dir/service/chain" ] || s=deliver
	for d in "status:$s" commands:command; do
		s=${d#*:} d=$dir/${d%:*}
		[ -d "$dir/service/$s" ] && [ -d "$d" ] || continue
		as=$(user "$s")
		# shellcheck disable=SC2016
		${as:+chpst -u "$as"} sh -c 'test -w "$1" -a -x "$1"' sh "$d" ||
			say "$d" "$s may not write there: Permission denied"
	done
}

# what does not show in an answer: folders, room for the log, clock, tables
surroundings() {
	commands=
	[ ! -d "$dir/service/command" ] || commands=commands
	for d in conf queue queue/mess $commands drop mail log status sock; do
		[ -d "$dir/$d" ] || {
			say "$dir/$d" "is missing: No such file or directory"
			continue
		}
		case $d in queue | mail | log | status | drop) ;; *) continue ;; esac
		case $(findmnt -no OPTIONS -T "$dir/$d" 2>/dev/null) in
		ro | ro,*) say "$dir/$d" "Read-only file system" ;;
		esac
		# shellcheck disable=SC2046
		set -- $(stat -f -c '%a %S %c %d' "$dir/$d" 2>/dev/null || echo 1 1048576 0 0)
		[ $(($1 * $2)) -ge 1048576 ] || say "$dir/$d" "the file system is full"
		[ "$3" = 0 ] || [ "$4" -ge 10 ] || say "$dir/$d" "the inodes of the file system are full"
	done
	n=$(find "$dir/queue/mess" -maxdepth 1 -name '[01][0-9a-v]' | wc -l)
	[ ! -d "$dir/queue/mess" ] || [ "$n" = 64 ] || say "$dir/queue/mess" "has $n folders of 64: No such file or directory"
	[ -e "$dir/conf/me" ] || say "$dir/conf/me" "is missing, and nothing starts without it: No such file or directory"
	unreadable | while read -r f; do
		say "$f" "none of the services may read it: Permission denied"
	done
	newer=
	for f in "$dir"/conf/*.cdb; do
		# a table begins with 2048 bytes of pointers
		[ -z "$(find "$f" -size -2048c 2>/dev/null)" ] || say "$f" "is damaged"
		[ -z "$(find "${f%.cdb}" -newer "$f" 2>/dev/null)" ] || {
			say "${f%.cdb}" "is newer than what it was compiled to, and not in use: conf-build $dir/conf"
			newer=1
		}
	done
	[ -z "$newer" ] || conf-build -n "$dir/conf" 2>&1 >/dev/null | grep -v ': warning: ' | sed 's/^[a-z-]*: //'
	for s in $(services); do
		[ -d "$dir/log/$s" ] || say "$dir/log/$s" "is missing, and what $s says is lost: No such file or directory"
	done
	for f in aliases auth clients dkim fix grey local pools relay retry routes throttle users; do
		[ ! -e "$dir/conf/$f" ] || [ -e "$dir/conf/$f.cdb" ] ||
			say "$dir/conf/$f" "was never compiled, $f.cdb is missing"
	done
	f=$(find "$dir/conf" "$dir/up.pid" "$dir"/log/*/current -newermt '60 seconds' 2>/dev/null | sed 1q)
	[ -z "$f" ] || say "the clock" "it says $(date -u +%FT%TZ), and $f is of a later day: it was set back"
	[ "$(date -u +%Y)" -ge 2024 ] || say "the clock" "it says $(date -u +%FT%TZ)"
}

# a name server of conf/resolver that says nothing; one of the system's is
# asked when there is none
resolvers() {
	servers=$(sed -n 's/^[ \t]*\([^# \t][^ \t]*\).*/-r\1/p' "$dir/conf/resolver" 2>/dev/null)
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
	found=$({
		for s in $(services); do sick "$s"; done
		stopped
		accepts
		scheduler
		doors
		surroundings
		strays
	})
	[ -n "$found" ] || return 0
	echo "$found"
	return 1
}

# Services that were started just now show what they are: after a second, and
# those that have died before after some more.
settle() {
	i=0
	while [ $i -lt $settled ]; do
		young=
		for s in $(services); do
			age=$(age "$s")
			if [ -z "$age" ]; then
				# it is started again after a second
				[ $i -gt 0 ] || sv status "$dir/service/$s" 2>/dev/null | grep -q '^down:.*want up' && young=1
			elif [ "$age" = 0 ] || { [ "$age" -lt $settled ] && [ "$(deaths "$s")" -gt 0 ]; }; then
				young=1
			fi
		done
		[ -n "$young" ] || return 0
		sleep 1
		i=$((i + 1))
	done
}

# ---- up and down ----

# until everything answers, for 10 seconds
await_all() {
	await_end=$(($(date +%s) + 10))
	until accepts >/dev/null; do
		[ "$(date +%s)" -lt $await_end ] || return 1
		sleep 0.1
	done
}

# the first local domain that is a name
first_domain() {
	d=$(sed -n 's/[ 	]*#.*//; /^[A-Za-z0-9_]/{p;q;}' "$dir/conf/local" 2>/dev/null)
	echo "${d:-localhost}"
}

greet() {
	cat <<X
rohrpost is up in $dir
  SMTP       $smtp
  queue      $dir/queue
  Maildirs   $dir/mail/USER/
  log        $dir/log/
A first message, from another terminal:
  printf 'Subject: hello\n\nhello\n' | ROHRPOST_DIR=$dir $bin/sendmail you@$(first_domain)
  cat $dir/mail/you/new/*
What happens: $bin/rohrpost status $dir; $bin/rohrpost log $dir
^C here, or $bin/rohrpost down $dir, stops it.
X
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
	[ -z "$(watcher)$(supervised)" ] || {
		echo "rohrpost: warning: stopping what was left of an earlier rohrpost up" >&2
		stop_services
	}
	trap stop_all INT TERM HUP
	# A background job ignores ^C, and its services have sessions of their
	# own.  When we are killed it stops them.
	setpriv --pdeathsig HUP runsvdir -P "$dir/service" </dev/null 9>&- &
	child=$!
	smtp=$(smtp_address)
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
	up_lives || [ -n "$(watcher)$(supervised)" ] || die 100 "$dir is not up"
	while up_lives; do
		i=$((i + 1))
		[ $i -lt 600 ] || die 111 "$dir does not stop: process ${pid:-unknown}"
		# it writes its number when it has the lock
		[ -n "$pid" ] || ! pid=$(up_pid) || kill -TERM "$pid" || exit 111
		sleep 0.05
	done
	[ -n "$(watcher)$(supervised)" ] || return 0
	echo "rohrpost: warning: there is no rohrpost up in $dir: stopping what is left of it" >&2
	stop_services
	[ -z "$(supervised)" ] || die 111 "$dir does not stop: $(supervised | tr '\n' ' ')"
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
		pid=$(up_pid)
		echo "$dir is up${pid:+ (process $pid)}"
		settle
		up=0
	elif [ -n "$(supervised)" ]; then
		echo "$dir: services run, but there is no rohrpost up: rohrpost down $dir stops them"
	else
		echo "$dir is down: rohrpost up $dir starts it"
	fi
	echo "services"
	for s in $(services); do
		sv status "$dir/service/$s" 2>&1 | sed "s|$dir/service/||g; s|^|  |"
	done
	echo "queue"
	[ ! -e "$dir/queue/held" ] ||
		echo "  delivery is held until: rohrpost queue-ctl $dir/queue release all"
	patient queue-ctl "$dir/queue" status 2>&1 | sed 's/^/  /' | head -30
	echo "messages in the last minute"
	rates
	[ $up = 0 ] || return 1
	if found=$(findings); then
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

# restart DIR [SERVICE]: what each has in hand is finished first
restart() {
	[ $# -le 2 ] || usage
	instance "$@"
	[ $# -lt 2 ] || named "$2"
	may_ask
	runs_others
	[ -n "$(supervised)" ] || die 100 "$dir is not up"
	for s in ${2:-$(services)}; do
		sv -w 15 restart "$dir/service/$s" >/dev/null ||
			die 111 "$s does not start again: $(sick "$s" | sed 1q)"
	done
	await_all || die 111 "$dir takes no mail: $(accepts | sed 1q)"
}

named() {
	services | grep -qxF "$1" ||
		die 100 "there is no service $1 in $dir: $(services | tr '\n' ' ')"
}

# reload DIR [SERVICE]: programs see new tables by themselves; what they read
# at their start alone needs one
reload() {
	[ $# -le 2 ] || usage
	instance "$@"
	[ $# -lt 2 ] || named "$2"
	conf-build "$dir/conf" || exit
	if [ $# -eq 2 ]; then
		restart "$@"
	else
		echo "the tables of $dir/conf are in use within a second; me, resolver and service/ need: rohrpost restart $dir"
	fi
}

version() {
	echo "rohrpost $(cat "$share/VERSION")" || exit 111
}

ping_instance() {
	instance "$@"
	why=$(stopped && accepts) || die 111 "$dir takes no mail: $(echo "$why" | sed 1q)"
}

[ $# -ge 1 ] || usage
verb=$1
shift
case $verb in
init | up | down | status | restart | reload) "$verb" "$@" ;;
--version) version ;;
--help) usage 2>&1 | sed 's/^rohrpost: fatal: //' ;;
ping) ping_instance "$@" ;;
log) show_log "$@" ;;
-* | */* | rohrpost) usage ;;
*)
	[ -x "$bin/$verb" ] || die 100 "there is no program $verb"
	exec "$bin/$verb" "$@"
	;;
esac
