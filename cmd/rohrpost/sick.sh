# rohrpost(8): what is wrong with a service, as its supervisor and its log say

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

# helper_ends SERVICE SINCE: what has ended behind it, more than once since that
# second of the clock, while it went on, when, and what was said before.  It is
# started again after twice the time of before, a minute at most: if no end has
# come then, it lives.
helper_ends() {
	# before what is read, of which the last may be later
	now=$(date -u +%FT%T)
	diagnostics "$1" | tail -n 200 | awk -v since="$(date -u -d "@$2" +%FT%T)" -v now="$now" "$day"'
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
			if (n > 1 && (old > now || between(at(old), at(now)) <= again + 3)) print last }'
}

# what to do about a text
advice() {
	case $1 in
	*sock-hold*'lready in use'*) echo "another program has the address (ss -lntp), or smtp-recv holds it since sock-hold died: rohrpost restart $dir listen" ;;
	*'lready in use'*) echo "another program has the address: ss -lntp shows which; ours stands in $dir/service/*/run" ;;
	*'o space left'* | *'uota exceeded'* | *' full'*) echo "make room, or inodes: df $dir/queue, df -i $dir/queue, quota" ;;
	*'ead-only'*) echo "the file system was mounted read-only, or has a fault: see dmesg" ;;
	*'ermission denied'* | *'not permitted'*) echo "whose are the file and the folders above it? ls -ld" ;;
	*'ut of memory'* | *'annot allocate '*) echo "its limit is the number behind -d of chpst, bytes, in $dir/service/*/run; that of the machine: free" ;;
	*'killed by signal'*) echo "9 may be the kernel, out of memory: dmesg; 11 a fault, or less memory than it can begin with: the limit is the number behind -d of chpst, bytes, in $dir/service/*/run" ;;
	*': expire'[sd]' on '* | *'; not used') echo "tls(7) says how a certificate comes here" ;;
	*'.cdb'*) echo "conf-build $dir/conf makes it of the text" ;;
	*'unable to take '*' from '*/listen/sock:*) echo "the service listen, which opens the addresses, does not run: see what is said of it" ;;
	*'unable to run unix:'* | *'unable to reach unix:'*'o such file'*) echo "the service that makes this socket does not run, or did not yet" ;;
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

# processes of services that a signal has stopped; 1: there are some
stopped() {
	halt=0
	# most often nothing at all is
	grep -qs ') T ' /proc/[0-9]*/stat || return 0
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
		seen=$(date +%s)
		age=$(age "$1")
		if [ "${age:-0}" -lt $settled ] && [ "$(deaths "$1")" -gt 0 ]; then
			say "$1" "dies and is started again: $(last_words "$1")"
		else
			died=$(fits "$1" "${age:-0}")
			[ -z "$died" ] || say "$1" "died again and again, until $died: $(last_words "$1")"
		fi
		[ "${age:-0}" -lt 180 ] || age=180
		# sv counts whole seconds
		ends=$(helper_ends "$1" $((seen - ${age:-0} - 1)))
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
