#!/bin/sh
# What policy servers say at each stage, and what a client and the chain hear of
# it.  The server is a program that answers by a file, tests/tools/policyd.py.
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
mkdir conf
echo mx.test >conf/me
echo local.test >conf/local
hooks() {
	printf '%s\n' "$@" >conf/hooks
	conf-build conf || exit 1
}
hooks "connect,helo,mail,rcpt,data,end \"run:python3 $tools/policyd.py says asked\" wait=20s"
# says STATE ACTION ...
says() {
	printf '%s\t%s\n' "$@" >says
}
# session [LINE...]: a message after those in place of the usual ones
session() {
	rm -rf parcels asked && mkdir parcels
	[ $# -gt 0 ] || set -- 'EHLO c.test' 'MAIL FROM:<a@b.example> SIZE=77' \
		'RCPT TO:<c@local.test>' 'RCPT TO:<d@local.test>' DATA \
		'Subject: x' '' hi . QUIT
	printf '%s\r\n' "$@" | TCPREMOTEIP=192.0.2.7 TCPLOCALPORT=25 \
		smtp-recv -C conf python3 "$tools/fakeinject.py" parcels K 2>err | tr -d '\r' >out
}
codes() { sed -n 's/^\([0-9][0-9][0-9]\) .*/\1/p' out | tr '\n' ' '; }

says x x
session
is "nothing against it" "$(codes)" "220 250 250 250 250 354 250 221 "
is "asked at each stage, and of each recipient" "$(sed 's/.*protocol_state=\([A-Z-]*\).*/\1/' asked | tr '\n' ' ')" \
	"CONNECT EHLO MAIL RCPT RCPT DATA END-OF-MESSAGE "
like "what is told of a recipient" "$(grep RCPT asked)" \
	"^request=smtpd_access_policy protocol_state=RCPT protocol_name=ESMTP client_address=192.0.2.7 client_port= server_address= server_port= client_name=unknown reverse_client_name=unknown helo_name=c.test sender=a@b.example recipient=c@local.test recipient_count=0 size=77 instance=[0-9a-f.]+ sasl_method= sasl_username= sasl_sender= ccert_fingerprint= encryption_protocol= encryption_cipher= encryption_keysize= queue_id= etrn_domain= stress= ccert_subject= ccert_issuer= ccert_pubkey_fingerprint= policy_context=$"
like "and of a whole message" "$(grep END- asked)" " recipient= recipient_count=2 size=[0-9]{3} "
is "all about a message has one instance" \
	"$(grep -E 'MAIL|RCPT|DATA|END' asked | sed 's/.* instance=\([^ ]*\).*/\1/' | sort -u | wc -l)" 1

# a refusal at each stage
says CONNECT 'REJECT no thanks'
session
is "connect: refused, and closed" "$(cat out)" "554 5.7.1 no thanks"
says CONNECT '450 4.7.9 later'
session
is "for now" "$(cat out)" "421 4.7.9 later"
says EHLO 'REJECT no such name'
session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'HELO d.test' 'MAIL FROM:<a@b.example>' QUIT
is "helo: another name may be tried" "$(codes)" "220 554 503 250 250 221 "
says MAIL '550 5.1.8 no such domain'
session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'RCPT TO:<c@local.test>' QUIT
is "mail" "$(codes)" "220 250 550 503 221 "
like "is told in the log" "$(cat err)" "ev:rejected.*	from:a@b.example	code:550	esc:5.1.8	text:no such domain	rule:hooks:1"
says RCPT 'DEFER_IF_PERMIT greylisted'
session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'RCPT TO:<c@local.test>' 'RCPT TO:<c@elsewhere.test>' DATA QUIT
is "rcpt; and who is refused anyway is not asked about" "$(codes) $(grep -c RCPT asked)" "220 250 250 450 550 554 221  1"
like "in whose words" "$(cat out)" "^450 4.7.1 greylisted$"
is "what others have refused is not the rule's" "$(grep -c rule:hooks err)" 1
says DATA 'DEFER'
session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'RCPT TO:<c@local.test>' DATA QUIT
is "data" "$(codes)" "220 250 250 250 450 221 "
session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'RCPT TO:<c@local.test>' 'BDAT 4 LAST' 'hi' QUIT
is "bdat" "$(codes)" "220 250 250 250 450 221 "
says END-OF-MESSAGE 'REJECT 5.7.9 not this'
session
is "end: refused" "$(codes) $(ls parcels)" "220 250 250 250 250 354 554 221  "
session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'RCPT TO:<c@local.test>' 'BDAT 4 LAST' 'hi' QUIT
is "by bdat, too" "$(codes) $(ls parcels)" "220 250 250 250 554 221  "
says RCPT '421 4.7.0 enough'
session
is "421 is the end" "$(codes)" "220 250 250 421 "

# what is to be done with a message
says CONNECT 'PREPEND X-One: 1' RCPT 'PREPEND X-Two: 2' END-OF-MESSAGE 'PREPEND X-Late: 3'
session
is "fields stand in front, once" "$(sed '/^$/q' parcels/1.msg | grep -v '^	')" "$(printf '%s\n' 'X-One: 1' 'X-Two: 2' \
	'Received: from c.test ([192.0.2.7])' 'Subject: x' '')"
like "but not when it is there already" "$(cat err)" "warning: hooks, line 1: too late, or too much: prepend X-Late: 3"
says RCPT 'BCC archive@local.test'
session
is "a copy" "$(grep '^to' parcels/1.env)" "$(printf '%s\n' 'to c@local.test' 'to d@local.test' 'to archive@local.test NOTIFY=NEVER')"
says MAIL 'REDIRECT other@local.test'
session
is "to another in place of its recipients" "$(grep '^to' parcels/1.env)" "to other@local.test"
says DATA 'HOLD why not'
session
like "kept back" "$(cat parcels/1.env)" "^hold-until [0-9]{10}$"
like "which is told" "$(cat err)" "ev:verdict.*source:hooks	verdict:hold	rule:hooks:1	client:192.0.2.7	from:a@b.example	text:why not"
says END-OF-MESSAGE 'DISCARD spam'
session
is "thrown away, and nobody hears of it" "$(codes) $(ls parcels)" "220 250 250 250 250 354 250 221  "
like "but the log" "$(cat err)" "verdict:discard.*text:spam"
session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'RCPT TO:<c@local.test>' DATA x . \
	'MAIL FROM:<a@b.example>' 'RCPT TO:<c@local.test>' RSET NOOP QUIT
is "and on with the session" "$(codes)" "220 250 250 250 354 250 250 250 250 250 221 "
says RCPT 'WARN look here'
session
like "only told" "$(cat err)" "verdict:warn.*text:look here"
is "and the message taken" "$(ls parcels)" "1.env
1.msg"

# a server out of order
says RCPT 'FILTER smtp:x'
session
is "an action that is not known" "$(grep -c '^451 4.3.5 a policy server is out of order' out)" 2
for a in noise die long; do
	says RCPT $a
	session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'RCPT TO:<c@local.test>' QUIT
	is "$a" "$(codes)" "220 250 250 451 221 "
done
hooks "rcpt \"run:python3 $tools/policyd.py says asked\" wait=1s" 'rcpt run:false else=go' 'data unix:/nowhere else=go wait=1s'
says RCPT hang
session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'RCPT TO:<c@local.test>' QUIT
is "one that hangs" "$(codes)" "220 250 250 451 221 "
says x x
session
is "one that is not there, where it is not needed" "$(codes) $(ls parcels)" "220 250 250 250 250 354 250 221  1.env
1.msg"
like "which is told" "$(cat err)" "warning: hooks, line 3: unix:/nowhere: No such file"

# our own people
says RCPT REJECT
RELAYCLIENT= session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'RCPT TO:<c@elsewhere.test>' QUIT
is "ours are not asked about" "$(codes)" "220 250 250 250 221 "
hooks "rcpt \"run:python3 $tools/policyd.py says asked\" who=all"
RELAYCLIENT= session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'RCPT TO:<c@elsewhere.test>' QUIT
is "unless the line says so" "$(codes)" "220 250 250 554 221 "
mv conf/hooks.cdb conf/x
session QUIT
like "a text that is not compiled" "$(cat err)" "fatal: conf/hooks is not compiled: run conf-build conf"
done_testing
