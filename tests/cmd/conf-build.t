#!/bin/sh
# conf-build: text to cdb, all faults with file and line, nothing replaced
# when one is wrong
. "$(dirname "$0")/../lib.sh"
C=$T/conf
fresh() { rm -rf "$C"; mkdir "$C"; }
get() { cdb -q -n 1 "$C/$1.cdb" "$2"; }
good() {
	fresh
	printf '# domains\n\n  Example.ORG \t\nlocalhost\n' >"$C/local"
	printf 'default source=192.0.2.1 helo=a.example.org\n' >"$C/pools"
	printf 'to:@a.example host:b.example\nto:@c.example pool:default\n' >"$C/routes"
	printf 'root: bob\n' >"$C/aliases"
}

good
status "all that is there" 0 conf-build "$C"
is "says nothing" "$(cat "$T/err")" ""
is "what was made" "$(cd "$C" && echo *.cdb)" "aliases.cdb local.cdb pools.cdb routes.cdb"
is "no temporary file stays" "$(ls -A "$C" | grep -c new)" 0
if command -v cdb >/dev/null; then
	is "domain in lower case, with its line" "$(get local example.org)" 3
	is "an alias" "$(get aliases root | tr '\n' ' ')" "1 bob "
	is "a rule" "$(get routes da.example | tr '\t' ' ')" "1 to:@a.example host:b.example"
	u=$(printf '\303\274')
	printf "m${u}ller.example\nxn--strae-oqa.example\nplain.example\n" >"$C/local"
	conf-build "$C" local
	is "A-labels of a domain in UTF-8" "$(get local xn--mller-kva.example)" "1 m${u}ller.example"
	is "and UTF-8 of A-labels" "$(get local "stra$(printf '\303\237')e.example")" "2 xn--strae-oqa.example"
	is "beside themselves" "$(get local "m${u}ller.example") $(get local xn--strae-oqa.example) $(cdb -s "$C/local.cdb" | sed -n 's/^number of records: //p')" "1 2 5"
	printf "m${u}ller.example\nxn--mller-kva.example\n" >"$C/local"
	conf-build "$C" local
	is "who has both forms has each for itself" "$(get local "m${u}ller.example") $(get local xn--mller-kva.example)" "1 2"
	printf "xn--mller-kva.example\nm${u}ller.example\n" >"$C/local"
	conf-build "$C" local
	is "in the other order, too" "$(get local "m${u}ller.example") $(get local xn--mller-kva.example)" "2 1"
	printf '# domains\n\n  Example.ORG \t\nlocalhost\n' >"$C/local"
	conf-build "$C" local
	is "readable by others" "$(cdb -s "$C/local.cdb" | sed -n 's/^number of records: //p')" 2
else
	skip "tinycdb is missing"
fi

# the name of this host: a warning, and all is made
for n in 3f1c2b4a5d6e localhost 192.0.2.1 '[192.0.2.1]' my_host.example.org; do
	good; echo "$n" >"$C/me"
	status "me $n" 0 conf-build "$C"
	is "$n: one warning, with the name and what to do" "$(grep -cF "warning: $C/me: $n: " "$T/err") $(grep -c 'write the full name' "$T/err") $(wc -l <"$T/err")" "1 1 1"
	[ -e "$C/local.cdb" ]; ok "$n: the tables are made" $?
done
good; echo 'two words' >"$C/me"; status "a me that no program takes" 100 conf-build "$C"
like "is named" "$(cat "$T/err")" "^conf-build: .*/me:1: two words: .*write the full name"
for t in '' '\n\n' '# mx.example.org\n' '  # a\n\n#b'; do
	good; printf "$t" >"$C/me"; status "a me that says nothing: $t" 100 conf-build "$C"
	like "says so" "$(cat "$T/err")" "^conf-build: $C/me:1: no name: .*write the full name"
	[ ! -e "$C/local.cdb" ]; ok "and nothing is made" $?
done
good; printf '# name\nmx.example.org\n\n# old\nmx2.example.org\nmx3.example.org' >"$C/me"
status "names in me that nobody reads" 100 conf-build "$C"
is "each with its line, and what to do" "$(sed "s|$C|C|" "$T/err")" "conf-build: C/me:5: a second name, which nobody reads: leave one line, the full name that this host has in the DNS
conf-build: C/me:6: a second name, which nobody reads: leave one line, the full name that this host has in the DNS
conf-build: fatal: nothing was replaced"
good; printf 'a@b.example\nc.example\n' >"$C/doublebounce"
status "a second address" 100 conf-build "$C"
like "with its line" "$(cat "$T/err")" "^conf-build: $C/doublebounce:2: a second address, which nobody reads: leave one line"
long() { awk -v n="$1" 'BEGIN { while (n-- > 0) printf "x"; print "" }'; }
for f in me doublebounce; do
	good; long 256 >"$C/$f"; status "$f: a name that is too long" 100 conf-build "$C"
	like "says so" "$(cat "$T/err")" "^conf-build: $C/$f:1: longer than 255 bytes"
	good; { echo mx.example.org; yes '#' | head -2100; } >"$C/$f"
	status "$f: a file that is too long" 100 conf-build "$C"
	like "says so" "$(cat "$T/err")" "^conf-build: $C/$f:1: File too large"
done

# name servers
good; printf '# ours\n127.0.0.1\n\n::1@5353\n' >"$C/resolver"
status "name servers" 0 conf-build "$C"
is "says nothing of them" "$(cat "$T/err")" ""
good; printf '127.0.0.1\nns.example.org\n127.0.0.1@99999\n127.0.0.1@\n' >"$C/resolver"
status "wrong ones" 100 conf-build "$C"
is "each with its line" "$(sed "s|$C|C|" "$T/err")" "conf-build: C/resolver:2: not a name server: want ADDR or ADDR@PORT, a number and no name
conf-build: C/resolver:3: not a port behind the @: want 1 to 65535
conf-build: C/resolver:4: not a port behind the @: want 1 to 65535
conf-build: fatal: nothing was replaced"
good; printf '127.0.0.1 9.9.9.9\n::1\n127.0.0.1\n::1\n' >"$C/resolver"
status "what would not be read" 100 conf-build "$C"
is "is said, too" "$(sed "s|$C|C|" "$T/err" | head -2)" "conf-build: C/resolver:1: more than a name server: one a line
conf-build: C/resolver:4: stands in line 2 already"
good; { echo 127.0.0.1; long 65525; } | sed 's/^x/#/' >"$C/resolver"
status "a list of servers at the limit" 0 conf-build "$C"
echo >>"$C/resolver"; status "one byte more" 100 conf-build "$C"
good; for i in 1 2 3 4 5 6 7 8; do echo 127.0.0.$i; done >"$C/resolver"
status "8 name servers" 0 conf-build "$C"
echo 127.0.0.9 >>"$C/resolver"; status "9" 100 conf-build "$C"
like "with the line of the one too many" "$(cat "$T/err")" "resolver:9: too many name servers"

# names that nobody reads
good; touch "$C/route" "$C/transport" "$C/routes~" "$C/.hidden"; mkdir "$C/keys"
status "names that nobody reads" 0 conf-build "$C"
is "are said, with what is meant" "$(sed "s|$C|C|" "$T/err" | sort)" "conf-build: C/route: warning: no program reads a file of this name; is \`routes' meant?
conf-build: C/transport: warning: no program reads a file of this name
conf-build: info: C/routes~ is left alone: a backup, by its name"

# rules that never decide; the pairs that do are there as well
good; cat >"$C/routes" <<'END'
to:@a.example mx
to:u@a.example host:b.example
to:@b.example from:<> mx
to:@b.example host:b.example
to:@.c.example tag:x mx
to:@d.c.example tag:y tag:x mx
to:@d.c.example mx
larger:1000 to:@e.example mx
larger:999 to:@e.example mx
larger:2000 to:@e.example mx
try:3 to:@f.example mx
try:2 to:@f.example mx
try:4 to:@f.example mx
to:<local> local
to:@localhost discard
to:@old.example rewrite:@new.example
to:@localhost tenant:t mx
bob@x.example mx
END
sed -i '$d' "$C/routes"; echo 'to:bob@ mx' >>"$C/routes"
echo 'to:bob@g.example mx' >>"$C/routes"
status "rules that never decide" 0 conf-build "$C"
is "are found, each with what takes its jobs" "$(sed "s|$C|C|; s/ takes.*//" "$T/err")" "conf-build: C/routes:2: warning: this rule never decides: line 1
conf-build: C/routes:6: warning: this rule never decides: line 5
conf-build: C/routes:10: warning: this rule never decides: line 8
conf-build: C/routes:13: warning: this rule never decides: line 11
conf-build: C/routes:15: warning: this rule never decides: line 14
conf-build: C/routes:19: warning: this rule never decides: line 18"

good; printf 'to:@a.example to:@b.example mx\nto:@.a.example to:u@a.example mx\n' >"$C/routes"
status "a rule that no job fits" 0 conf-build "$C"
is "is found" "$(sed "s|$C|C|" "$T/err")" "conf-build: C/routes:1: warning: this rule never decides: two of its conditions exclude each other; make two rules of it"

# aliases that end nowhere
good; printf 'a: b\nb: c, c\nc: A\nself: self, x@y.example\nd: bob\n' >"$C/aliases"
status "a circle of aliases" 0 conf-build "$C"
is "is found" "$(sed "s|$C|C|; s/ name.*//" "$T/err")" "conf-build: C/aliases:1: warning: these aliases only
conf-build: C/aliases:2: warning: these aliases only
conf-build: C/aliases:3: warning: these aliases only"
good; echo mx.example.org >"$C/me"; conf-build "$C" 2>"$T/err"
is "a full name" "$(cat "$T/err")" ""
for x in 'bob:0' 'bob@example.org:0' '# nobody:0' 'a b:100' 'bob@:100' '@x:100'; do
	good; echo "${x%:*}" >"$C/doublebounce"
	status "doublebounce ${x%:*}" "${x##*:}" conf-build "$C"
done
good; conf-build "$C"
chmod 640 "$C/aliases"; conf-build "$C"
is "the mode of the text" "$(stat -c %a "$C/aliases.cdb")" 640

# what is no file is not waited for
good; conf-build "$C"; before=$(cat "$C"/*.cdb | cksum)
odd() { # KIND NAME
	rm -f "$C/$2"
	case $1 in
	fifo) mkfifo "$C/$2" ;;
	folder) mkdir "$C/$2" ;;
	device) ln -s /dev/zero "$C/$2" ;;
	terminal) ln -s /dev/ptmx "$C/$2" ;;
	socket) python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$C/$2" ;;
	esac
}
for kind in fifo folder device terminal socket; do
	for f in local routes relay dkim tests; do
		good; conf-build "$C"; odd $kind $f
		status "$f is a $kind" 111 timeout 10 conf-build "$C"
		like "says so" "$(cat "$T/err")" "fatal: unable to read $C/$f: (it is no file|Is a directory)"
		is "nothing is replaced" "$(cat "$C"/*.cdb | cksum)" "$before"
	done
	for f in me doublebounce local.cdb routes.cdb; do
		good; odd $kind $f
		timeout 10 conf-build "$C" >"$T/out" 2>&1
		ok "$f is a $kind: it ends" $(($? == 124))
	done
	good; odd $kind local.cdb
	timeout 10 conf-build "$C" routes >"$T/out" 2>&1
	ok "a table that is not made is a $kind: it ends" $(($? == 124))
	good; odd $kind .local.cdb.new
	timeout 10 conf-build "$C" >"$T/out" 2>&1
	ok "a temporary one is a $kind: it ends" $(($? == 124))
done
good; ln -s /dev/null "$C/relay"
status "/dev/null is an empty file" 0 conf-build "$C"

# faults
sum() { cat "$C"/*.cdb | cksum; }
good; conf-build "$C"; before=$(sum)
printf 'example.org\nnot a domain\n-\n\t# x\nexample.org\n' >"$C/local"
printf 'to:@x.example\nto:@x.example hop:y\n\nto:@y.example mx\nmx to:@z\n' >"$C/routes"
status "a wrong file" 100 conf-build "$C"
is "all its faults, each with its line" "$(sed "s|$C|C|" "$T/err")" "conf-build: C/local:2: not a domain name
conf-build: C/local:5: stands in line 1 already
conf-build: C/routes:1: no action
conf-build: C/routes:2: hop:y: unknown condition or action
conf-build: C/routes:5: to:@z: a condition behind an action
conf-build: fatal: nothing was replaced"
is "nothing is replaced" "$(sum)" "$before"
is "no temporary file stays" "$(ls -A "$C" | grep -c new)" 0
good; echo 'x' >"$C/routes"; status "-n finds it, too" 100 conf-build -n "$C"
is "and makes nothing" "$(ls "$C" | grep -c cdb)" 0
good; status "-n on good files" 0 conf-build -n "$C"
is "makes nothing, too" "$(ls "$C" | grep -c cdb)" 0
good; awk 'BEGIN { for (i = 0; i < 150; i++) print "bad rule" }' >"$C/routes"
status "many faults" 100 conf-build "$C"
is "100 are shown" "$(grep -c routes: "$T/err")" 100
like "the others counted" "$(cat "$T/err")" "^conf-build: and 50 more$"
one() { # NAME FILE TEXT REASON
	fresh; printf "$3" >"$C/$2"; status "$1" 100 conf-build "$C"
	like "$1: why" "$(cat "$T/err")" "^conf-build: $C/$2:1: .*$4"
}
one "NUL" local 'a\0b\n' 'control byte'
one "carriage return" local 'example.org\r\n' 'carriage return'
one "no colon" aliases 'bob\n' 'no colon'
one "no target" aliases 'bob:\n' 'empty target'
one "a file as target" aliases 'bob: /var/mail/bob\n' 'a file is no target'
one "include" aliases 'bob: :include:/x\n' 'include'
one "two commands" aliases 'bob: |a, |b\n' 'more than one command'
one "an open quote" routes 'to:@x reject:"no\n' 'quote not closed'
one "two destinations" routes 'to:@x mx host:y\n' 'a second action'
one "bad port" routes 'to:@x host:y:0\n' 'want HOST'
one "bad pool" routes 'to:@x pool:a=b\n' 'weight is not a number'
one "unknown pool" routes 'to:@x pool:nowhere\n' 'there is no pool nowhere'
one "bad source" pools 'a source=host\n' 'not an IP address'
one "two of a kind" pools 'a source=192.0.2.1,192.0.2.2\n' 'one IPv4 and one IPv6'
one "unknown word" pools 'a colour=red\n' 'unknown word'
one "bad weight" pools 'a weight=1000001\n' 'weight='

# the same mistakes in each file: what may not stand in a line, a word that
# is none, a value out of its range, one that is missing, and what stands twice
for f in aliases auth certs classes clients dkim fix grey local pools rcpt relay replies retry routes \
    senders throttle tls tls-client tls-out users me doublebounce resolver tests; do
	one "$f: NUL" $f 'a\0b\n' 'control byte'
	one "$f: CRLF" $f 'a\r\n' 'carriage return'
	one "$f: a byte order mark" $f '\357\273\277a\n' 'byte order mark'
	one "$f: one before a comment" $f '\357\273\277# a\n' 'byte order mark'
	one "$f: an escape sequence" $f 'a\033[2J\n' 'control byte'
	fresh; awk 'BEGIN { while (n++ < 4097) printf "a"; print "" }' >"$C/$f"
	status "$f: a line that is too long" 100 conf-build "$C"
	like "says so" "$(cat "$T/err")" "^conf-build: $C/$f:1: .*(too long|longer than)"
	fresh; printf '# a comment\n\n  # one more' >"$C/$f"; [ $f = me ] ||
	status "$f: only comments, the last without its end" 0 conf-build "$C"
done
dkim='domain=x.org selector=s key=k'
fp=$(printf '%064d' 1)
while IFS='|' read -r f text why; do
	one "$f: $text" "$f" "$(printf %s "$text" | sed "s/FP/$fp/")\n" "$why"
done <<'X'
aliases|bob joe|no colon
aliases|bob: x@y..z|not a domain
auth|dmarc-rejekt tag|unknown word
auth|dmarc-reject drop|want report
auth|hold 366d|hold wants
auth|hold|a value is missing
auth|dmarc-reject tag tag|one value only
auth|except a.test a.test|stands in line 1 already
certs|0123 ann|not a fingerprint
certs|FP|not a login
certs|FP ann joe|more than a login
classes|policy colour:red|unknown word
classes|ours text: a|a class of your own: say hard or soft
classes|policy code:5|code: wants
classes|policy esc:5.1|esc: wants
classes|policy text:|at least one whole word
classes|policy code:550 code:551|a condition stands twice
classes|hard text: a|want for:
classes|version 7|version stands once
replies|hold colour:red|unknown word
replies|code:550|no action
replies|suspend=1h|no condition
replies|suspend=8d code:550|suspend= is a time
routes|to:@a mx breaker:0/1m|breaker:0/1m: want N/TIME or N/TIME..TIME
routes|to:@a mx fallback:/path|fallback:/path: want HOST
routes|to:@a mx fallback:a fallback:b|fallback: stands twice
replies|hold bounce code:550|exclude each other
replies|source=other pool=a code:550|source= and pool= stand once, and not together
replies|hold text~/(/|not an extended regular expression
replies|version 7|version stands once
clients|lst z.test reject|unknown word
clients|list z.test rejct|want reject
clients|helo own reject # trailing|want three words
clients|list z.test reject 127.0.0.1/33|want A.B
clients|list z.test|want list
clients|except ::1 ::1|::1 stands twice
dkim|x.org domain=x.org selector=s key=k colour=red|unknown word
dkim|x.org domain=x.org selector=s key=k expire=367d|expire= wants
dkim|x.org domain= selector=s key=k|domain= is not
dkim|x.org domain=x.org selector=s key=k trailing|want WORD=VALUE
dkim|x.org domain=x.org selector=s key=k key=l|key= stands twice
fix|* prio:10|want 0 to 9
fix|* prios:1|unknown
fix|* reject:|wants a text
fix|* prio:1 prio:2|prio:2: stands twice
fix|header:X no-header:X message-id|no message has
grey|client:192.0.2.1/33|not an IP
grey|clients:192.0.2.1|want client:
grey|from:|want user
grey|client:::1 trailing|one rule
local|a.example b.example|not a domain
local|a.example.|not a domain
local|[ixyz:2001:db8::1]|not a domain
pools|p weight=1000001|weight=
pools|p wait=1|unknown word
pools|p helo=|helo= is not
pools|p trailing|want WORD
pools|p weight=1 weight=2|weight= stands twice
relay|127.0.0.256:allow|not an IPv4
relay|127.0.0.1:alow|neither
relay|127.0.0.1:|neither
relay|:allow # trailing|neither
relay|:allow,RELAYCLIENT="",RELAYCLIENT="x"|a variable stands twice
relay|joe@127.0.0.1:allow|no user@ here
retry|interval=5m|unknown word
retry|intervals=367d|an interval is
retry|intervals=|an interval is
rcpt|a.test|want users, any, next or program
rcpt|a.test maybe|want users, any, next or program
rcpt|a b next|want users, any, next or program
rcpt|a.test any unsure=take|nobody else is asked
rcpt|a.test next unsure=no|want unsure=later or unsure=take
rcpt|a.test next unsure=take x|more words
rcpt|@ next|not a domain name
retry|warn=4h trailing|unknown word
retry|lifetime=1d lifetime=2d|lifetime= stands twice
retry|class:nonsense warn=1h|no result has this one
retry|failure:nonsense warn=1h|no line of classes calls any so: nonsense
replies|pool=nowhere code:550|pool=: there is no pool nowhere
replies|hold failure:nonsense|no line of classes calls any so: nonsense
routes|to:@x.test mxx|mxx: unknown
routes|larger:4294967296 mx|not a number
routes|smaller:x mx|not a number
routes|failure:nonsense mx|no line of classes calls any so: nonsense
routes|to: mx|not a pattern
routes|mx # trailing|#: unknown
routes|tls:must tls:may mx|tls: stands twice
routes|tls:mst mx|want none, may
routes|msgs-per-conn:1000001|not a number
senders|ann|no address
senders|"|not a login
senders|ann joe|not an address
senders|ann @|not a domain behind
senders|ann "a@b.test|quotes that
throttle|* con=5|not a limit
throttle|* conn=100001|conn is not
throttle|* conn=|conn is not
throttle|* conn=5 trailing|a limit is not
throttle|* conn=5 conn=6|conn= stands twice
throttle|* rate=5/s rate=5/s|rate=5/s stands twice
tls|a b.pem|unknown word
tls|../a.pem|not a file's name
tls|key=a|no file in front
tls|a.pem key=b key=c|key= stands twice
tls-client|a.pem name=b..c|not a name
tls-out|a..b may|not a destination
tls-out|a maybe|want none, may
tls-out|a fingerprint|needs pin=
tls-out|a may cert=b cert=c|cert= stands twice
users|a/b|not a user
users|bob joe|not a user
tests|to:a@b.test local:x|not known: local:x
tests|to:a@b.test|no ->
tests|to:a@b.test ->|nothing behind
tests|too:a@b.test -> mx|not known
X
two() { # FILE FIRST SECOND: the key again
	fresh; printf '# x\n%s\n\n%s\n' "$2" "$3" >"$C/$1"
	status "$1: $3 again" 100 conf-build "$C"
	like "says where" "$(cat "$T/err")" "^conf-build: $C/$1:4: .*(stands|stand) in line 2 already"
}
two aliases 'bob: joe' 'Bob: jim'
two auth 'hold 1d' 'hold 2d'
two auth 'except a.test' 'except A.test'
two certs "$fp ann" "$fp joe"
two clients 'list z.test tag' 'white Z.test'
two clients 'own a.test' 'own b.test a.test'
two dkim "x.org $dkim" "x.org $dkim algorithm=ed25519-sha256"
two grey 'client:192.0.2.1' 'client:192.0.2.1/32'
two local 'a.test' 'A.test'
two rcpt 'a.test next' 'A.test any'
two relay '192.0.2.1:allow' '192.0.2.1:deny'
two relay '192.0.2.1-9:allow' '192.0.2.3:deny'
two relay ':allow' ':deny'
two resolver '192.0.2.1' '192.0.2.1'
two retry 'lifetime=1d' 'warn=1h'
two retry 'class:dns domain:a.test warn=1h' 'domain:a.test class:dns lifetime=2h'
two senders 'ann @a.test' 'Ann @A.test'
two throttle '* backoff=5' '* backoff=6 conn=5'
two throttle 'site:a rate=5/s' 'site:A rate=5/s'
two tls 'a.pem' 'a.pem key=k'
two tls-out 'a.test may' 'A.test must'
two users 'bob' 'BOB'
fresh; echo 'on-holiday soft text: office is closed' >"$C/classes"
echo 'failure:on-holiday intervals=1d' >"$C/retry"
status "an interval for a class of the site's own" 0 conf-build "$C"
status "also of the table in force" 0 conf-build "$C" retry
# what has a meaning, however often it is there
fresh; echo '* rate=5/s rate=100/h burst=9 rcpt-rate=5/s' >"$C/throttle"
printf '* conn=5\n* conn=6 rate=7/s\n' >>"$C/throttle"
printf 'p\np source=192.0.2.1 source=::1\n' >"$C/pools"
printf 'to:@a.test host:a host:b tag:x=1 tag:y=1\nto:@a.test mx\n' | sed 's/ host:a host:b\(.*\)/\1 host:a host:b/' >"$C/routes"
printf '* add:"X: 1" add:"X: 2" set-tag:a=1 set-tag:b=1\n* set-tag:a=2\n' >"$C/fix"
printf 'x.org %s\nx.org %s\n' "$dkim" "domain=x.org selector=t key=l" >"$C/dkim"
status "repetition with a meaning" 0 conf-build "$C"
is "says nothing" "$(cat "$T/err")" ""

# limits: a line of 4096 bytes, 256 targets, 32 fields, 16 hosts
line() { awk -v n="$1" 'BEGIN { s = "to:@x reject:\""; while (length(s) < n - 1) s = s "y"; print s "\"" }'; }
fresh; line 4096 >"$C/routes"; status "a line at the limit" 0 conf-build "$C"
fresh; line 4097 >"$C/routes"; status "one byte more" 100 conf-build "$C"
targets() { awk -v n="$1" 'BEGIN { s = "x:"; for (i = 1; i <= n; i++) s = s (i > 1 ? "," : "") " a" i; print s }'; }
fresh; targets 256 >"$C/aliases"; status "targets at the limit" 0 conf-build "$C"
fresh; targets 257 >"$C/aliases"; status "one target more" 100 conf-build "$C"
hosts() { awk -v n="$1" 'BEGIN { s = "to:@x"; for (i = 1; i <= n; i++) s = s " host:h" i; print s }'; }
fresh; hosts 16 >"$C/routes"; status "hosts at the limit" 0 conf-build "$C"
fresh; hosts 17 >"$C/routes"; status "one host more" 100 conf-build "$C"
words() { awk -v n="$1" 'BEGIN { s = "to:@x"; for (i = 2; i < n; i++) s = s " tag:" i; print s " mx" }'; }
fresh; words 32 >"$C/routes"; status "words of a rule at the limit" 0 conf-build "$C"
fresh; words 33 >"$C/routes"; status "one word more" 100 conf-build "$C"
rules() { awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) print "to:@d" i " mx" }'; }
fresh; rules 100000 >"$C/routes"; status "rules at the limit" 0 conf-build "$C"
fresh; rules 100001 >"$C/routes"; status "one rule more" 100 conf-build "$C"
like "says so" "$(cat "$T/err")" ":100001: too many rules"
fresh; echo "p weight=1000000" >"$C/pools"; status "weight at the limit" 0 conf-build "$C"
fresh; echo "$(line 64 | tr -c 'a\n' a | cut -c1-64) weight=1" >"$C/pools"; status "name at the limit" 0 conf-build "$C"
fresh; echo "$(line 65 | tr -c 'a\n' a | cut -c1-65) weight=1" >"$C/pools"; status "one byte more" 100 conf-build "$C"
sources() { awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) print "p source=192.0.2." i % 256 }'; }
fresh; sources 256 >"$C/pools"; status "sources at the limit" 0 conf-build "$C"
fresh; sources 257 >"$C/pools"; status "one source more" 100 conf-build "$C"

# one file alone, and a file that is gone
good; conf-build "$C"; echo 'b.example' >"$C/local"; echo 'c: d' >"$C/aliases"
aliases=$(cksum <"$C/aliases.cdb")
status "one file by name" 0 conf-build "$C" local
is "leaves the others" "$(cksum <"$C/aliases.cdb")" "$aliases"
status "an unknown name" 100 conf-build "$C" nothing
rm "$C/pools"
status "a pool that others need is gone" 100 conf-build "$C"
rm "$C/routes"
status "files that are gone" 0 conf-build "$C"
like "it says so" "$(cat "$T/err")" "routes is gone: .*routes.cdb becomes empty"
is "their tables are empty" "$(wc -c <"$C/routes.cdb")" 2048
status "and are not made again" 0 conf-build "$C"
is "nor spoken of" "$(cat "$T/err")" ""

# a table that cannot take its name, behind some that have theirs
good; mkdir "$C/routes.cdb"
status "a folder of that name" 111 conf-build "$C"
is "says how far it came" "$(sed "s|$C|C|g" "$T/err")" "conf-build: warning: unable to rename C/.routes.cdb.new to C/routes.cdb: Is a directory
conf-build: fatal: 3 of 4 tables were replaced"
is "and leaves nothing beside them" "$(cd "$C" && find . -name '*.new')" ""
good; mkdir "$C/local.cdb"
status "at the first one" 111 conf-build "$C"
is "nothing was replaced" "$(tail -1 "$T/err") $(cd "$C" && find . -name '*.new' -o -name '*s.cdb')" "conf-build: fatal: nothing was replaced "

# the file tests
good
cat >"$C/tests" <<'X'
# what must hold
to:x@a.example -> host host:b.example:25 via:default src:192.0.2.1
to:bob@example.org -> local user:bob !mx
to:root@localhost from:<> -> local to:bob@localhost
X
status "test vectors that hold" 0 conf-build "$C"
echo 'to:x@a.example -> local' >>"$C/tests"
status "one that does not" 100 conf-build "$C"
like "its line and the decision" "$(cat "$T/err")" "$C/tests:5: not there: local, got: host host:b.example"
good
echo 'unsubscribe leave@example.org' >"$C/feedback"
cat >"$C/tests" <<'X'
to:leave@example.org -> local forward:leave@example.org
to:bob@example.org -> local user:bob
X
status "what feedback reads goes there" 0 conf-build "$C"
rm "$C/feedback" "$C/feedback.cdb"
echo 'colour:red -> local' >"$C/tests"
status "a test that is none" 100 conf-build "$C"
rm "$C/tests"

# the world
status "no arguments" 100 conf-build
status "bad option" 100 conf-build -x "$C"
status "no such folder" 111 conf-build "$T/nowhere"
status "closed descriptors" 111 conf-build "$C" <&-
mkdir "$C/local.d"; rm "$C/local"; mkdir "$C/local"
status "a folder in place of a file" 111 conf-build "$C"
rmdir "$C/local"
# no /dev/full: it writes to no file of a given name, and a limit fills a disk
if [ "$(id -u)" -eq 0 ]; then
	good; conf-build "$C"; before=$(sum)
	status "no room to write" 111 sh -c 'trap "" XFSZ; ulimit -f 0; exec conf-build "$1"' sh "$C"
	is "nothing is replaced" "$(sum)" "$before"
else
	skip "not root"; skip "not root"
fi
good; conf-build "$C"; before=$(sum); echo 'x.example' >>"$C/local"
(ulimit -f 1; trap '' XFSZ; conf-build "$C") 2>"$T/err"
is "a file size limit" "$?" 111
is "changes nothing" "$(sum)" "$before"

# -d: what would be changed; -u: back again
good; conf-build "$C"
status "nothing is different" 0 conf-build -d "$C"
is "and nothing said" "$(cat "$T/out" "$T/err")" ""
status "the first build has none before" 100 conf-build -u "$C"
like "is said" "$(cat "$T/err")" "conf: no other texts were in force before"
before=$(sum)
sed -i 's/b.example/x.example/' "$C/routes"; rm "$C/aliases"
echo 'to:u@c.example -> mx' >"$C/tests"
status "a difference" 0 conf-build -d "$C"
is "its lines" "$(sed "s,$C/,," "$T/out")" "- aliases:1: root: bob
- routes:1: to:@a.example host:b.example
+ routes:1: to:@a.example host:x.example
+ tests:1: to:u@c.example -> mx"
is "nothing was replaced" "$(sum)" "$before"
status "of one file" 0 conf-build -d "$C" routes
is "only that" "$(grep -c aliases "$T/out")" 0
status "/dev/full" 111 sh -c 'conf-build -d "$1" >/dev/full' sh "$C"
conf-build "$C" 2>/dev/null; after=$(sum)
status "once more there is none" 0 conf-build -d "$C"
is "said" "$(cat "$T/out")" ""
status "back" 0 conf-build -u "$C"
is "which files" "$(sed "s,.*$C/,," "$T/err" | sort | tr '\n' ' ')" "aliases: as it was before routes: as it was before tests: as it was before "
is "the tables are what they were" "$(sum)" "$before"
is "and the texts" "$(cat "$C/aliases" "$C/routes")" "root: bob
to:@a.example host:b.example
to:@c.example pool:default"
[ ! -e "$C/tests" ]; ok "one that was not there has gone" $?
status "and forth" 0 conf-build -u "$C"
is "the tables are those that were undone" "$(sum)" "$after"
echo '# mine' >>"$C/pools"
status "what was not compiled is not thrown away" 100 conf-build -u "$C"
like "is said, too" "$(cat "$T/err")" "fatal: $C/pools is not what is in force: compile it, or put it elsewhere, first"
conf-build "$C" pools
rm "$C/.before/routes"; echo nonsense >"$C/.before/routes"; before=$(sum)
status "what was good is no more" 100 conf-build -u "$C"
like "why" "$(cat "$T/err")" "routes:1: nonsense: unknown condition or action"
is "no table is replaced" "$(sum)" "$before"
is "and the texts are those in force" "$(conf-build -d "$C"; sed -n 1p "$C/routes")" "to:@a.example host:x.example"
status "-u alone" 100 conf-build -u "$C" routes
status "nor with -n" 100 conf-build -nu "$C"

# 10,000 rules
fresh
awk 'BEGIN { for (i = 0; i < 10000; i++) print "to:@d" i ".example host:h" i % 10 ".example" }' >"$C/routes"
awk 'BEGIN { for (i = 0; i < 10000; i++) print "u" i "@example.org: v" i }' >"$C/aliases"
status "10,000 rules and aliases" 0 conf-build "$C"
done_testing
