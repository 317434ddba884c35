#!/bin/sh
# The milters that Debian has behind milter-run: OpenDKIM, clamav-milter, rspamd
# and OpenDMARC.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
. "$top/tests/receiving.sh"
PATH=$PATH:/usr/sbin:/sbin
chmod 755 "$T"
me=$(id -un)

# OpenDKIM: signs what comes from inside, and verifies that
if peer opendkim command -v opendkim && peer openssl command -v openssl; then
	openssl genrsa -out key.pem 2048 2>/dev/null
	chmod 600 key.pem
	printf 's1._domainkey.px.test v=DKIM1; k=rsa; p=%s\n' "$(openssl rsa -in key.pem -pubout -outform DER 2>/dev/null | base64 -w 0)" >dns
	cat >opendkim.conf <<-Y
	Mode sv
	Domain px.test
	Selector s1
	KeyFile $T/key.pem
	Socket local:$T/dkim
	TestDNSData file:$T/dns
	InternalHosts 127.0.0.1
	Syslog no
	UserID $me
	RequireSafeKeys no
	Y
	bg opendkim -f -x opendkim.conf >dkim.out 2>&1
	wait_for 30 test -S dkim; ok "opendkim is there" $?
	printf 'Received: from x by us; Tue, 1 Dec 2026 12:00:00 +0000\nFrom: a@px.test\nTo: b@other.test\nSubject:  two\n  lines\nDate: Tue, 1 Dec 2026 12:00:00 +0000\nMessage-ID: <1@px.test>\n\nhello\n.\n\n' >msg
	milter-run -C conf -E 'from a@px.test' -E 'to b@other.test' -E 'proto ESMTP' -E 'client 127.0.0.1' unix:dkim <msg >signed 2>err
	is "it signs" "$? $(grep -c '^DKIM-Signature: .*d=px.test; s=s1' signed)" "0 1"
	milter-run -C conf -E 'from a@px.test' -E 'to b@other.test' -E 'proto ESMTP' -E 'client 192.0.2.1' unix:dkim <signed >verified 2>err
	like "and verifies what it has signed" "$(cat verified)" 'Authentication-Results: .*mx.test|dkim=pass.*px.test'
	like "with success" "$(tr -d '\n' <verified)" 'dkim=pass'
	# what it has signed, ours verify, too: no byte is another one
	printf '{"s1._domainkey.px.test": {"TXT": "%s"}}' "$(cut -d ' ' -f 2- dns)" >zone.json
	fake_dns zone.json
	like "so do we" "$(dkim-verify -r "$dns" <signed 2>&1)" '^pass'
	sed 's/hello/goodbye/' signed >forged
	milter-run -C conf -E 'from a@px.test' -E 'to b@other.test' -E 'proto ESMTP' -E 'client 192.0.2.1' unix:dkim <forged >verified 2>err
	like "another body does not pass" "$(tr -d '\n' <verified)" 'dkim=fail'
	chain milter-run -C conf unix:dkim --
	send --body hello --header 'Subject: in a chain'
	like "in a chain: accepted" "$(reply)" '^250 2.0.0 ok '
	like "and looked at" "$(cat log)" 'source:milter	name:dkim	verdict:pass'
fi

# ClamAV, with a data base of one signature
if peer clamd command -v clamd && peer clamav-milter command -v clamav-milter; then
	mkdir db
	echo "Rohrpost.Test:0:*:$(printf 'this is a test virus' | od -An -tx1 | tr -d ' \n')" >db/test.ndb
	cat >clamd.conf <<-Y
	LocalSocket $T/clamd
	DatabaseDirectory $T/db
	Foreground yes
	TemporaryDirectory $T/tmp
	User $me
	Y
	cat >clamav-milter.conf <<-Y
	MilterSocket unix:$T/clam
	ClamdSocket unix:$T/clamd
	Foreground yes
	OnInfected Reject
	RejectMsg infected: %v
	AddHeader Add
	User $me
	TemporaryDirectory $T/tmp
	Y
	bg clamd -c clamd.conf >clamd.out 2>&1
	wait_for 60 test -S clamd; ok "clamd is there" $?
	bg clamav-milter -c clamav-milter.conf >clam.out 2>&1
	wait_for 60 test -S clam; ok "clamav-milter is there" $?
	chain milter-run -o -C conf unix:clam,name=virus --
	send --body 'this is a test virus'
	is "infected" "$(reply)" "554 5.7.1 infected: Rohrpost.Test.UNOFFICIAL"
	send --body 'this is none'
	like "not infected" "$(reply)" '^250 2.0.0 ok '
	like "with a field" "$(show)" '^X-Virus-Status: Clean'
	printf 'this is a test virus' >virus
	send --attach-type application/octet-stream --attach @virus --body 'look at this'
	is "in an attachment" "$(reply)" "554 5.7.1 infected: Rohrpost.Test.UNOFFICIAL"
	like "the verdict" "$(cat log)" 'source:milter	name:virus	verdict:reject	client:.*text:5.7.1 infected: Rohrpost.Test.UNOFFICIAL'
fi

# rspamd's proxy, which scans itself, with nothing but its test for GTUBE
gtube='XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'
if peer rspamd command -v rspamd; then
	port=$(free_port)
	mkdir rspamd
	cat >rspamd.conf <<-Y
	options { pidfile = "$T/rspamd/pid"; dns { nameserver = ["127.0.0.1:1"]; timeout = 0.1s; } tempdir = "$T/tmp"; filters = ""; hs_cache_dir = "$T/rspamd"; }
	logging { type = "file"; filename = "$T/rspamd/log"; level = "info"; }
	worker "rspamd_proxy" { bind_socket = "127.0.0.1:$port"; milter = yes; count = 1; timeout = 60s; upstream "local" { default = yes; self_scan = yes; } spam_header = "X-Spam"; }
	actions { reject = 15; add_header = 6; }
	metric { name = "default"; actions { reject = 15; add_header = 6; } }
	lua = "$T/rspamd/none.lua";
	Y
	: >rspamd/none.lua
	bg rspamd -f -i -u "$me" -g "$(id -gn)" -c rspamd.conf >rspamd.out 2>&1
	printf 'Subject: x\n\nx\n' >plain
	up() { milter-run -C conf -E 'client 192.0.2.1' -E 'helo h' -E 'from a@b.example' -E 'to c@d.example' "127.0.0.1:$port" <plain >plain.out; }
	wait_for 240 up; ok "rspamd answers" $? # it compiles much
	cmp -s plain plain.out; ok "no spam passes as it is" $?
	chain milter-run -o -C conf "127.0.0.1:$port,name=rspamd" --
	send --body "$gtube"
	like "spam is refused" "$(reply)" '^554 5.7.1 Gtube pattern'
	send --body 'how are you?'
	like "no spam" "$(reply)" '^250 2.0.0 ok '
	like "the verdicts" "$(grep -o 'name:rspamd	verdict:[a-z]*' log | tr '\n' ' ')" 'reject.*pass'
	# two in turn
	if [ -S clam ]; then
		chain milter-run -o -C conf unix:clam,name=virus "127.0.0.1:$port,name=rspamd" --
		send --body "$gtube"
		like "two in turn: the second refuses" "$(reply)" '^554 5.7.1 Gtube pattern'
		send --body 'this is a test virus'
		like "the first" "$(reply)" '^554 5.7.1 infected'
		send --body 'neither'
		like "neither" "$(reply)" '^250 2.0.0 ok '
	fi
fi

# OpenDMARC, with no name server: it cannot say anything, but speaks
if peer opendmarc command -v opendmarc; then
	cat >opendmarc.conf <<-Y
	Socket local:$T/dmarc
	UserID $me
	Syslog no
	PidFile $T/dmarc.pid
	AuthservID mx.test
	RequiredHeaders true
	RejectFailures false
	Y
	bg opendmarc -f -c opendmarc.conf >dmarc.out 2>&1
	wait_for 30 test -S dmarc; ok "opendmarc is there" $?
	printf 'To: b@other.test\nSubject: no From\n\nx\n' >msg
	milter-run -C conf -E 'from a@px.test' -E 'to b@other.test' -E 'client 192.0.2.1' -E 'helo h' unix:dmarc <msg >out 2>err
	is "a message without From is refused" "$?" 100
	like "by it" "$(cat err)" 'refused by dmarc$'
fi
done_testing
