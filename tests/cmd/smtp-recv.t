#!/bin/sh
# One connection on descriptors 0 and 1: sessions from tests/data/smtp.
# NAME.in is the client's side, a line each: \r \n and the like as printf's
# %b has them, CR LF is added unless the line ends in \c.  NAME.out is what
# the server says, without CRs.
. "$(dirname "$0")/../lib.sh"
data=$top/tests/data/smtp tools=$top/tests/tools
cd "$T" || exit 1
mkdir conf
echo mx.test >conf/me
echo local.test >conf/local
conf-build conf || exit 1

client() {
	while IFS= read -r line; do
		case $line in
		*\\c) printf '%b' "$line" ;;
		*) printf '%b\r\n' "$line" ;;
		esac
	done <"$1"
}
# server ANSWERS [OPTION...]: parcels in parcels/
server() {
	rm -rf parcels && mkdir parcels
	answers=$1; shift
	env TCPREMOTEIP=192.0.2.7 TCPLOCALPORT=25 smtp-recv -C conf -r 4 \
		-s 1000 "$@" \
		python3 "$tools/fakeinject.py" parcels "$answers" 2>err |
		tr -d '\r'
}
for f in "$data"/*.in; do
	name=${f##*/} name=${name%.in}
	answers=K
	[ ! -e "$data/$name.answers" ] || answers=$(cat "$data/$name.answers")
	case $name in hops*) set -- -s 5000 ;; *) set -- ;; esac
	client "$f" >in
	server "$answers" "$@" <in >out
	is "$name" "$(cat out)" "$(cat "$data/$name.out")"
	case $name in smuggle* | too-large | hops-101 | no-end | errors | http | tls)
		is "$name: nothing got in" "$(ls parcels)" "" ;;
	esac
done

date='[A-Z][a-z][a-z], [0-9 ]{2} [A-Z][a-z][a-z] 20[0-9]{2} [0-9:]{8} \+0000'
client "$data/plain.in" | server K >out
is "envelope" "$(cat parcels/1.env)" "$(printf '%s\n' 'from a@b.example' \
	'to c@local.test' 'client 192.0.2.7' 'port 25' \
	'helo client.example' 'proto ESMTP' 'body 7bit')"
is "Received, first line" "$(sed -n 1p parcels/1.msg)" \
	"Received: from client.example ([192.0.2.7])"
is "Received, second line" "$(sed -n 2p parcels/1.msg)" \
	"$(printf '\tby mx.test with ESMTP;')"
like "Received, date" "$(sed -n 3p parcels/1.msg)" "^	$date\$"
is "message" "$(sed 1,3d parcels/1.msg)" "$(printf 'Subject: hello\n\n.dot')"
is "nothing to log" "$(cat err)" ""
# what does not begin with a field does not go on with ours
first() { printf '%s\n' 'EHLO client.example' 'MAIL FROM:<a@b>' 'RCPT TO:<c@local.test>' 'DATA' "$@" . QUIT >first.in; client first.in | server K >out; sed 1,3d parcels/1.msg; }
is "a first line that is blank" "$(first ' for <x@y>; now' '' hi)" "$(printf '\n for <x@y>; now\n\nhi')"
is "that is text" "$(first text)" "$(printf '\ntext')"
is "of a mailbox" "$(first 'From a@b now' 'Subject: x')" "$(printf '\nFrom a@b now\nSubject: x')"
is "with a name that is none" "$(first 'a b: c')" "$(printf '\na b: c')"
is "that is a field" "$(first 'a : c' ' d')" "$(printf 'a : c\n d')"
is "no field further down" "$(first 'a: c' 'no field' 'b: d' '' hi)" "$(printf 'a: c\nno field\nb: d\n\nhi')"
is "an empty one" "$(first '' 'a: b')" "$(printf '\na: b')"
is "none" "$(printf '%s\n' 'EHLO client.example' 'MAIL FROM:<a@b>' 'RCPT TO:<c@local.test>' 'DATA' . QUIT >first.in; client first.in | server K >out; sed 1,3d parcels/1.msg)" ""

client "$data/http.in" | server K >/dev/null
like "a client that speaks HTTP is in the log" "$(cat err)" 'ev:rejected.*client:192.0.2.7.*code:421.*text:this is SMTP'

client "$data/dsn.in" | server K >/dev/null
is "DSN parameters" "$(head -5 parcels/1.env)" "$(printf '%s\n' 'from a@b' \
	'ret HDRS' 'envid Q+2B1' \
	'to "x y\\\\"@local.test NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x+20y' \
	'to z@local.test NOTIFY=never')"
is "8bit" "$(grep body parcels/1.env)" "body 8bit"
like "address literal as HELO" "$(cat parcels/1.msg)" \
	'from \[IPv6:2001:db8::1\] \(\[192'
client "$data/reset.in" | server K >/dev/null
is "nothing is left of before RSET" "$(head -2 parcels/1.env)" \
	"$(printf 'from new@b\nto new@local.test')"
[ "$(grep -cE '^(ret|envid)' parcels/1.env)" = 0 ]; ok "no RET, no ENVID" $?

# rejections are logged
client "$data/relay.in" | server K >/dev/null
is "log: as many as refusals" "$(grep -c ev:rejected err)" 5
like "log: a rejected recipient" "$(cat err)" "ev:rejected	prog:smtp-recv	client:192.0.2.7	helo:x	from:	to:a@elsewhere.test	code:550	esc:5.7.1	text:not a domain"
is "recipients" "$(grep '^to' parcels/1.env)" "$(printf '%s\n' \
	'to a@LOCAL.Test' 'to postmaster@mx.test' \
	'to a%elsewhere.test@local.test' 'to root@mx.test')"

# what needs no line in conf/local: our name, its first label, localhost
printf '%b' 'HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@MX.test>\r\nRCPT TO:<b@mx>\r\nRCPT TO:<c@localhost>\r\nRCPT TO:<PostMaster>\r\nRCPT TO:<d@test>\r\nRCPT TO:<e@x.mx.test>\r\nQUIT\r\n' >own
server K -r 9 <own >out
is "local by default" "$(sed -n '4,9s/ .*//p' out | tr '\n' ' ')" "250 250 250 250 550 550 "
mv conf/local.cdb kept; server K -r 9 <own >out; mv kept conf/local.cdb
is "without a table, too" "$(sed -n '4,9s/ .*//p' out | tr '\n' ' ')" "250 250 250 250 550 550 "

# who may be written to: Maildirs, users, aliases, rules
mkdir -p users/conf users/mail/bob users/mail/box
echo mx.test >users/conf/me
printf 'local.test\nother.test\nold.test\nlists.test\n' >users/conf/local
printf 'eve\nkim@other.test\n' >users/conf/users
cat >users/conf/aliases <<'Y'
root: box
lost: nobody-here
cmd: "|cat"
some: gone, bob
none: gone, lost2
out: a@elsewhere.test
ext+x: box
loop1: loop2
loop2: loop1
@other.test: bob
Y
cat >users/conf/routes <<'Y'
to:@old.test rewrite:@local.test
to:@lists.test lmtp:/nowhere
to:no@local.test reject:"not any more"
to:wait@local.test defer:later
to:tagged@local.test tag:x=y mx
Y
conf-build users/conf || exit 1
# asked RCPT...: the reply's first words to each
asked() {
	printf 'HELO x\r\nMAIL FROM:<a@elsewhere.test>\r\n' >asked.in
	for r; do printf 'RCPT TO:<%s>\r\n' "$r"; done >>asked.in
	env TCPREMOTEIP=192.0.2.7 smtp-recv -C users/conf -e 99 $users cat <asked.in 2>err |
		tr -d '\r' | sed -n '4,$s/^\([0-9]* [0-9.]*\) .*/\1/p' | tr '\n' ' '
}
users="-M users/mail"
g='250 2.1.5' n='550 5.1.1' later='451 4.3.0'
check() { # WANT RCPT...
	want=$1; shift
	for r; do is "RCPT $r" "$(asked "$r")" "$want "; done
}
check "$g" bob@local.test BOB@Local.Test bob+ext@local.test bob+a+b@mx bob bob@localhost \
	eve@local.test Eve+x@mx.test kim@other.test root ROOT@local.test root+x@localhost \
	cmd@local.test some@local.test out@local.test ext+x@local.test any@other.test \
	bob@old.test any@lists.test wait@local.test tagged@local.test '"bob"@local.test' '"b\ob"@local.test'
check "$n" no-one@local.test kim@local.test ann ann+bob@local.test lost@local.test none@local.test \
	gone@old.test ext+y@local.test 'b%elsewhere.test@local.test' -rf@local.test '|id@local.test' \
	'"../mail/bob"@local.test' '".."@local.test' '"."@local.test' '"a/b"@local.test' '"bob/new"@local.test' \
	'"/etc"@local.test' '" "@local.test' '""@local.test' '":system"@local.test' \
	"$(printf '%064d' 0)@local.test"
check '550 5.7.1' no@local.test a@elsewhere.test bob@sub.local.test
check "$later" loop1@local.test
check '451 4.3.5' postmaster Postmaster@local.test PostMaster@MX
is "nothing was made" "$(ls -A users/mail | tr '\n' ' ')" "bob box "
RELAYCLIENT=; export RELAYCLIENT
check "$g" a@elsewhere.test bob@local.test
check "$n" no-one@local.test
RELAYCLIENT=.via.test
check "$g" no-one@local.test
unset RELAYCLIENT
# what cannot be known is not said to be so
for t in users aliases routes; do
	cp users/conf/$t.cdb kept; echo junk >users/conf/$t.cdb
	check "$later" no-one@local.test
	mv kept users/conf/$t.cdb
done
mv users/mail users/gone
check "$later" no-one@local.test bob@local.test
is "is said" "$(grep -c 'warning: unable to look up users in users/mail: ' err)" 1
check "$g" eve@local.test
mv users/gone users/mail
: >users/mail/file
check "$later" file@local.test
# without a list and a Maildir: perhaps it is not mounted
mkdir users/empty; users="-M users/empty"
check "$n" no-one@local.test
: >users/conf/users; conf-build users/conf
check "$later" no-one@local.test
users=
check "$g" no-one@local.test lost@local.test
echo eve >users/conf/users; conf-build users/conf
check "$g" no-one@local.test
users="-M -"
check "$g" eve@local.test cmd@local.test
check "$n" bob@local.test
echo :system >users/conf/users; conf-build users/conf
check "$g" daemon@local.test
check "$n" no-such-user@local.test

# RELAYCLIENT, and the address in all its forms
one() {
	printf 'EHLO x\r\nMAIL FROM:<root>\r\nRCPT TO:<a@elsewhere.test>\r\nRCPT TO:<b>\r\nDATA\r\n.\r\n' |
		server K >out
}
RELAYCLIENT='' export RELAYCLIENT
one
is "RELAYCLIENT" "$(grep -E '^(from|to)' parcels/1.env)" "$(printf '%s\n' \
	'from root@mx.test' 'to a@elsewhere.test' 'to b@mx.test')"
RELAYCLIENT=@via.test
one
is "its value is put behind" "$(grep '^to a' parcels/1.env)" \
	"to a@elsewhere.test@via.test"
unset RELAYCLIENT
for ip in 192.0.2.9 ::ffff:192.0.2.9 2001:db8::9; do
	rm -rf parcels && mkdir parcels
	client "$data/plain.in" | env TCPREMOTEIP="$ip" TCPREMOTEHOST='h) o.st' \
		smtp-recv -C conf python3 "$tools/fakeinject.py" parcels K \
		>out 2>err
	want=${ip#::ffff:} lit=$want
	case $want in *:*) lit=IPv6:$want ;; esac
	is "client $ip" "$(grep '^client ' parcels/1.env)" "client $want"
	is "client $ip, Received" "$(head -1 parcels/1.msg)" \
		"Received: from client.example (h??o.st [$lit])"
done
is "client-name" "$(grep '^client-name' parcels/1.env)" 'client-name h) o.st'

# descriptors and usage
client "$data/plain.in" >in
status "no arguments" 100 smtp-recv
status "no next link" 100 smtp-recv -C conf
status "no such option" 100 smtp-recv -C conf -x next
for o in "-r 0" "-r 1000001" "-n 65" "-n 0" "-s x" "-t 0" "-c -1" "-e 0"; do
	# shellcheck disable=SC2086
	status "bad $o" 100 smtp-recv -C conf $o next
done
status "no configuration" 111 smtp-recv -C nowhere next
like "says so" "$(cat err)" "^smtp-recv: fatal: unable to read nowhere/me: "
mkdir bad && echo 'a b c/' >bad/me
status "no host name" 111 smtp-recv -C bad next
smtp-recv -C conf cat <&- >out 2>err
is "descriptor 0 closed" $? 111
smtp-recv -C conf cat <in >&- 2>err
is "descriptor 1 closed" $? 111
smtp-recv -C conf cat <in >/dev/full 2>err
is "nobody hears us: the connection is over" $? 0
server K -C conf </dev/null >out
is "an empty session" "$(cat out)" "220 mx.test ESMTP"
printf 'NOOP\r\nQUIT\r\n' | smtp-recv -C conf /nonexistent 2>err >out
is "the next link is not needed for that" "$(wc -l <out)" 3
printf 'HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@local.test>\r\nDATA\r\n.\r\n' |
	smtp-recv -C conf /nonexistent 2>err | tr -d '\r' >out
is "no next link: later" "$(tail -1 out)" "451 4.3.0 the queue is not available, try again later"

# NUL: of our own people a blank, of others kept for who judges them
nul() { printf 'EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@local.test>\r\nDATA\r\nA: b\r\n\r\n\0.\r\nx\0\0\r\n.\r\nQUIT\r\n' | server K "$@" >out; grep -c . out >/dev/null; }
nul
is "NUL from outside" "$(sed 1,5d parcels/1.msg | od -An -c | tr -d ' \n')" '\0.\nx\0\0\n'
RELAYCLIENT='' nul
is "from our own people" "$(sed 1,5d parcels/1.msg)" " .
x  "
nul -z
like "-z" "$(cat out)" '^554 5.6.0 NUL in the message$'
is "nothing came of it" "$(ls parcels)" ""

# large messages pass through a file; this one has no header
mkdir tmp parcels2
{ printf 'HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@local.test>\r\nDATA\r\n'
  seq 1 400000 | sed 's/$/\r/'; printf '.\r\nQUIT\r\n'; } >large
smtp-recv -C conf -d tmp python3 "$tools/fakeinject.py" parcels2 K \
	<large 2>err | tr -d '\r' >out
is "a large message" "$(tail -2 out | head -1)" "250 2.0.0 ok fake0001"
is "it is whole" "$(sed 1,4d parcels2/1.msg | cksum)" "$(seq 1 400000 | cksum)"
is "no file is left" "$(ls -A tmp)" ""
smtp-recv -C conf -d nowhere python3 "$tools/fakeinject.py" parcels2 K \
	<large 2>err | tr -d '\r' >out
is "no place for files: later" "$(tail -2 out | head -1)" \
	"452 4.3.1 no room for this now, try again later"
like "says so" "$(cat err)" "^smtp-recv: warning: unable to open a file in nowhere"

# under tcpserver, rules by tcprules
if command -v tcpserver >/dev/null; then
	printf '127.0.0.1:allow,RELAYCLIENT=""\n:allow\n' |
		tcprules rules.cdb rules.tmp
	port=$(free_port)
	rm -rf parcels && mkdir parcels
	bg tcpserver -HRl0 -x rules.cdb 127.0.0.1 "$port" smtp-recv -C conf \
		python3 "$tools/fakeinject.py" parcels K
	wait_for 5 sh -c "python3 $tools/smtptalk.py $port >out </dev/null"
	is "tcpserver" "$(head -1 out | tr -d '\r')" "220 mx.test ESMTP"
	printf 'HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@elsewhere.test>\r\nDATA\r\n.\r\nQUIT\r\n' |
		python3 "$tools/smtptalk.py" "$port" | tr -d '\r' >out
	is "tcpserver: relays" "$(tail -2 out | head -1)" \
		"250 2.0.0 ok fake0001"
	is "tcpserver: client" "$(grep client parcels/1.env)" \
		"client 127.0.0.1"
else
	skip "tcpserver is missing"
fi
done_testing
