#!/bin/sh
# route: rules, aliases, pools, local domains; MX and addresses from a name
# server of the test
. "$(dirname "$0")/../lib.sh"
tab=$(printf '\t')
C=$T/conf
mkdir "$C"
echo mail.example.org >"$C/me"
printf 'example.org\nlocalhost\n' >"$C/local"
cat >"$C/pools" <<'X'
default source=192.0.2.10 helo=out.example.org
six source=2001:db8::10
both source=192.0.2.11,2001:db8::11 name=b1
many source=192.0.2.20 weight=3
many source=192.0.2.21 weight=1
X
cat >"$C/aliases" <<'X'
postmaster: admin
staff@example.org: bob, Carol@example.net
hook@example.org: "|/bin/hook a, b"
bob@example.org: bob, copy@example.net
away@example.net: bob2@example.org
a@example.org: b@example.org
b@example.org: a@example.org
out@example.net: out@example.net, copy@example.com
@virtual.example: admin@example.org
X
cat >"$C/routes" <<'X'
to:@old.example rewrite:@example.org
to:@gone.example reject:"no such\tdomain: \"gone\""
to:@slow.example defer:"come back"
to:sink@smart.example discard
from:<> to:@smart.example host:[192.0.2.99]:2525
to:@smart.example host:[127.0.0.1]:2525 host:[::1] tls:may msgs-per-conn:7
to:@lmtp.example lmtp:/run/lmtp
to:@lmtp2.example lmtp:[127.0.0.1]:24
to:@named.test host:relay.test:2526
tenant:acme pool:many via:acme
to:@.six.test pool:six
to:@both.test pool:both
larger:1000000 to:@example.com host:[192.0.2.50]
failure:rate-limited,blocked to:@example.com host:[192.0.2.54] pool:many
class:timeout to:@example.com host:[192.0.2.55]
last-src:b1 to:@example.com host:[192.0.2.57]
try:3 to:@example.com host:[192.0.2.51]
smaller:50 to:@example.com host:[192.0.2.56]
tag:kind=bulk to:@example.com host:[192.0.2.52]
to:@example.com host:[192.0.2.53]
X
conf-build "$C" || exit 1
job() { # N TO [LABEL:VALUE...]
	printf 'id:m%s\tn:0\tfrom:s@example.org\tto:%s\tsize:100\ttry:0' "$1" "$2"
	shift 2
	for f; do printf '\t%s' "$f"; done
	echo
}
# route with the answers of the next link kept from it: jobs in $T/jobs
run() { route "$@" "$C" sh -c 'cat >"$0"' "$T/jobs"; }
label() { sed -n "/^id:$1$tab/{ s/.*$tab$2:\([^$tab]*\).*/\1/p; q; }" "$3"; }

{
	job 1 Bob@Old.example
	job 2 x@gone.example
	job 3 x@slow.example
	job 4 sink@smart.example
	job 5 x@smart.example colour:red helo:client.example proto:ESMTP
	job 6 x@lmtp.example requiretls:1
	job 7 x@lmtp2.example
	job 8 postmaster@localhost user:authuser
	job 9 staff@example.org
	job 10 hook@example.org
	job 11 away@example.net
	job 12 a@example.org
	job 13 out@example.net
	job 14 anybody@virtual.example
	job 15 'u+ext@example.org'
	job 16 x@example.com
	job 17 x@example.com tag:kind=bulk
	job 18 x@example.com tag:a=b tag:kind=bulk
	job 19 postmaster
	job 20 'bad domain@exa mple.org'
	job 21 '@example.org'
	job 22 'x@[192.0.2.7]'
	job 23 'x@[IPv6:2001:db8::7]'
	job 24 'x@[127.0.0.1]'
	job 25 'x@[nonsense]'
	job 31 x@example.com last-class:dot last-failure:rate-limited
	job 32 x@example.com last-class:timeout last-failure:network
	job 34 x@example.com last-src:b1
	printf 'id:m33\tn:0\tfrom:a\tto:x@example.com\tsize:49\n'
	printf 'id:m26\tn:3\tfrom:\tto:x@smart.example\n'
	printf 'id:m27\tn:4\tfrom:a\tto:x@example.com\tsize:2000000\n'
	printf 'id:m28\tn:5\tfrom:a\tto:x@example.com\ttry:3\n'
	job 29 '"a b"@example.org'
	job 30 'x\\ty@example.org'
} >"$T/in"
status "static jobs" 0 run <"$T/in"
is "nothing to say" "$(cat "$T/err")" ""
is "each is answered once" "$(cat "$T/out" "$T/jobs" | sed 's/\t.*//' | sort | uniq -c | awk '$1 != 1' | wc -l) $(cat "$T/out" "$T/jobs" | wc -l)" "0 34"
J=$T/jobs O=$T/out
is "rewrite, alias that keeps its own" "$(label m1 to "$J") $(label m1 orig "$J") $(label m1 user "$J") $(label m1 keep "$J") $(label m1 forward "$J")" \
	"Bob@example.org Bob@Old.example bob 1 copy@example.net"
is "reject" "$(grep ^id:m2 "$O" | head -1)" "id:m2${tab}n:0${tab}status:bounced${tab}code:550${tab}esc:5.7.1${tab}class:policy${tab}domain:gone.example${tab}text:no such\\\\tdomain: \"gone\""
is "defer" "$(label m3 status "$O") $(label m3 esc "$O") $(label m3 text "$O")" "deferred 4.7.1 come back"
is "discard" "$(label m4 status "$O")" "sent"
is "literals" "$(grep ^id:m5$tab "$J")" "id:m5${tab}n:0${tab}from:s@example.org${tab}to:x@smart.example${tab}size:100${tab}try:0${tab}colour:red${tab}site:127.0.0.1:2525,::1${tab}mx:127.0.0.1/2525/127.0.0.1 ::1/25/::1${tab}mx-groups:1,1${tab}smarthost:1${tab}domain:smart.example${tab}via:default${tab}src:192.0.2.10${tab}bind:192.0.2.10${tab}helo:out.example.org${tab}tls:may${tab}tls-from:routes:6${tab}msgs-per-conn:7"
is "a Unix socket" "$(label m6 site "$J") $(label m6 mx "$J") $(label m6 proto "$J")" "/run/lmtp localhost/0//run/lmtp lmtp"
is "for what has arrived no TLS is required" "$(label m6 tls "$J") $(grep -c requiretls "$J")" "none 0"
is "LMTP over TCP" "$(label m7 site "$J") $(label m7 mx "$J")" "127.0.0.1:24 127.0.0.1/24/127.0.0.1"
is "an alias for every local domain" "$(label m8 to "$J") $(label m8 orig "$J") $(label m8 user "$J") $(label m8 via "$J") $(label m8 site "$J")" \
	"admin@localhost postmaster@localhost admin local local"
is "an alias with several" "$(label m9 forward "$J") $(label m9 user "$J")" "bob@example.org Carol@example.net "
is "a command" "$(label m10 program "$J")" "/bin/hook a, b"
is "an alias of a remote address" "$(label m11 to "$J") $(label m11 user "$J")" "bob2@example.org bob2"
is "aliases in a circle" "$(label m12 status "$O") $(label m12 esc "$O") $(label m12 class "$O")" "deferred 4.3.5 loop"
is "an own copy that is not local" "$(label m13 status "$O") $(label m13 class "$O")" "deferred loop"
is "a catch-all" "$(label m14 user "$J")" "admin"
is "an extension" "$(label m15 user "$J") $(label m15 ext "$J")" "u ext"
is "the last rule" "$(label m16 mx "$J")" "192.0.2.53/25/192.0.2.53"
is "a tag" "$(label m17 mx "$J") $(label m18 mx "$J")" "192.0.2.52/25/192.0.2.52 192.0.2.52/25/192.0.2.52"
is "an address without domain" "$(label m19 user "$J")" "admin"
is "a domain that is none" "$(label m20 status "$O") $(label m20 esc "$O")" "bounced 5.1.3"
is "no user" "$(label m21 esc "$O")" "5.1.3"
is "an address literal" "$(label m22 mx "$J") $(label m22 site "$J")" "192.0.2.7/25/192.0.2.7 192.0.2.7"
is "IPv6, and a source that has none" "$(label m23 status "$O") $(label m23 esc "$O")" "deferred 4.4.4"
is "a literal of loopback" "$(label m24 status "$O") $(label m24 esc "$O")" "bounced 5.4.4"
is "a literal that is none" "$(label m25 esc "$O")" "5.1.2"
is "the null sender" "$(label m26 mx "$J")" "192.0.2.99/2525/192.0.2.99"
is "by size" "$(label m27 mx "$J")" "192.0.2.50/25/192.0.2.50"
is "by attempt" "$(label m28 mx "$J")" "192.0.2.51/25/192.0.2.51"
is "by the source of the last attempt" "$(label m34 mx "$J")" "192.0.2.57/25/192.0.2.57"
is "by what the last attempt failed with" "$(label m31 mx "$J") $(label m31 via "$J") $(label m32 mx "$J")" "192.0.2.54/25/192.0.2.54 many 192.0.2.55/25/192.0.2.55"
is "a small one" "$(label m33 mx "$J")" "192.0.2.56/25/192.0.2.56"
is "a quoted user" "$(label m29 user "$J")" "a b"
is "an escaped backslash" "$(label m30 user "$J")" 'x\\ty'
job 1 x@h.test tenant:acme >"$T/one"
status "weights" 0 sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do for j in 0 1 2 3 4 5 6 7 8 9; do printf "id:w%s%s\tn:0\tfrom:a@b\tto:x@[192.0.2.1]\ttenant:acme\n" $i $j; done; done | route "$0" cat' "$C"
n=$(grep -c src:192.0.2.20 "$T/out")
[ "$n" -ge 60 ] && [ "$n" -le 90 ]; ok "three of four ($n of 100)" $?
is "via: names the label" "$(grep -c via:acme "$T/out")" 100
status "an unfinished line" 111 sh -c 'printf id:1 | route "$0" cat' "$C"
status "a line that is no job" 0 sh -c 'printf "x\nid:1\tn:2\n" | route "$0" cat' "$C"
like "a job without recipient is put off" "$(cat "$T/out")" "^id:1${tab}n:2${tab}status:deferred"
printf 'id:1\tn:0\tto:c@example.org\nid:2\tn:7\tto:b@example.org\tX:bad label\n' >"$T/in2"
status "a bad line behind a good one" 0 run <"$T/in2"
is "is answered under its own name" "$(cat "$T/out")" "id:2${tab}n:7${tab}status:deferred${tab}code:450${tab}esc:4.3.5${tab}class:local${tab}text:route got a job that is none"
# a line is at most 65536 bytes and 96 fields with what route adds; a local
# job gets site via domain user
long() { awk -v n="$1" 'BEGIN { s = "id:1\tn:0\tto:a@localhost\tx:"; t = "\tsite:local\tvia:local\tdomain:localhost\tuser:a\n"; while (length(s) + length(t) < n) s = s "x"; print s }'; }
long 65536 >"$T/in2"; status "a long job" 0 run <"$T/in2"
is "at the limit" "$(wc -c <"$T/jobs")" 65536
long 65537 >"$T/in2"; run <"$T/in2" >"$T/out"
is "one byte more" "$(label 1 status "$T/out") $(label 1 esc "$T/out") $(wc -c <"$T/jobs")" "deferred 4.3.5 0"
fields() { awk -v n="$1" 'BEGIN { s = "id:1\tn:0\tto:a@localhost"; for (i = 7; i < n; i++) s = s "\tx:" i; print s }'; }
fields 96 >"$T/in2"; run <"$T/in2" >"$T/out"
is "fields at the limit" "$(tr '\t' '\n' <"$T/jobs" | wc -l)" 96
fields 97 >"$T/in2"; run <"$T/in2" >"$T/out"
is "one field more" "$(label 1 status "$T/out") $(wc -c <"$T/jobs")" "deferred 0"

# the dry run
status "dry run" 0 route -n "$C" bob@old.example
is "says each step" "$(cat "$T/out")" "routes:1: matches bob@old.example
aliases:4: bob@example.org has several targets
local: example.org is local
mailbox: bob: not looked at: say where the Maildirs are, -M
local to:bob@example.org via:local user:bob forward:copy@example.net"
status "dry run with labels" 0 route -n "$C" x@smart.example 'from:<>'
like "names the rule" "$(cat "$T/out")" "^routes:5: matches"
status "dry run of a second attempt" 0 route -n "$C" x@example.com size:100 try:1 last-failure:blocked
like "from another pool" "$(cat "$T/out")" "^host host:.192.0.2.54.:25 domain:example.com via:many "
# by the hour: in the week of 2026-10-25 clocks in Berlin show 02:30 twice
mkdir "$T/hours"
echo mail.example.org >"$T/hours/me"
cat >"$T/hours/routes" <<'X'
at:Mon-Fri,08:00-18:00@Europe/Berlin to:@a.test host:[192.0.2.1]
at:Fri,22:00-06:00@Europe/Berlin to:@a.test host:[192.0.2.2]
at:Sun,02:00-03:00@Europe/Berlin to:@a.test host:[192.0.2.3]
at:Mon-Sun to:@a.test host:[192.0.2.4]
try:2-3 to:@b.test host:[192.0.2.5]
header:List-Id to:@b.test host:[192.0.2.7]
header:Subject="*Out of Office*" to:@b.test discard
to:@b.test host:[192.0.2.6]
X
conf-build "$T/hours" || exit 1
while read -r line words; do
	# shellcheck disable=SC2086 # words of the job
	like "route -n: $words" "$(route -n "$T/hours" $words)" "^routes:$line: matches"
done <<'X'
1 x@a.test at:2026-11-30T08:00:00+01:00
1 x@a.test at:2026-11-30T16:59:59Z
4 x@a.test at:2026-11-30T17:00:00Z
2 x@a.test at:2026-11-28T05:59:59+01:00
4 x@a.test at:2026-11-27T05:59:59+01:00
3 x@a.test at:2026-10-25T00:30:00Z
3 x@a.test at:2026-10-25T01:30:00Z
4 x@a.test at:2026-10-25T02:30:00Z
5 x@b.test try:2
8 x@b.test try:4
6 x@b.test tag:a=b tag:header=list-id
X
printf 'id:m1\tn:0\tfrom:a@b\tto:x@a.test\n' | route "$T/hours" cat >"$T/out"
like "a note has blanks" "$(route -n "$T/hours" x@b.test 'tag:header=subject=*out of office*')" '^routes:7: matches'
like "a real job has a time" "$(cat "$T/out")" 'mx:192.0.2.[1-4]/25'
status "dry run at no time" 100 route -n "$T/hours" x@a.test at:noon
echo 'to:x@a.test at:2026-11-30T08:00:00+01:00 -> host:[192.0.2.1]:25' >"$T/hours/tests"
echo 'to:x@a.test -> mx' >>"$T/hours/tests"
printf 'at:Tue,09:00-10:00@Europe/Berlin to:@a.test mx\n' >>"$T/hours/routes"
status "a line that is covered" 0 conf-build "$T/hours"
like "is told" "$(cat "$T/err")" 'routes:9: warning: this rule never decides: line 1 takes'

printf 'to:@a.test no letters\nfrom:@spam.test\n' >"$T/hours/prohibited"
rm "$T/hours/tests"
conf-build "$T/hours" 2>/dev/null || exit 1
status "a prohibited recipient" 100 route -n "$T/hours" x@a.test
is "with file and line" "$(cat "$T/out")" "prohibited:1: no mail goes to x@a.test
bounced esc:5.7.1 class:policy text:no letters"
status "a prohibited sender" 100 route -n "$T/hours" x@b.test from:y@spam.test
like "is said, too" "$(cat "$T/out")" '^prohibited:2: no mail is taken from y@spam.test$'
printf 'id:m1\tn:0\tfrom:a@b\tto:x@a.test\n' | route "$T/hours" cat >"$T/out"
like "a job is bounced" "$(cat "$T/out")" 'status:bounced	code:550	esc:5.7.1	class:policy	domain:a.test	text:no letters$'

status "dry run, bad label" 100 route -n "$C" x@y colour:red
status "dry run, bounced by a rule" 100 route -n "$C" x@gone.example
like "with file and line" "$(cat "$T/out")" "^routes:[0-9]+: matches x@gone.example$"
status "dry run, deferred by a rule" 111 route -n "$C" x@slow.example
status "dry run, no address" 100 route -n "$C" 'bad domain@exa mple.org'
status "dry run, aliases in a circle" 111 route -n "$C" a@example.org
status "dry run, thrown away" 0 route -n "$C" sink@smart.example
status "dry run, a literal" 0 route -n "$C" 'x@[192.0.2.7]'

# who is there, as local-deliver will find it: in the folder mail beside the
# configuration, where -M says, or in the list
box() { # NAME STATUS ADDRESS WORDS: the exit status, and the last line
	status "$1" "$2" route -n ${M:+-M "$M"} "$C" "$3"
	like "$1: says so" "$(tail -1 "$T/out")" "^$4"
}
B=$T/boxes
mkdir "$B" "$B/bob" "$B/admin" "$B/a.b"
M=$B
nobody='bounced esc:5.1.1 class:local text:no such mailbox$'
box "a mailbox" 0 admin@example.org 'local via:local user:admin$'
box "in capitals" 0 Admin@Example.ORG 'local via:local user:admin$'
box "an extension" 0 admin+list@example.org 'local via:local user:admin ext:list$'
box "no domain" 0 admin 'local via:local user:admin$'
box "nobody" 100 nobody@example.org "$nobody"
box "nobody with an extension" 100 nobody+x@example.org "$nobody"
box "no name for a mailbox" 100 '|id@example.org' "$nobody"
box "nor this" 100 '../boxes@example.org' "$nobody"
box "an alias for one who is there" 0 postmaster@localhost 'local to:admin@localhost via:local user:admin$'
box "a catch-all" 0 x@virtual.example 'local to:admin@example.org'
box "an alias for one who is not" 100 away@example.net "$nobody"
box "an alias for several, one elsewhere" 0 staff@example.org 'local '
box "a command" 0 hook@example.org 'local .*program:'
box "a circle of aliases" 111 a@example.org deferred
box "rewritten" 0 bob@old.example 'local to:bob@example.org'
box "not local" 0 'x@[192.0.2.7]' 'tls:may tls-from:default,no-policy$'
like "and its decision" "$(cat "$T/out")" '^mx domain:'
like "each of several is said" "$(route -n -M "$B" "$C" bob@example.org)" '^mailbox: bob: has a mailbox$'
rmdir "$B/bob"
box "the own mailbox is not there, a copy goes elsewhere" 0 bob@example.org 'local '
like "but it is said" "$(cat "$T/out")" '^mailbox: bob: no such mailbox$'
cp -r "$C" "$T/conf2"; C2=$C; C=$T/conf2
printf 'ann\nlee@localhost\n' >"$C/users"
printf 'two@example.org: nobody, nowhere\ndark@example.org: nobody\n' >"$C/aliases"
rm "$C/aliases.cdb" "$C/routes" "$C/routes.cdb"; conf-build "$C" || exit 1
box "an alias for several who are all nobody" 100 two@example.org "$nobody"
box "for one" 100 dark@example.org "$nobody"
box "in the list" 0 ann@example.org 'local via:local user:ann$'
like "is said" "$(cat "$T/out")" '^mailbox: ann: is known, its first message makes the mailbox$'
box "in the list of another domain" 100 lee@example.org "$nobody"
box "of this one" 0 lee@localhost 'local '
M=-
box "the list alone" 0 ann@example.org 'local '
box "not in it" 100 admin@example.org "$nobody"
M=$T/nowhere
box "no such folder" 111 admin@example.org 'deferred esc:4.3.0 class:local text:unable to look for the mailbox: No such file'
M=
mkdir "$T/mail" "$T/mail/joe"
box "beside the configuration" 0 joe@example.org 'local via:local user:joe$'
box "nobody there" 100 jim@example.org "$nobody"
echo 'from:<> to:@example.org reject:"no reports"' >"$C/routes"; conf-build "$C" || exit 1
status "for this sender" 0 route -n "$C" joe@example.org from:a@b.test
status "for another" 100 route -n "$C" joe@example.org 'from:<>'
rm -r "$T/mail"; C=$C2

# the world
status "no arguments" 100 route
status "no next link" 100 route "$C"
status "bad option" 100 route -x "$C" cat
for o in "-a 1.2.3" "-a 1.2.3.4/33" "-i 5" "-r host" "-r 127.0.0.1@0" "-t 0" "-t 61"; do
	# shellcheck disable=SC2086
	status "route $o" 100 route $o "$C" cat
done
many=
i=0; while [ $i -lt 64 ]; do many="$many -a 10.0.0.$i"; i=$((i + 1)); done
# shellcheck disable=SC2086
status "64 times -a" 0 route $many "$C" cat </dev/null
# shellcheck disable=SC2086
status "65 times" 100 route $many -a 1.2.3.4 "$C" cat </dev/null
many=
i=0; while [ $i -lt 8 ]; do many="$many -r 127.0.0.$i"; i=$((i + 1)); done
# shellcheck disable=SC2086
status "8 name servers" 0 route $many "$C" cat </dev/null
# shellcheck disable=SC2086
status "9" 100 route $many -r 127.0.0.1 "$C" cat </dev/null
status "no configuration" 111 route "$T/nowhere" cat </dev/null
status "closed descriptors" 111 route "$C" cat <&-
status "/dev/full" 111 sh -c 'job=$1; route "$0" cat <"$job" >/dev/full' "$C" "$T/in"
status "a next link that cannot run" 111 route "$C" /nowhere/x </dev/null
mkdir "$T/raw"; cp "$C/me" "$C/routes" "$T/raw"
status "text that is not compiled" 111 route "$T/raw" cat </dev/null
like "says what to do" "$(cat "$T/err")" "run conf-build"
head -c 1000 "$C/routes.cdb" >"$T/raw/routes.cdb"
status "a damaged table" 111 route "$T/raw" cat </dev/null
mkdir "$T/bare"; echo h.example >"$T/bare/me"
status "only me" 0 sh -c 'printf "id:1\tn:0\tfrom:\tto:x\n" | route "$0" cat' "$T/bare"
like "is enough" "$(cat "$T/out")" "user:x"
printf '# name\n\n  H.example\n' >"$T/bare/me"
printf 'id:1\tn:0\tfrom:\tto:x@[192.0.2.1]\n' | route "$T/bare" cat >"$T/out"
like "me may have comments" "$(cat "$T/out")" "helo:h.example"
echo 'a b' >"$T/bare/me"; status "me is no name" 111 route "$T/bare" cat </dev/null
rm "$T/bare/me"; status "not even me" 111 route "$T/bare" cat </dev/null

# a table replaced while jobs run: in force within a second, no job lost
mkfifo "$T/req"
route "$C" cat <"$T/req" >"$T/out" 2>"$T/err" & p=$!
exec 9>"$T/req"
job 1 x@example.com >&9
wait_for 5 grep -q id:m1 "$T/out"; ok "before" $?
echo 'to:@example.com host:[192.0.2.77]' >"$C/routes"
conf-build "$C" routes 2>/dev/null
sleep 1; job 2 x@example.com >&9
wait_for 5 grep -q id:m2 "$T/out"
is "a new table is in force" "$(label m2 mx "$T/out")" "192.0.2.77/25/192.0.2.77"
printf 'garbage' >"$C/routes.cdb"
sleep 1; job 3 x@example.com >&9
wait_for 5 grep -q id:m3 "$T/out"
is "a damaged one defers" "$(label m3 status "$T/out") $(label m3 esc "$T/out")" "deferred 4.3.5"
echo 'to:@example.com host:[192.0.2.78]' >"$C/routes"
conf-build "$C" routes
sleep 1; job 4 x@example.com >&9
wait_for 5 grep -q id:m4 "$T/out"
is "until it is repaired" "$(label m4 mx "$T/out")" "192.0.2.78/25/192.0.2.78"
exec 9>&-; wait $p; is "and then ends well" $? 0

# how it is protected on its way
D=$T/conf3
mkdir "$D"; cp "$C/me" "$D"
echo 'to:@rule.example host:[192.0.2.3] tls:none' >"$D/routes"
cat >"$D/tls-out" <<'X'
[192.0.2.1] verify match=.b.example,hostname login=l cert=c implicit=yes
[2001:db8::1] dane-only
* must
X
conf-build "$D" || exit 1
{ job 1 'x@[192.0.2.1]'; job 2 'x@[192.0.2.9]' tls:none tlsa:x; job 3 x@rule.example; job 4 'x@[IPv6:2001:db8::1]'; job 5 'x@[192.0.2.9]' requiretls:1; } |
	route "$D" sh -c 'cat >"$0"' "$T/jobs" >"$T/out"
protected() { sed -n "/^id:$1$tab/s/.*helo:[^$tab]*$tab//p" "$T/jobs" | sed "s/${tab}ms-dns:[0-9]*$//" | tr '\t' ' '; }
is "a line of tls-out" "$(protected m1)" "tls:verify tls-from:tls-out:1 tls-names:.b.example hostname login:l client-cert:c implicit:1"
is "that of all others, whatever the job had" "$(protected m2)" "tls:must tls-from:tls-out:3"
is "a rule comes first" "$(protected m3)" "tls:none tls-from:routes:1"
is "the host is not safe enough" "$(sed -n 's/^id:m4.*status/status/p' "$T/out" | tr '\t' ' ')" \
	"status:deferred code:450 esc:4.7.5 class:tls domain:[ipv6:2001:db8::1] tls-policy:dane tls-from:tls-out:2 tls-fail:dane-required text:2001:db8::1 has no TLSA records that are of use"
is "REQUIRETLS" "$(label m5 tls "$T/jobs") $(label m5 tls-from "$T/jobs")" "sts requiretls,no-policy"
status "dry run" 0 route -n "$D" 'x@[192.0.2.9]'
like "says how" "$(cat "$T/out")" '^tls:must tls-from:tls-out:3$'
status "dry run, without need" 0 route -n "$D" x@rule.example
like "by the rule" "$(cat "$T/out")" '^tls:none tls-from:routes:1$'
status "dry run, not safe enough" 111 route -n "$D" 'x@[IPv6:2001:db8::1]'
like "the host is named" "$(cat "$T/out")" '^left out: .ipv6:2001:db8::1. has no TLSA'
like "and the end" "$(cat "$T/out")" '^deferred esc:4.7.5 class:tls text:.ipv6:2001:db8::1. has no TLSA'
rm "$D/tls-out.cdb"
status "one that is not compiled" 111 route "$D" cat </dev/null
rm "$D/tls-out"
job 1 'x@[192.0.2.1]' | route "$D" sh -c 'cat >"$0"' "$T/jobs"
is "without the file" "$(protected m1)" "tls:may tls-from:default,no-policy"
# one that is damaged while jobs run is never an empty one
echo '* must' >"$D/tls-out"; conf-build "$D" || exit 1
mkfifo "$T/req3"
route "$D" cat <"$T/req3" >"$T/out" 2>"$T/err" & p=$!
exec 9>"$T/req3"
job 1 'x@[192.0.2.1]' >&9
wait_for 5 grep -q id:m1 "$T/out"
is "before" "$(label m1 tls "$T/out")" must
printf garbage >"$D/tls-out.cdb"
sleep 1; job 2 'x@[192.0.2.1]' >&9
wait_for 5 grep -q id:m2 "$T/out"
is "a damaged one defers" "$(label m2 status "$T/out") $(label m2 esc "$T/out") $(label m2 text "$T/out")" "deferred 4.3.5 table tls-out is damaged"
exec 9>&-; wait $p; is "and it ends well" $? 0

# MTA-STS, of somebody who speaks as sts-fetch does
cat >"$T/zone.json" <<'X'
{"one.test": {"MX": [[10, "a.one.test"], [20, "b.one.test"]]}, "a.one.test": {"A": ["198.51.100.1"]}, "b.one.test": {"A": ["198.51.100.2"]},
"try.test": {"MX": [[10, "b.one.test"]]}, "two.test": {"MX": [[10, "b.two.test"]]}, "b.two.test": {"A": ["198.51.100.3"]},
"hosted.test": {"MX": [[10, "mail.protonmail.ch"]]}, "mail.protonmail.ch": {"A": ["198.51.100.4"]}, "out.test": {"MX": [[10, "b.one.test"]]}, "bare.test": {"MX": [[10, "b.one.test"]]}}
X
cat >"$T/sts.py" <<'X'
import os, socket, sys, time
says = {"one.test": "mode:enforce\tid:i1\tmx:a.one.test", "try.test": "mode:testing\tid:i2\tmx:*.two.test",
        "out.test": "mode:enforce\tid:i3\tmx:*.two.test", "bare.test": "mode:none"}
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1] + ".new")
s.listen(5)
os.rename(sys.argv[1] + ".new", sys.argv[1])
c = s.accept()[0]
for line in c.makefile():
    f = dict(w.split(":", 1) for w in line.rstrip("\n").split("\t"))
    time.sleep(0.02)
    c.sendall(("n:%s\texpires:%d\t%s\n" % (f["n"], time.time() + 1000, says[f["ask"]])).encode())
X
fake_dns "$T/zone.json" || exit 1
echo "validate no" >"$D/resolver"
rm -f "$D"/tls-out*
bg python3 "$T/sts.py" "$T/sts"
wait_for 10 [ -S "$T/sts" ]
: >"$T/out"; : >"$T/jobs"
all_routed() { [ "$(cat "$T/out" "$T/jobs" | wc -l)" -ge 5 ]; }
{
	job 1 x@one.test; job 2 x@try.test; job 3 x@out.test; job 4 x@bare.test ms-dns:bogus; job 5 x@one.test requiretls:1
	wait_for 20 all_routed
} | route -r "$dns" -S "unix:$T/sts,5" "$D" sh -c 'cat >"$0"' "$T/jobs" >>"$T/out" 2>"$T/err"
is "a policy in force" "$(label m1 mx "$T/jobs") $(protected m1)" "a.one.test/25/198.51.100.1 tls:sts tls-from:default,sts-enforce sts:enforce sts-id:i1"
like "how long that was waited for" "$(label m1 ms-dns "$T/jobs")" '^[0-9]{2,4}$'
is "whatever the job had" "$(grep -c bogus "$T/jobs")" 0
is "one that is tried" "$(label m2 mx "$T/jobs") $(protected m2)" "b.one.test/25/198.51.100.2 tls:may tls-from:default,sts-testing sts:testing sts-id:i2 sts-bad:b.one.test"
is "one that lists no host" "$(sed -n 's/^id:m3.*status/status/p' "$T/out" | tr '\t' ' ')" \
	"status:deferred code:450 esc:4.7.5 class:tls domain:out.test tls-policy:sts tls-from:default,sts-enforce tls-fail:validation-failure text:b.one.test is not in the MTA-STS policy of out.test"
is "none" "$(protected m4)" "tls:may tls-from:default,no-policy"
is "REQUIRETLS, by a host that is listed" "$(label m5 mx "$T/jobs") $(protected m5)" "a.one.test/25/198.51.100.1 tls:sts tls-from:requiretls,sts-enforce sts:enforce sts-id:i1"
: >"$T/out"; : >"$T/jobs"
all_routed() { [ "$(cat "$T/out" "$T/jobs" | wc -l)" -ge 1 ]; }
{ job 1 x@one.test; wait_for 20 all_routed; } | route -r "$dns" -S "unix:$T/nowhere" "$D" sh -c 'cat >"$0"' "$T/jobs" >>"$T/out" 2>"$T/err"
is "without sts-fetch mail goes on" "$(protected m1)" "tls:may tls-from:default,no-policy"
like "which is said" "$(cat "$T/err")" "^route: warning: no answer from sts-fetch at $T/nowhere: "
for o in "-S $T/sts" "-S unix:" "-S unix:$T/sts,61" "-S unix:$T/sts,x"; do
	# shellcheck disable=SC2086
	status "route $o" 100 route $o "$C" cat
done

# providers: by the domain, by its MX, by shipped lines
echo 'to:@rule.example host:[192.0.2.3]' >"$D/routes"
printf 'group rule.example mx:*.one.test\nbare bare.test\n' >"$D/providers"
conf-build "$D" || exit 1
: >"$T/out"; : >"$T/jobs"
all_routed() { [ "$(cat "$T/out" "$T/jobs" | wc -l)" -ge 5 ]; }
{
	job 1 x@one.test; job 2 x@two.test provider:bogus; job 3 x@bare.test; job 4 x@rule.example; job 5 x@hosted.test
	wait_for 20 all_routed
} | route -r "$dns" "$D" sh -c 'cat >"$0"' "$T/jobs" >>"$T/out" 2>"$T/err"
is "by MX, none, by domain, by rule, a shipped line" "$(label m1 provider "$T/jobs") $(grep ^id:m2 "$T/jobs" | grep -c provider:) $(label m3 provider "$T/jobs") $(label m4 provider "$T/jobs") $(label m5 provider "$T/jobs")" \
	"group 0 bare group proton"
status "dry run, by MX" 0 route -r "$dns" -n "$D" x@one.test
like "with file and line" "$(cat "$T/out")" '^providers:1: one.test is with group$'
like "and the label" "$(cat "$T/out")" '^provider:group$'
status "dry run, a shipped line" 0 route -r "$dns" -n "$D" x@hosted.test
like "is said to be one" "$(cat "$T/out")" '^shipped providers:[0-9]+: hosted.test is with proton$'
status "dry run, without" 0 route -r "$dns" -n "$D" x@two.test
is "says nothing of it" "$(grep -c provider "$T/out")" 0
printf garbage >"$D/providers.cdb"
status "dry run, a damaged table" 111 route -n "$D" x@rule.example
like "of it" "$(cat "$T/out")" '^deferred esc:4.3.5 class:local text:table providers is missing or damaged$'
rm "$D/providers.cdb"; status "one that is not compiled" 111 route "$D" cat </dev/null
rm "$D/providers"

# 100,000 jobs in bounded memory
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "id:j%d\tn:0\tfrom:a@example.org\tto:u%d@example.com\tsize:1000\n", i, i }' >"$T/many"
limit='ulimit -v 65536'
grep -q __asan_init "$(command -v route)" && limit=:
status "100,000 jobs in 64 MB" 0 sh -c "$limit; "'route "$0" cat <"$1"' "$C" "$T/many"
is "all came through, in order" "$(sed 's/\t.*//' "$T/out" | cksum)" "$(sed 's/\t.*//' "$T/many" | cksum)"
# jobs that only ask go the same way, and say which
mkdir "$T/ask"
cp "$C/me" "$T/ask"
echo example.org >"$T/ask/local"
echo 'staff@example.org: bob, Carol@example.net' >"$T/ask/aliases"
printf 'to:@gone.example reject:"no"\nto:@smart.example host:[127.0.0.1]:2525\n' >"$T/ask/routes"
conf-build "$T/ask" || exit 1
asks() { printf 'id:explain-000000000001\tn:0\texplain:m1/0\tfrom:s@example.org\tto:%s\tsize:100\ttry:0\n' "$1"; }
for to in staff@example.org x@smart.example x@gone.example; do asks $to; done |
    route "$T/ask" answer status:sent >"$T/out" 2>"$T/err"
like "an alias, with its line" "$(cat "$T/out")" 'via:local	status:explained.*why-route:aliases:1: staff@example.org has several targets'
like "a rule, with its line" "$(cat "$T/out")" 'mx:127.0.0.1/2525/.*why-route:routes:2: matches x@smart.example'
like "what would be refused is no result" "$(cat "$T/out")" 'status:explained	would:bounced	explain:m1/0	why-route:routes:1: matches x@gone.example	code:550'
asks x@gone.example | sed 's/\texplain/\tfile:\/f\texplain/' | route "$T/ask" answer status:sent >"$T/out"
like "with a file it is a real one" "$(cat "$T/out")" 'status:bounced	code:550'
done_testing
