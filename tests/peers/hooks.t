#!/bin/sh
# The checkers that Debian has behind filter, in a whole receiving chain:
# ClamAV, SpamAssassin, rspamd.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
. "$top/tests/receiving.sh"

# ClamAV, with a data base of one signature
if peer clamscan command -v clamscan; then
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
fi

gtube='XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'
# SpamAssassin as a program
if peer spamassassin command -v spamassassin; then
	chain filter -o -e 5=tag:spam=yes "{ spamassassin -L -x -e }"
	send --body "$gtube"
	like "spamassassin: spam is accepted" "$(reply)" '^250 2.0.0 ok '
	like "with a field" "$(show)" '^X-Spam-Flag: YES'
	like "and a tag" "$(show)" 'spam=yes'
	send --body 'how are you?'
	like "spamassassin: no spam" "$(reply)" '^250 2.0.0 ok '
	like "with a field" "$(show)" '^X-Spam-Status: No'
	ok "and no tag" "$(show | grep -c 'spam=yes')"
fi
# SpamAssassin's daemon
PATH=$PATH:/usr/sbin:/sbin
if peer spamd command -v spamd && peer spamc command -v spamc; then
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
fi
# rspamd, with nothing but its test for GTUBE
if peer rspamd command -v rspamd && peer rspamc command -v rspamc; then
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
	wait_for 240 up; ok "rspamd answers" $? # it compiles much
	chain filter -o "{ rspamc -h 127.0.0.1:$port --mime }" filter -c -t spam "{ sh -c '! grep -qi \"^X-Spam: yes\" || exit 100' }"
	send --body "$gtube"
	is "rspamc: spam is refused by its field" "$(reply)" "554 5.7.1 refused by spam"
	send --body 'how are you?'
	like "rspamc: no spam" "$(reply)" '^250 2.0.0 ok '
	like "with a field" "$(show)" '^X-Spam-Action: no action'
fi
is "no file is left" "$(ls tmp | grep rohrpost)" ""
done_testing
