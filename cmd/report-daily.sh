#!/bin/sh
# report-daily - have reports made of each day's log, and hand them over; see
# report-daily(8)
set -u

usage() {
	echo 'report-daily: fatal: usage: report-daily [-C dir] [-d seconds] [-f from] [-p command] [-t unixtime] outdir logdir program [argument ...]' >&2
	exit 100
}

# names have foreign words in them
say() {
	printf 'report-daily: %s: %s\n' "$1" "$2" | LC_ALL=C tr -c '\n -~' '?' >&2
}

die() {
	say fatal "$2"
	exit "$1"
}

day=86400        # seconds
delay_max=14400  # seconds after midnight: RFC 8460 section 4.1 has an example
pause_min=3600   # seconds from a try to the next, twice as many each time
pause_max=28800
lifetime=86400   # seconds in which a report is tried: RFC 8460 section 5.5
days_max=3       # what is longer ago is not reported any more
posts_max=20     # servers that are posted to at once
nap_max=600      # seconds until the clock is looked at again
rotated_max=3    # times that a log may come to its end while it is read

# a number up to a limit; the shell takes 010 for 8
number() {
	case $2 in '' | *[!0-9]* | 0?* | ????????????*) usage ;; esac
	[ "$2" -le "$1" ] || usage
}

arguments() {
	instance='' from='' post=https-post delay='' at=''
	while getopts :C:d:f:p:t: option; do
		case $option in
		C) instance=$OPTARG ;;
		d) number $((day - 1)) "$OPTARG"; delay_max=$OPTARG ;;
		f) from=$OPTARG ;;
		p) post=$OPTARG ;;
		t) number 99999999999 "$OPTARG"; at=$OPTARG delay=0 ;;
		*) usage ;;
		esac
	done
}

# What runs beside us ends when we do.
kids=
ends() {
	# shellcheck disable=SC2086
	[ -z "$kids" ] || kill $kids 2>/dev/null
	exit 111
}

# run COMMAND...: and hear a signal meanwhile
run() {
	"$@" 9>&- &
	kids=$!
	wait "$kids"
	got=$?
	kids=
	return $got
}

date_of() { date -u -d "@$1" +%F; }

# ---- what is made ----

# last_done TODAY: when the last day began that is done with; without that, the
# one before yesterday.  A clock that was ahead, and is set right, must not end
# the reports for as long; what was due when it was is done with, most likely.
last_done() {
	last=$(cat "$out/done" 2>/dev/null)
	case $last in
	'' | *[!0-9]* | ????????????*) last=$(($1 - 2 * day)) ;;
	esac
	[ "$last" -ge $(($1 - (days_max + 1) * day)) ] || {
		last=$(($1 - (days_max + 1) * day))
		say warning "days before $(date_of $((last + day))) are not reported: too long ago"
	}
	# with a longer delay than before it may be today
	[ "$last" -le "$1" ] || {
		last=$(($1 - day))
		say warning "days before $(date_of "$1") are taken for reported: the clock was ahead"
		set_done $last
	}
}

set_done() {
	echo "$1" >"$out/done.new" && mv "$out/done.new" "$out/done" && rm -f "$out/settled" && return
	say warning "unable to write in $out"
	return 1
}

# files that svlogd will not write to any more
whole_logs() {
	find "$logs" -mindepth 2 -maxdepth 2 -name '@*'
}

# those with something of the day that began at $1
day_logs() {
	find "$logs" -mindepth 2 -maxdepth 2 \( -name current -o -name '@*' \) -newermt "@$1"
}

# on_files LIST PROGRAM...: through run() alone
on_files() {
	list=$1
	shift
	IFS='
'
	set -f
	# shellcheck disable=SC2086
	exec "$@" $list
}

# made_of BEGIN PROGRAM...: the reports of one day, in making/.  A log that came
# to its end meanwhile has another name now, and may not have been read.
made_of() {
	begin=$1 rotated=0
	shift
	while :; do
		rm -rf "$out/making" && mkdir "$out/making" || return 111
		before=$(whole_logs) && files=$(day_logs "$begin") || return 111
		[ -n "$files" ] || return 0
		run on_files "$files" "$@" \
			-b "$begin" -e $((begin + day - 1)) -D "$out/making" >/dev/null
		made=$?
		rotated=$((rotated + 1))
		[ "$before" != "$(whole_logs)" ] && [ $rotated -lt $rotated_max ] || return $made
	done
}

settled() { grep -qsxF -- "$1" "$out/settled"; }

# put NAME: what was made is to be handed over, but for what has been already
put() {
	if [ -e "$out/$1" ] || settled "$1" || settled "$1.url"; then
		rm "$out/making/$1"
	else
		mv "$out/making/$1" "$out/$1"
	fi
}

# The name of what tells where a file goes comes after the file.
put_all() {
	for last_ones in 0 1; do
		for f in "$out"/making/*; do
			case $last_ones.$f in
			*/\*) continue ;;
			0.*.url) continue ;;
			esac
			put "${f##*/}" || return
		done
	done
}

# make_day BEGIN PROGRAM...
make_day() {
	[ -n "$(find "$logs" -mindepth 2 -maxdepth 2 \( -name current -o -name '@*' \) 2>/dev/null | sed 1q)" ] || {
		say warning "no logs in $logs"
		return 1
	}
	made_of "$@"
	made=$?
	# those that could be made do not wait for the others
	put_all && [ $made = 0 ]
}

# make_due NOW PROGRAM...: all days that are over.  One is tried until the next
# is due.
make_due() {
	today=$((($1 - delay) / day * day))
	shift
	last_done $today || undone=1
	d=$((last + day))
	while [ $d -lt $today ]; do
		make_day $d "$@" || {
			if [ $((d + day)) = $today ]; then
				say warning "$(date_of $d): not all reports could be made; tried again"
				undone=1
				return
			fi
			say warning "$(date_of $d): not all reports could be made; given up"
		}
		set_done $d || {
			undone=1
			return
		}
		d=$((d + day))
	done
}

# ---- what is handed over ----

# settle FILE SEVERITY TEXT: away with it; it may be made again today, and stays
# where that cannot be written down.  What a .url belongs to goes first: nobody
# looks for it alone.
settle() {
	say "$2" "${1##*/}: $3"
	[ $undone = 0 ] || echo "${1##*/}" >>"$out/settled" || {
		say warning "unable to write in $out"
		return 1
	}
	case $1 in *.url) rm -f "${1%.url}" ;; esac
	rm -f "$1" && return
	say warning "unable to remove $1"
	return 1
}

# what is settled and could not be removed, as on a disk that is read-only or full
# now: nobody gets it again
stuck='
'
is_stuck() {
	case $stuck in *"
$1
"*) return ;; esac
	return 1
}

sticks() {
	stuck="$stuck$1
"
}

# outcome FILE STATUS; 1: it is settled, and still there
outcome() {
	case ${1##*.}.$2 in
	*.0) settle "$1" info "handed over" ;;
	url.100 | eml.65 | eml.69) settle "$1" warning "refused for good" ;;
	*)
		# made when the clock was ahead
		[ "$(stat -c %Y "$1")" -le "$(date +%s)" ] || touch "$1"
		[ $((now - $(stat -c %Y "$1"))) -ge $lifetime ] || {
			say warning "${1##*/}: not taken; tried again"
			return 0
		}
		settle "$1" warning "not taken within a day; given up"
		;;
	esac
}

# through run() alone: the process that it knows is sendmail itself
send_mail() {
	exec sendmail ${instance:+-C "$instance"} -t ${from:+-f "$from"} <"$1"
}

mails() {
	for f in "$out"/*.eml; do
		[ -e "$f" ] && ! is_stuck "$f" || continue
		run send_mail "$f"
		outcome "$f" $? || sticks "$f"
	done
}

post_file() {
	setpriv --pdeathsig TERM sh -c "exec $post -f \"\$1\"" sh "$1" 9>&-
}

# Who says "never" of a file that is not there means the command, and would say
# it of each.
post_nothing() { post_file "$out/nothing.url"; }

post_one() {
	post_file "$1"
	posted=$?
	[ $posted != 100 ] || {
		post_nothing >/dev/null 2>&1
		[ $? != 100 ] || posted=111
	}
	outcome "$1" $posted
}

# await FILE...: those that are being posted
await() {
	for k in $kids; do
		wait "$k"
		[ $? != 1 ] || sticks "$1"
		shift
	done
	kids=
}

# Several at once: one that does not answer holds up few others.
posts() {
	set --
	for f in "$out"/*.url; do
		[ -e "$f" ] && ! is_stuck "$f" || continue
		post_one "$f" &
		kids="$kids $!"
		set -- "$@" "$f"
		[ $# = $posts_max ] || continue
		await "$@"
		set --
	done
	await "$@"
}

# work PROGRAM...: what is due; left: 1 when something is to be tried again
work() {
	now=${at:-$(date +%s)} undone=0
	make_due "$now" "$@"
	mails
	posts
	left=$undone
	for f in "$out"/*.eml "$out"/*.url; do
		[ ! -e "$f" ] || left=1
	done
}

# ---- when ----

# The clock may be set, and the machine sleep, meanwhile: when it is set back,
# that time may be far away, and it is over.
sleep_until() {
	looked=$now
	while clock=$(date +%s) && nap=$(($1 - clock)) && [ $nap -gt 0 ] && [ "$clock" -ge "$looked" ]; do
		looked=$clock
		[ $nap -le $nap_max ] || nap=$nap_max
		run sleep $nap
	done
}

forever() {
	pause=$pause_min
	while :; do
		work "$@"
		began=$now
		now=$(date +%s)
		[ "$now" -ge "$began" ] || continue
		due=$((((now - delay) / day + 1) * day + delay))
		if [ $left = 1 ] && [ $((now + pause)) -lt $due ]; then
			sleep_until $((now + pause))
			pause=$((pause * 2 < pause_max ? pause * 2 : pause_max))
		else
			sleep_until $due
			pause=$pause_min
		fi
	done
}

# what is opened later must not be taken for one of these
(true 3<&0 4>&1 5>&2) || exit 111
unset CDPATH
bin=$(cd "$(dirname "$(readlink -f "$0")")" && pwd) || exit 111
PATH=$bin:$PATH
export PATH
arguments "$@"
shift $((OPTIND - 1))
[ $# -ge 3 ] || usage
out=$1 logs=$2
shift 2
umask 077
[ -d "$logs" ] && [ -r "$logs" ] && [ -x "$logs" ] ||
	die 111 "unable to read $logs: is it there, and whose is it?"
[ -w "$out" ] && (: >>"$out/lock") 2>/dev/null ||
	die 111 "unable to write in $out: is it there, whose is it, and is there room?"
exec 9>>"$out/lock"
flock -n 9 || die 111 "another report-daily has $out"
trap ends TERM INT HUP
command -v "$1" >/dev/null || die 111 "unable to run $1"
# what will not do does not wait for midnight
run "$@" -b 0 -e 0 -D "$out" >/dev/null
[ $? != 100 ] || exit 100
run post_nothing >/dev/null 2>&1
case $? in
100)
	run post_nothing >/dev/null
	die 100 "bad -p $post: it ends with 100 whatever the file is"
	;;
126 | 127) die 111 "unable to run $post" ;;
esac
[ -n "$delay" ] || delay=$(($(od -An -N4 -tu4 /dev/urandom) % (delay_max + 1)))
[ -n "$at" ] || forever "$@"
work "$@"
[ $left = 0 ] || exit 111
