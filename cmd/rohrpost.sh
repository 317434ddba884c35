#!/bin/sh
# rohrpost - make, start, stop and look at an instance; see rohrpost(8)
# shellcheck source-path=SCRIPTDIR/rohrpost
set -u

usage() {
	cat >&2 <<X
rohrpost: fatal: usage: rohrpost init DIR [--smtp ADDR:PORT] [--submission ADDR:PORT] [--submissions ADDR:PORT] [--relay HOST:PORT] [--local DOMAIN]... [--user NAME]... [--postmaster NAME] [--hold] [--users] [--auth] [--sign DOMAIN]... [--cert FILE --key FILE] [--client-cert FILE --client-key FILE] [--http ADDR:PORT] [--tls-report CONTACT] [--share REDIS --machines N [--share-login FILE]]
       rohrpost upgrade DIR [-n] [-f] [--users] [--auth] [--rcpt-check] [--accept-limits] [--suppress] [--ledger] [--sign DOMAIN]... [--feedback DOMAIN]... [--srs DOMAIN] [--unsub ADDR:PORT] [--http ADDR:PORT] [--client-cert FILE --client-key FILE] [--ship LINE]... [--submission ADDR:PORT] [--submissions ADDR:PORT] [--tls-report CONTACT] [--share REDIS] [--machines N] [--share-login FILE]
       rohrpost up|down|status|ping DIR
       rohrpost restart|reload DIR [SERVICE]
       rohrpost log DIR [-f] [COUNT | ID]
       rohrpost trace DIR site:SITE|host:HOST|ip:IP|domain:DOMAIN [COUNT]
       rohrpost user-add DIR NAME [--scram]
       rohrpost user-list DIR
       rohrpost user-del DIR NAME
       rohrpost key-add DIR ORGANISATION ROLE [LABEL=VALUE]...
       rohrpost key-list DIR [ORGANISATION]
       rohrpost key-revoke DIR NUMBER
       rohrpost org-add|org-set|org-del|org-list DIR [ORGANISATION] [LABEL=VALUE]...
       rohrpost world DIR [COMMAND] [ARGUMENT]...
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

version() {
	echo "rohrpost $(cat "$share/VERSION")" || exit 111
}

# names of folders are taken as they are
unset CDPATH

# Where the programs are, and the templates: above them in a source tree,
# in ../share when installed.
bin=$(readlink -f "$0") || exit 111
bin=${bin%/*}
PATH=$bin:$PATH
export PATH
share=$bin/../share/rohrpost
[ -d "$share" ] || share=$bin/../..

# What it does stands in parts, a file for each subject.  They are functions
# alone, and may use those of each other.
parts=$share/cmd/rohrpost
[ -r "$parts/place.sh" ] || die 111 "unable to read $parts: what belongs to $bin is not there"
. "$parts/place.sh"
. "$parts/services.sh"
. "$parts/facts.sh"
. "$parts/words.sh"
. "$parts/configure.sh"
. "$parts/users.sh"
. "$parts/init.sh"
. "$parts/upgrade.sh"
. "$parts/more.sh"
. "$parts/sick.sh"
. "$parts/accepts.sh"
. "$parts/needs.sh"
. "$parts/surroundings.sh"
. "$parts/shipping.sh"
. "$parts/sharing.sh"
. "$parts/status.sh"
. "$parts/trace.sh"
. "$parts/up.sh"
. "$parts/logins.sh"

[ $# -ge 1 ] || usage
verb=$1
shift
case $verb in
# with a service behind it down means another thing than what it does
up | down | status | ping) [ $# -le 1 ] || usage ;;
esac
case $verb in
init | upgrade | up | down | status | restart | reload) "$verb" "$@" ;;
--version) version ;;
--help) usage 2>&1 | sed 's/^rohrpost: fatal: //' ;;
ping) ping_instance "$@" ;;
log) show_log "$@" ;;
trace) trace "$@" ;;
user-add | user-list | user-del) logins "$@" ;;
key-add | key-list | key-revoke | org-add | org-set | org-del | org-list)
	[ $# -ge 1 ] || usage
	name=$1
	shift
	exec account-edit "$name" "$verb" "$@"
	;;
world)
	[ -d "$share/world" ] || share=$share/tests
	exec python3 "$share/world/world.py" "$@"
	;;
-* | */* | rohrpost) usage ;;
*)
	[ -x "$bin/$verb" ] || die 100 "there is no program $verb"
	exec "$bin/$verb" "$@"
	;;
esac
