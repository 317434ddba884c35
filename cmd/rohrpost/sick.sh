# rohrpost(8): what is wrong with a service, as its supervisor and its log say

# A service that dies at once runs, too, whenever one looks: who is younger
# may be such a one.
settled=2 # seconds

# log_files SERVICE: sets $files to where the last lines of its log stand, and
# those before them
log_files() {
	files=''
	for f in "$dir/log/$1"/@*; do [ ! -r "$f" ] || files=$f; done
	[ ! -r "$dir/log/$1/current" ] || files="$files $dir/log/$1/current"
}

# the lines of a service that are no events, svlogd's time in front
diagnostics() {
	log_files "$1"
	# shellcheck disable=SC2086
	tail -q -n 2000 -- ${files:-/dev/null} 2>/dev/null | grep -av '^\([0-9T.:-]* \)\{0,1\}ts:' | plain
}

# look_back: sets $past, what the logs say of services, lines of SERVICE, KEY and
# VALUE; look was before it, and later lines may be there by now:
#	deaths	seconds of the last minute in which it said a last word
#	died	it dies again and again: when it did the last time.  Who lives for
#		more than twice as long as he did the last times was repaired.
#	ended	what has ended behind it, more than once since its process began,
#		while it went on, when, and what was said before.  It is started
#		again after twice the time of before, a minute at most: if no end
#		has come then, it lives.
#	words	what it said last before it ended
look_back() {
	ages=''
	set --
	for s in $services; do
		state "$s"
		ages="$ages $s=${age:-0}"
		log_files "$s"
		# shellcheck disable=SC2086
		set -- "$@" $files
	done
	past=''
	[ $# = 0 ] || past=$(tail -v -n 2000 -- "$@" 2>/dev/null | plain | LC_ALL=C awk -v now="$now" -v ages="$ages" '
		# seconds since 1970, as in now, of the time that svlogd puts in front
		function at(t,    y, m) {
			if (t !~ /^[0-9]+-[0-9]+-[0-9]+T/) return 0
			y = substr(t, 1, 4)
			m = substr(t, 6, 2) - 3
			if (m < 0) {
				y--
				m += 12
			}
			return (365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m + 2) / 5) + substr(t, 9, 2) - 719469) * 86400 + \
				substr(t, 12, 2) * 3600 + substr(t, 15, 2) * 60 + substr(t, 18, 2)
		}
		function begin(service) {
			s = service
			# sv counts whole seconds
			began = now - (age[s] < 180 ? age[s] : 180) - 1
			lines = deaths = second = n = old = older = lived = before = 0
			ends = gap = ended_at = fatal_at = 0
			ended = said = fatal = last = old_day = older_day = ""
		}
		function put(key, v) {
			print s, key, v
		}
		function finish() {
			if (s == "") return
			if (deaths) put("deaths", deaths)
			if (n > 2 && age[s] <= 2 * (before > lived ? before : lived) + 2) put("died", old_day)
			gap = 2 * gap < 60 ? 2 * gap : 60
			if (ends > 1 && now - ended_at <= gap + 3) put("ended", ended)
			put("words", fatal_at && lines - fatal_at < 20 ? fatal : last)
		}
		BEGIN {
			k = split(ages, a, " ")
			for (i = 1; i <= k; i++) {
				split(a[i], pair, "=")
				age[pair[1]] = pair[2]
			}
		}
		# tail says which file it is; in a log a time is in front
		/^==> \/.*\/(current|@[^\/]*) <==$/ {
			k = split($2, path, "/")
			if (path[k - 1] != s) {
				finish()
				begin(path[k - 1])
			}
			next
		}
		/^$/ || /^([0-9T.:-]* )?ts:/ { next } # an event
		{
			t = at($1)
			text = $0
			sub(/^[^ ]* /, "", text)
			last = $0
			sub(/^[0-9-]+T[0-9:.]+ /, "", last)
			lines++
		}
		/: fatal: / {
			fatal = last
			fatal_at = lines
		}
		/ fatal: / && t >= now - 60 && t != second {
			deaths++
			second = t
		}
		/ fatal: / && t >= now - 180 && t != old {
			before = lived
			lived = n > 0 ? t - old : 0
			older = old
			older_day = old_day
			old = t
			old_day = substr($1, 12, 8)
			n++
		}
		/ has ended, status [0-9-]*; starting it again$/ {
			# it was what runs beside it
			if (n > 0 && t - old < 2) {
				n--
				lived = before
				old = older
				old_day = older_day
			}
			if (t < began) next
			if (ends++) gap = t - ended_at
			ended_at = t
			ended = substr($1, 12, 8) ": " text (said != "" ? " (" said ")" : "")
			next
		}
		t >= began { said = text }
		END { finish() }')
}

# died SERVICE: did it in the last minute?
died() {
	value "$past" "$1" deaths
	[ -n "$value" ]
}

# what to do about a text
advice() {
	case $1 in
	'Redis is gone since '*) echo "where it is stands in $dir/service/share/run, who we are there in $dir/share/login: does it answer redis-cli?" ;;
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

# halted SERVICE:PID...: which of them, and of what they have started, a signal
# stopped: the service, and what to say
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
			for (i = 1; i <= k; i++) {
				split(r[i], pair, ":")
				ours[pair[2]] = pair[1]
			}
			for (p in stopped) {
				for (q = p + 0; q > 1 && !(q in ours); q = above[q]);
				if (q in ours) print ours[q], "process " p " (" stopped[p] ") was stopped by a signal: kill -CONT " p
			}
		}' | plain
}

# processes of services that a signal has stopped; 1: there are some
stopped() {
	# most often nothing at all is
	grep -qs ') T ' /proc/[0-9]*/stat || return 0
	look
	set --
	for s in $services; do
		state "$s"
		for p in $pids; do set -- "$@" "$s:$p"; done
	done
	why=$(halted "$@")
	[ -n "$why" ] || return 0
	echo "$why" | while read -r s t; do say "$s" "$t"; done
	return 1
}

# writes PROCESS FILE: has it that file open?
writes() {
	for fd in "/proc/$1/fd"/*; do
		# shellcheck disable=SC3013
		[ ! "$fd" -ef "$2" ] || return 0
	done
	return 1
}

# logs SERVICE PROCESS: does its logger write to both folders?  One that it
# cannot use it leaves out.
logs() {
	[ -r "/proc/$2/fd" ] || return 0
	for l in "$1" "$1-final"; do
		[ ! -d "$dir/log/$l" ] || writes "$2" "$dir/log/$l/current" ||
			say "$dir/log/$l" "nothing is written to it, and what $1 says is lost: whose is it? then sv restart $dir/service/$1/log"
	done
}

# what is said of a service that runs
ailing() {
	value "$past" "$1" words
	words=$value
	if [ "$age" -lt $settled ] && died "$1"; then
		say "$1" "dies and is started again: $words"
	else
		value "$past" "$1" died
		[ -z "$value" ] || say "$1" "died again and again, until $value: $words"
	fi
	value "$past" "$1" ended
	[ -z "$value" ] || say "$1" "$value"
}

# sick SERVICE: what is wrong with it, as its supervisor and its log say; look
# and look_back were before it
sick() {
	state "$1"
	case ${state%%; *} in
	run:*) ailing "$1" ;;
	down:*'want up'* | finish:*)
		if [ -x "$dir/service/$1/run" ]; then
			value "$past" "$1" words
			say "$1" "dies at once: $value"
		else
			say "$1" "$dir/service/$1/run is no program that can be run"
		fi
		;;
	down:*) say "$1" "is stopped; rohrpost restart $dir $1 starts it" ;;
	*denied*) say "$1" "only root and the user who called rohrpost up can see how it is" ;;
	*) say "$1" "has no supervisor (runsv); a new folder has one within 5 seconds, else rohrpost down $dir, and up again" ;;
	esac
	case $state in
	*'; run: log:'*) logs "$1" "${pids##* }" ;;
	*'; '*) say "$1" "its log does not run, and soon the service will wait for it: $dir/service/$1/log/run, and whose is $dir/log/$1?" ;;
	esac
}
