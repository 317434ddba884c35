# rohrpost(8): what no answer shows: folders, tables, room, clock

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

# Folders that are not open to whom what is above them belongs to.  Who has
# them open already goes on for a while.
strays() {
	for d in queue mail log drop reports; do
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
	commands='' reports='' unsub='' ship='' feedback=''
	[ ! -d "$dir/service/command" ] || commands=commands
	[ ! -d "$dir/service/tlsrpt" ] || reports=reports/tls
	[ ! -d "$dir/service/unsub" ] || unsub=unsub
	[ ! -d "$dir/service/ship" ] || ship=ship
	[ ! -d "$dir/service/suppress" ] || ship="$ship suppress"
	[ ! -d "$dir/feedback" ] || feedback=feedback
	for d in conf queue queue/mess $commands $reports $unsub $ship $feedback drop mail log status sock; do
		[ -d "$dir/$d" ] || {
			say "$dir/$d" "is missing: No such file or directory"
			continue
		}
		case $d in queue | mail | log | status | drop | unsub | ship | suppress | feedback | reports/*) ;; *) continue ;; esac
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
	for f in aliases auth bounces certs classes clients dkim feedback fix grey local pools rcpt relay retry routes senders ship suppress throttle tls tls-client tls-out users; do
		[ ! -e "$dir/conf/$f" ] || [ -e "$dir/conf/$f.cdb" ] ||
			say "$dir/conf/$f" "was never compiled, $f.cdb is missing"
	done
	f=$(find "$dir/conf" "$dir/up.pid" "$dir"/log/*/current -newermt '60 seconds' 2>/dev/null | sed 1q)
	[ -z "$f" ] || say "the clock" "it says $(date -u +%FT%TZ), and $f is of a later day: it was set back"
	[ "$(date -u +%Y)" -ge 2024 ] || say "the clock" "it says $(date -u +%FT%TZ)"
}
