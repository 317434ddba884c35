#!/bin/sh
# A whole receiving chain with grey and filter in it, from swaks to the
# queue; and the checkers that Debian has: ClamAV, SpamAssassin, rspamd.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir conf tmp home
export HOME="$T/home" TMPDIR="$T/tmp"
echo mx.test >conf/me
echo local.test >conf/local
conf-build conf && queue-check -i queue || exit 1
command -v swaks >/dev/null || { skip "swaks is missing"; done_testing; exit; }

# send CHAIN... <BODY: one message from outside; what swaks says in said
chain() { printf '%s\n' "exec env TCPREMOTEIP=${ip:-192.0.2.7} smtp-recv -C conf $* queue-inject queue 2>>log" >chain.sh; }
send() {
	timeout 120 swaks --pipe 'sh chain.sh' --ehlo client.example --from "${from:-a@b.example}" --to c@local.test "$@" >said 2>&1
}
queued() { queue-list -l queue 2>/dev/null | wc -l; }
reply() { sed -n 's/^<\*\* *//p; s/^<-  \(250 .*ok .*\)/\1/p' said | tail -1; }
show() { queue-show queue "$(sed -n 's/^<-  250.* ok //p' said | tail -1)" 2>/dev/null; }

# grey, in two attempts
chain grey -t 1000 state
send --body hello
is "the first attempt" "$(reply)" "451 4.7.1 greylisted, try again in 300 seconds"
is "nothing is in the queue" "$(queued)" 0
chain grey -t 1200 state
send --body hello
is "too early" "$(reply)" "451 4.7.1 greylisted, try again in 100 seconds"
chain grey -t 1300 state
send --body hello
like "in time" "$(reply)" '^250 2.0.0 ok '
is "it is in the queue" "$(queued)" 1
like "the log says so, with the id" "$(cat log)" "verdict:passed	id:[a-z0-9]{20,}	client:192.0.2.7	.*delay:300"
like "and who was delayed" "$(cat log)" "verdict:delayed	client:192.0.2.7"

# a program
chain filter "{ sed s/hello/goodbye/ }"
send --body 'hello, hello'
like "sed between: accepted" "$(reply)" '^250 2.0.0 ok '
like "what is in the queue" "$(show)" '^goodbye, hello'
chain filter -c "{ sh -c '! grep -q forbidden || { echo no such words here; exit 100; }' }"
send --body 'a forbidden word'
is "refused" "$(reply)" "554 5.7.1 no such words here"
send --body 'another word'
like "not refused" "$(reply)" '^250 2.0.0 ok '
chain filter "{ sh -c 'kill -9 \$\$' }"
send --body x
is "a program that is killed" "$(reply)" "451 4.3.0 sh cannot say now, try again later"
chain grey -t 1300 state filter -o "{ sed s/hello/goodbye/ }" filter -e 1=tag:seen=yes "{ sh -c 'cat; exit 1' }"
send --body hello
like "three links" "$(reply)" '^250 2.0.0 ok '
like "each has done its work: the body" "$(show)" '^goodbye'
like "the tag" "$(show)" 'seen=yes'

# ClamAV, with a data base of one signature
if command -v clamscan >/dev/null; then
	echo "Rohrpost.Test:0:*:$(printf 'this is a test virus' | od -An -tx1 | tr -d ' \n')" >test.ndb
	chain filter -c -t virus -e 1=reject "{ clamscan -d test.ndb --no-summary --infected - }"
	send --body 'this is a test virus'
	is "ClamAV: infected" "$(reply)" "554 5.7.1 stdin: Rohrpost.Test.UNOFFICIAL FOUND"
	send --body 'this is none'
	like "ClamAV: not infected" "$(reply)" '^250 2.0.0 ok '
	printf 'this is a test virus' >virus
	send --attach-type application/octet-stream --attach @virus --body 'look at this'
	is "ClamAV: infected, in an attachment" "$(reply)" "554 5.7.1 stdin: Rohrpost.Test.UNOFFICIAL FOUND"
	chain filter -c -t virus -e 1=reject "{ clamscan -d missing.ndb --no-summary --infected - }"
	send --body 'this is a test virus'
	is "ClamAV: no data base" "$(reply)" "451 4.3.0 virus cannot say now, try again later"
	like "the verdicts" "$(cat log)" 'name:virus	verdict:reject	client:.*exit:1	.*text:stdin: Rohrpost.Test.UNOFFICIAL FOUND'
else
	for i in 1 2 3 4 5; do skip "clamscan is missing"; done
fi

gtube='XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'
# SpamAssassin as a program
if command -v spamassassin >/dev/null; then
	chain filter -o -e 5=tag:spam=yes "{ spamassassin -L -x -e }"
	send --body "$gtube"
	like "spamassassin: spam is accepted" "$(reply)" '^250 2.0.0 ok '
	like "with a field" "$(show)" '^X-Spam-Flag: YES'
	like "and a tag" "$(show)" 'spam=yes'
	send --body 'how are you?'
	like "spamassassin: no spam" "$(reply)" '^250 2.0.0 ok '
	like "with a field" "$(show)" '^X-Spam-Status: No'
	ok "and no tag" "$(show | grep -c 'spam=yes')"
else
	for i in 1 2 3 4 5 6; do skip "spamassassin is missing"; done
fi
# SpamAssassin's daemon
PATH=$PATH:/usr/sbin:/sbin
if command -v spamd >/dev/null && command -v spamc >/dev/null; then
	port=$(free_port)
	bg spamd -L -x --listen 127.0.0.1 --port "$port" --max-children 2 --min-children 1 --syslog "$T/spamd.log" --nouser-config --pidfile "$T/spamd.pid" >spamd.out 2>&1
	up() { spamc -K -d 127.0.0.1 -p "$port"; }
	wait_for 30 up; ok "spamd answers" $?
	chain filter -o -e 1=tag:spam=yes "{ spamc -E -x -d 127.0.0.1 -p $port -s 10485760 }"
	send --body "$gtube"
	like "spamc: spam is accepted" "$(reply)" '^250 2.0.0 ok '
	like "with a field" "$(show)" '^X-Spam-Flag: YES'
	like "and a tag" "$(show)" 'spam=yes'
	send --body 'how are you?'
	like "spamc: no spam" "$(reply)" '^250 2.0.0 ok '
	like "with a field" "$(show)" '^X-Spam-Status: No'
	chain filter -c -t spam -e 1=reject "{ spamc -c -x -d 127.0.0.1 -p $port }"
	send --body "$gtube"
	like "spamc -c: refused, with the score" "$(reply)" '^554 5.7.1 [0-9]+\.[0-9]/5\.0$'
	chain filter -o -e 1=tag:spam=yes "{ spamc -E -x -d 127.0.0.1 -p $(free_port) --connect-retries=1 }"
	send --body "$gtube"
	is "spamd is not there: not now" "$(reply)" "451 4.3.0 spamc cannot say now, try again later"
else
	for i in 1 2 3 4 5 6 7 8; do skip "spamd or spamc is missing"; done
fi
# rspamd, with nothing but its test for GTUBE
if command -v rspamd >/dev/null && command -v rspamc >/dev/null; then
	port=$(free_port)
	mkdir rspamd
	cat >rspamd.conf <<-Y
	options { pidfile = "$T/rspamd/pid"; dns { nameserver = ["127.0.0.1:1"]; timeout = 0.1s; } tempdir = "$T/tmp"; filters = ""; hs_cache_dir = "$T/rspamd"; }
	logging { type = "file"; filename = "$T/rspamd/log"; level = "info"; }
	worker "normal" { bind_socket = "127.0.0.1:$port"; count = 1; }
	actions { reject = 15; add_header = 6; }
	metric { name = "default"; actions { reject = 15; add_header = 6; } }
	lua = "$T/rspamd/none.lua";
	Y
	: >rspamd/none.lua
	bg rspamd -f -i -u "$(id -un)" -g "$(id -gn)" -c rspamd.conf >rspamd.out 2>&1
	up() { printf 'Subject: x\n\nx\n' | rspamc -h "127.0.0.1:$port"; }
	if wait_for 20 up; then
		chain filter -o "{ rspamc -h 127.0.0.1:$port --mime }" filter -c -t spam "{ sh -c '! grep -qi \"^X-Spam: yes\" || exit 100' }"
		send --body "$gtube"
		is "rspamc: spam is refused by its field" "$(reply)" "554 5.7.1 refused by spam"
		send --body 'how are you?'
		like "rspamc: no spam" "$(reply)" '^250 2.0.0 ok '
		like "with a field" "$(show)" '^X-Spam-Action: no action'
	else
		for i in 1 2 3; do skip "rspamd does not start"; done
	fi
else
	for i in 1 2 3; do skip "rspamd is missing"; done
fi
is "no file is left" "$(ls tmp | grep rohrpost)" ""
done_testing
