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
mkdir -m 700 logins
echo secret | auth-user -s add logins ann
bg sock-serve -w "unix:$T/auth" auth-cdb logins 2>auth.err
wait_for 10 test -S "$T/auth"
for f in "$data"/*.in; do
	name=${f##*/} name=${name%.in}
	answers=K
	[ ! -e "$data/$name.answers" ] || answers=$(cat "$data/$name.answers")
	case $name in
	hops*) set -- -s 5000 ;;
	auth*) set -- -o plain-auth -P "unix:$T/auth" ;;
	*) set -- ;;
	esac
	as=
	case $name in proxy*) as=PROXY= ;; xclient*) as=XCLIENT= ;; esac
	client "$f" >in
	([ -z "$as" ] || export "$as"; server "$answers" "$@" <in) >out
	is "$name" "$(cat out)" "$(cat "$data/$name.out")"
	case $name in smuggle* | too-large | hops-101 | no-end | errors | http | tls | proxy-none)
		is "$name: nothing got in" "$(ls parcels)" "" ;;
	esac
done

date='[A-Z][a-z][a-z], [0-9 ]{2} [A-Z][a-z][a-z] 20[0-9]{2} [0-9:]{8} \+0000'
client "$data/plain.in" | server K >out
is "envelope" "$(grep -v '^ms-receive [0-9]*$' parcels/1.env)" "$(printf '%s\n' 'from a@b.example' \
	'to c@local.test' 'client 192.0.2.7' 'port 25' \
	'helo client.example' 'proto ESMTP' 'body 7bit')"
is "Received, first line" "$(sed -n 1p parcels/1.msg)" \
	"Received: from client.example ([192.0.2.7])"
is "Received, second line" "$(sed -n 2p parcels/1.msg)" \
	"$(printf '\tby mx.test with ESMTP;')"
like "Received, date" "$(sed -n 3p parcels/1.msg)" "^	$date\$"
is "message" "$(sed 1,3d parcels/1.msg)" "$(printf 'Subject: hello\n\n.dot')"
is "nothing to log" "$(cat err)" ""
ue=$(printf '\303\274')
printf 'local.test\nm%sller.example\nxn--strae-oqa.example\n' "$ue" >conf/local
conf-build conf
printf '%s\n' 'EHLO x' "MAIL FROM:<$ue@$ue.example> SMTPUTF8" "RCPT TO:<$ue@local.test>" "RCPT TO:<a@M${ue}ller.Example>" 'RCPT TO:<b@xn--mller-kva.example>' "RCPT TO:<c@$(printf 'stra\303\237e.example')>" DATA '' x . \
	"MAIL FROM:<$ue@b>" 'MAIL FROM:<a@b>' "RCPT TO:<$ue@local.test>" QUIT >utf8.in
client utf8.in | server K >out
is "SMTPUTF8: the envelope" "$(grep '^from\|^to\|^proto\|^smtputf8' parcels/1.env)" "from $ue@$ue.example
smtputf8 1
to $ue@local.test
to a@M${ue}ller.Example
to b@m${ue}ller.example
to c@xn--strae-oqa.example
proto UTF8SMTP"
is "without the word no such address" "$(grep -c '^553 5.6.7' out)" 2
echo local.test >conf/local
conf-build conf
# whoever RCPT names, the header names the recipients
named() { printf '%s\n' 'EHLO x' 'MAIL FROM:<a@b>'"${utf8-}" 'RCPT TO:<x@far.example> NOTIFY=NEVER' DATA "$@" '' hi . QUIT >head.in; client head.in | RELAYCLIENT=${suffix-} server K -f -o header-rcpts >out; sed -n 's/^to //p' parcels/1.env 2>/dev/null | tr '\n' ' '; sed -n '/^354/{n;p;}' out | cut -c 1-60; }
is "recipients of the header" "$(named 'To: Ann <c@local.test>, "e, f" <d@far.example>' 'Cc: c@Local.Test' 'Bcc: friends: h;')" "c@local.test d@far.example h@mx.test 250 2.0.0 ok fake0001"
is "Bcc goes" "$(grep -ci bcc parcels/1.msg)" 0
is "of one sent again" "$(named 'To: c@local.test' 'Resent-To: d@far.example' 'Resent-Cc:')" "d@far.example 250 2.0.0 ok fake0001"
is "with RELAYCLIENT behind each" "$(suffix=@gateway named 'To: c@local.test, nobody' 'Cc: d@far.example')" "c@local.test@gateway nobody@mx.test@gateway d@far.example@gateway 250 2.0.0 ok fake0001"
is "in UTF-8, of a message that is" "$(utf8=' SMTPUTF8' named "To: $ue <$ue@$ue.example>")" "$ue@$ue.example 250 2.0.0 ok fake0001"
is "of one that is not" "$(named "To: $ue@far.example" | cut -d ' ' -f 1-4)" "550 5.1.3 ??@far.example: no"
is "none" "$(named 'Subject: x')" "554 5.5.1 no recipients in the header"
is "no address" "$(named 'To: c@local.test, @, d@local.test')" "550 5.1.3 To: an entry in the header is no address"
is "too many" "$(named 'To: a@x.example, b@x.example, c@x.example' 'Cc: d@x.example, e@x.example')" "552 5.5.3 too many recipients in the header"
printf '%s\n' 'EHLO x' 'MAIL FROM:<a@b>' 'RCPT TO:<c@local.test>' DATA 'To: x@far.example' '' hi . QUIT >head.in
client head.in | server K -f -o header-rcpts >out
is "a stranger's envelope counts" "$(sed -n 's/^to //p' parcels/1.env)" c@local.test
status "without anybody who takes Bcc out" 100 smtp-recv -C conf -o header-rcpts cat
is "is not begun" "$(cat "$T/err")" "smtp-recv: fatal: -o header-rcpts without -f: Bcc would be told to all"
printf '%s\n' 'EHLO x' 'MAIL FROM:<a@b> MT-PRIORITY=4' 'RCPT TO:<c@local.test>' DATA '' x . 'MAIL FROM:<a@b> MT-PRIORITY=-4' 'RCPT TO:<c@local.test>' DATA '' x . 'MAIL FROM:<a@b> HOLDFOR=60' QUIT >prio.in
client prio.in | server K >out
is "priorities of a stranger: none above 0" "$(grep -h '^mt-priority\|^prio' parcels/*.env | tr '\n' ' ')" "mt-priority 0 prio 5 mt-priority -4 prio 7 "
is "in Received, if there is one" "$(grep -h '	by ' parcels/*.msg | sed 's/.* with //' | tr '\n' ' ')" "ESMTP; ESMTP priority -4; "
is "which he is told" "$(grep -c '^250 2.3.6 sender ok, priority is now 0' out)" 1
like "nor may he have it held" "$(tail -2 out)" '^555 5.5.4'
printf '%s\n' 'EHLO x' 'MAIL FROM:<a@b> HOLDFOR=60 MT-PRIORITY=9' 'RCPT TO:<x@far.example>' DATA '' x . 'MAIL FROM:<a@b> HOLDFOR=2592001' 'MAIL FROM:<a@b> HOLDUNTIL=2026-01-01T00:00:00Z' QUIT >hold.in
client hold.in | RELAYCLIENT= server K >out
now=$(date +%s) until=$(sed -n 's/^hold-until //p' parcels/1.env)
[ "$((until - now))" -gt 50 ] && [ "$((until - now))" -le 60 ]; ok "one of ours has it held" $?
is "with a priority" "$(grep '^mt-priority\|^prio' parcels/1.env | tr '\n' ' ')" "mt-priority 9 prio 0 "
is "too long, or over" "$(grep -c '^501 5.5.4 a message may be held for' out)" 2
like "which EHLO says" "$(cat out)" '^250-FUTURERELEASE 2592000 20..-..-..T..:..:..Z$'
printf '%s\n' 'EHLO x' 'MAIL FROM:<a@b> BY=120;R' 'RCPT TO:<x@far.example>' DATA 'TLS-Required: No' '' x . 'MAIL FROM:<a@b> BY=-5;nt' 'RCPT TO:<x@far.example>' DATA 'TLS-Required: maybe' '' x . 'MAIL FROM:<a@b> BY=0;R' 'MAIL FROM:<a@b> BY=60;R HOLDFOR=60' 'MAIL FROM:<a@b> REQUIRETLS' QUIT >by.in
client by.in | RELAYCLIENT= server K >out
now=$(date +%s) by=$(sed -n 's/^deliver-by \([0-9]*\) R$/\1/p' parcels/1.env)
[ "$((by - now))" -gt 110 ] && [ "$((by - now))" -le 120 ]; ok "DELIVERBY: from now on" $?
is "with its end" "$(grep '^expire' parcels/1.env)" "expire $by"
by=$(sed -n 's/^deliver-by \([0-9]*\) NT$/\1/p' parcels/2.env)
[ "$((by - now))" -gt -20 ] && [ "$((by - now))" -le -5 ]; ok "or when it was over already" $?
is "without one" "$(grep -c '^expire' parcels/2.env)" 0
is "no time, or held until after it" "$(sed -n 's/^\(501 5.5.4\) .*/\1/p; s/^501 5.5.4 \(a message cannot be held.*\)/\1/p' out | tail -2)" "501 5.5.4
501 5.5.4"
is "TLS-Required: No" "$(cat parcels/1.env parcels/2.env | grep '^tls-optional')" "tls-optional 1"
like "no REQUIRETLS in clear" "$(tail -2 out | head -1)" '^555 5.5.4'
grep -q REQUIRETLS out; is "nor is it offered" $? 1
client "$data/bdat.in" | server K >out
is "BDAT: what came in chunks" "$(sed 1,3d parcels/1.msg)" "$(printf 'Subject: chunks\n\n.x\n..\nend')"
is "and the next" "$(sed 1,3d parcels/2.msg; ls parcels | wc -l)" "$(printf 'a: b\n4')"
printf 'EHLO x\r\nBDAT 1 LAST\r\nxQUIT\r\n' | server K -o no-bdat >out
is "BDAT, where it is not offered" "$(sed -n '/HELP/,$p' out)" "$(printf '250-HELP\n250-SMTPUTF8\n250-MT-PRIORITY\n250-DELIVERBY\n250 LIMITS RCPTMAX=4\n502 5.5.1 command not available\n500 5.5.1 command not known')"
# what does not begin with a field does not go on with ours
first() { printf '%s\n' 'EHLO client.example' 'MAIL FROM:<a@b>' 'RCPT TO:<c@local.test>' 'DATA' "$@" . QUIT >first.in; client first.in | server K >out; sed 1,3d parcels/1.msg; }
is "a first line that is blank" "$(first ' for <x@y>; now' '' hi)" "$(printf '\n for <x@y>; now\n\nhi')"
is "that is text" "$(first text)" "$(printf '\ntext')"
is "of a mailbox" "$(first 'From a@b now' 'Subject: x')" "$(printf 'X-Mailbox-Line: From a@b now\nSubject: x')"
is "of one, quoted" "$(first '>From a@b now' 'Subject: x')" "$(printf 'X-Mailbox-Line: >From a@b now\nSubject: x')"
is "text that begins as one" "$(first 'From here on' 'all is text' '')" "$(printf '\nFrom here on\nall is text')"
is "with a name that is none" "$(first 'a b: c')" "$(printf '\na b: c')"
is "that is a field" "$(first 'a : c' ' d')" "$(printf 'a : c\n d')"
is "no field further down" "$(first 'a: c' 'no field' 'b: d' '' hi)" "$(printf 'a: c\nno field\nb: d\n\nhi')"
is "an empty one" "$(first '' 'a: b')" "$(printf '\na: b')"
is "none" "$(printf '%s\n' 'EHLO client.example' 'MAIL FROM:<a@b>' 'RCPT TO:<c@local.test>' 'DATA' . QUIT >first.in; client first.in | server K >out; sed 1,3d parcels/1.msg)" ""

client "$data/http.in" | server K >/dev/null
like "a client that speaks HTTP is in the log" "$(cat err)" 'ev:rejected.*client:192.0.2.7.*code:421.*text:this is SMTP'

client "$data/hops-101.in" | server K -s 5000 >/dev/null
like "a message that is refused at its end, too" "$(cat err)" 'ev:rejected.*from:[^	]*	.*code:554	esc:5.4.6'
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

# who is prohibited is so for our own people, too
cat >users/conf/prohibited <<'Y'
from:@spam.example no mail from there
to:a@elsewhere.test he does not want it
@.bad.example
Y
conf-build users/conf || exit 1
barred() { # SENDER RCPT: what is said to both
	printf 'HELO x\r\nMAIL FROM:<%s>\r\nRCPT TO:<%s>\r\n' "$1" "$2" |
		env TCPREMOTEIP=192.0.2.7 RELAYCLIENT= smtp-recv -C users/conf cat 2>err | tr -d '\r' | sed -n '3,$p'
}
is "a sender" "$(barred joe@spam.example b@elsewhere.test | head -1)" "550 5.7.1 no mail from there"
like "is told in the log" "$(cat err)" 'ev:rejected.*from:joe@spam.example.*no mail from there'
is "a recipient elsewhere" "$(barred b@c.test A@Elsewhere.test | tail -1)" "550 5.7.1 he does not want it"
is "both, with all that is below" "$(barred x@y.bad.example b@elsewhere.test | head -1)" "550 5.7.1 this address is prohibited"
like "another is taken" "$(barred b@spam.test b@elsewhere.test | tail -1)" '^250 2.1.5'
like "reports are taken" "$(barred '' b@elsewhere.test | tail -1)" '^250 2.1.5'
echo junk >users/conf/prohibited.cdb
like "while that cannot be known" "$(barred b@c.test b@elsewhere.test | head -1)" '^451 4.3.0'
rm users/conf/prohibited users/conf/prohibited.cdb

# what rules ask of the header is noted
cp users/conf/routes kept
printf 'header:List-Id mx\nheader:Subject="*invoice*" mx\nheader:X-No mx\n' >>users/conf/routes
conf-build users/conf || exit 1
printf 'HELO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<eve@local.test>\r\nDATA\r\nSubject: =?utf-8?Q?Your_Invoice_1?=\r\nlist-id: <a>\r\n\r\nX-No: 1\r\n.\r\nQUIT\r\n' >noted.in
rm -rf parcels && mkdir parcels
env TCPREMOTEIP=192.0.2.7 smtp-recv -C users/conf python3 "$tools/fakeinject.py" parcels K <noted.in >out 2>err
is "tags, as the message came" "$(grep '^tag ' parcels/1.env)" "tag header=list-id
tag header=subject=*invoice*"
mv kept users/conf/routes; conf-build users/conf || exit 1

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
