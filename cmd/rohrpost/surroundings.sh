# rohrpost(8): what no answer shows: folders, tables, room, clock

# What none of those may read whom the services run as: to them it is not
# there.  What only some may not is taken as meant.
unreadable() {
	fact - users
	readers=$value
	[ -n "$readers" ] || readers=$(stat -c %U "$dir/up.pid")
	# the next is asked for what those before him may not
	set -- "$dir/conf" -maxdepth 1
	for u in $readers; do
		as="chpst -u $u"
		[ "$uid" = 0 ] || as=
		f=$($as find "$@" -path "$dir/conf" ! -executable -print -o \
			\( -name '*.cdb' -o -name me -o -name resolver -o -name doublebounce \) -type f ! -readable -print 2>/dev/null)
		# shellcheck disable=SC2086
		set -- $f -maxdepth 0
		[ $# -gt 2 ] || return 0
	done
	echo "$f"
}

# Folders that are not open to whom what is above them belongs to.  Who has
# them open already goes on for a while.
strays() {
	stray=''
	# one look for all that belong to the same user
	(cd "$dir" && stat -c '%u:%g %n' queue mail log drop reports 2>/dev/null) | awk '
		{ of[$1] = of[$1] " " $2 }
		END { for (u in of) print u of[u] }' | while read -r owner folders; do
		as="setpriv --reuid ${owner%:*} --regid ${owner#*:} --clear-groups"
		[ "$uid" = 0 ] || as=
		# shellcheck disable=SC2086
		(cd "$dir" && $as find $folders -maxdepth 2 -type d \( ! -writable -o ! -executable \) 2>/dev/null)
	done | while read -r f; do
		# the first of each
		[ "${f%%/*}" != "$stray" ] || continue
		stray=${f%%/*}
		say "$dir/$f" "who has $dir/$stray may not write there: Permission denied"
	done
	s=chain
	[ -d "$dir/service/chain" ] || s=deliver
	for d in "status:$s" commands:command; do
		s=${d#*:} d=$dir/${d%:*}
		[ -d "$dir/service/$s" ] && [ -d "$d" ] || continue
		user "$s"
		# shellcheck disable=SC2016
		${as:+chpst -u "$as"} sh -c 'test -w "$1" -a -x "$1"' sh "$d" ||
			say "$d" "$s may not write there: Permission denied"
	done
}

# what does not show in an answer: folders, room for the log, clock, tables
surroundings() {
	commands='' reports='' unsub='' ship='' feedback='' ledger=''
	[ ! -d "$dir/service/command" ] || commands=commands
	[ ! -d "$dir/service/tlsrpt" ] || reports=reports/tls
	[ ! -d "$dir/service/unsub" ] || unsub=unsub
	[ ! -d "$dir/service/ship" ] || ship=ship
	[ ! -d "$dir/service/suppress" ] || ship="$ship suppress"
	[ ! -d "$dir/feedback" ] || feedback=feedback
	[ ! -d "$dir/service/ledger" ] || ledger=ledger
	set --
	for d in conf queue queue/mess $commands $reports $unsub $ship $feedback $ledger drop mail log status sock; do
		[ -d "$dir/$d" ] || {
			say "$dir/$d" "is missing: No such file or directory"
			continue
		}
		case $d in queue | mail | log | status | drop | unsub | ship | suppress | feedback | ledger | reports/*) ;; *) continue ;; esac
		set -- "$@" "$dir/$d"
		# where one may write it is not
		[ -w "$dir/$d" ] || case $(findmnt -no OPTIONS -T "$dir/$d" 2>/dev/null) in
		ro | ro,*) say "$dir/$d" "Read-only file system" ;;
		esac
	done
	stat -f -c '%a %S %c %d %n' "$@" 2>/dev/null | while read -r blocks size inodes free d; do
		[ $((blocks * size)) -ge 1048576 ] || say "$d" "the file system is full"
		[ "$inodes" = 0 ] || [ "$free" -ge 10 ] || say "$d" "the inodes of the file system are full"
	done
	set -- "$dir"/queue/mess/[01][0-9a-v]
	[ -e "$1" ] || shift
	[ ! -d "$dir/queue/mess" ] || [ $# = 64 ] ||
		say "$dir/queue/mess" "has $# folders of 64: No such file or directory"
	[ -e "$dir/conf/me" ] || say "$dir/conf/me" "is missing, and nothing starts without it: No such file or directory"
	unreadable | while read -r f; do
		say "$f" "none of the services may read it: Permission denied"
	done
	# a table begins with 2048 bytes of pointers
	find "$dir"/conf/*.cdb -size -2048c 2>/dev/null | while read -r f; do say "$f" "is damaged"; done
	newer=
	for f in "$dir"/conf/*.cdb; do
		# shellcheck disable=SC3013
		[ ! "${f%.cdb}" -nt "$f" ] || {
			say "${f%.cdb}" "is newer than what it was compiled to, and not in use: conf-build $dir/conf"
			newer=1
		}
	done
	[ -z "$newer" ] || conf-build -n "$dir/conf" 2>&1 >/dev/null | grep -v ': warning: ' | sed 's/^[a-z-]*: //'
	for s in $services; do
		[ -d "$dir/log/$s" ] || say "$dir/log/$s" "is missing, and what $s says is lost: No such file or directory"
	done
	for f in accept aliases auth bounces certs classes clients dkim feedback fix grey hooks local pools prohibited providers rcpt relay replies retry routes senders ship suppress throttle tls tls-client tls-out users; do
		[ ! -e "$dir/conf/$f" ] || [ -e "$dir/conf/$f.cdb" ] ||
			say "$dir/conf/$f" "was never compiled, $f.cdb is missing"
	done
	f=$(find "$dir/conf" "$dir/up.pid" "$dir"/log/*/current -newermt '60 seconds' -print -quit 2>/dev/null)
	[ -z "$f" ] || say "the clock" "it says $(date -u +%FT%TZ), and $f is of a later day: it was set back"
	# 2024 has begun
	[ "$now" -ge 1704067200 ] || say "the clock" "it says $(date -u +%FT%TZ)"
}
