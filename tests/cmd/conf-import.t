#!/bin/sh
# conf-import: files of another system as files of ours, which conf-build takes
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
status "bad usage" 100 conf-import
status "no file" 100 conf-import postfix
status "no such kind" 100 conf-import sendmail x
like "says so" "$(cat err)" '^conf-import: fatal: sendmail is no kind of configuration that is known$'
status "no operand" 100 conf-import postfix transport
status "no domain" 100 conf-import -m 'a b' postfix transport=x
status "no transport" 100 conf-import -t 'a b' postfix transport=x
status "a file that is not there" 111 conf-import postfix transport=none
like "is named" "$(cat err)" '^conf-import: fatal: unable to read none: '

echo 'a.example discard:' >t
is "to descriptor 1" "$(conf-import postfix transport=t)" "# file routes
# t:1
to:@a.example discard"
is "from descriptor 0" "$(conf-import postfix transport=- <t | tail -1)" "to:@a.example discard"
conf-import postfix transport=t >/dev/full 2>err
is "/dev/full" "$? $(cat err)" "111 conf-import: fatal: unable to write: No space left on device"
conf-import postfix transport=t <&- >/dev/null 2>&1
is "closed descriptor" $? 111
status "into a folder" 0 conf-import -o new postfix transport=t
is "which has the file" "$(ls -A new) $(tail -1 new/routes)" "routes to:@a.example discard"
status "which may not be there" 100 conf-import -o new postfix transport=t
like "says so" "$(cat err)" 'unable to make new: File exists'
status "nor may its parent be missing" 111 conf-import -o no/where postfix transport=t
for i in $(seq 65); do printf ' -t t%s' "$i"; done >names
# shellcheck disable=SC2046 # many words
status "as many transports as there may be, and one more" 100 conf-import $(cat names) postfix transport=t
# shellcheck disable=SC2046
status "and not one more" 0 conf-import $(cut -d' ' -f-129 names) postfix transport=t
truncate -s 67108865 large
status "a file that is too large" 100 conf-import postfix transport=large
like "is named" "$(cat err)" '^conf-import: fatal: large has more than 64 MiB$'
truncate -s 67108864 large
status "and one that is just so large" 1 conf-import postfix transport=large

# tables that depend on each other, with what cannot be said
printf '%s\n' '.sub.example smtp:[192.0.2.1]' '* :[relay.example]:587' 'x.example slow:' 'y.example smtp:z.example' >transport
printf '%s\n' 'virt.example -' 'info@virt.example ann' '@old.example @virt.example' >virtual
printf '%s\n' 'staff: ann, bob' 'list: :include:/l' >aliases
printf '%s\n' 'gone@virt.example there' >relocated
printf '%s\n' '/^x@re\.example$/ discard:' '/bad(/ discard:' >re
printf '%s\n' 'spam.example REJECT no' 'a@spam.example OK' >access
set -- sender-access=access transport=regexp:re transport=hash:transport virtual=virtual aliases=aliases relocated=relocated
status "tables of Postfix" 1 conf-import -o site postfix "$@"
is "what was left out" "$(sed 's/^conf-import: //' err)" "virtual:2: a user without a domain: -m says whose it is: ann
aliases:2: a list in a file is no target: :include:/l
access:2: prohibited does nothing but refuse for good: OK
re:2: this expression is none of those that routes can say: bad(/
transport:3: what this transport is stands in master.cf; -t says that it is like smtp: slow:
transport:4: the MX of another domain; -H says that names without brackets are hosts: smtp:z.example"
is "it stands in the files, too" "$(cat site/* | grep -c 'left out')" 6
echo mx.virt.example >site/me
printf '%s\n' 'to:a@sub.example -> host host:relay.example:587' 'to:a@b.sub.example -> host:[192.0.2.1]:25' \
    'to:a@sub.example from:x@y.spam.example -> bounced text:no' \
    'to:gone@old.example -> bounced "text:user has moved to there"' >site/tests
status "conf-build takes them" 0 conf-build site
is "without a word" "$(cat err)" ""
status "with what was told" 0 conf-import -H -m example.org -t slow -o whole postfix transport=transport virtual=virtual
is "all is there" "$(grep -c 'left out' whole/*)" "whole/aliases:0
whole/local:0
whole/routes:0"
is "as it was told" "$(grep -hE 'slow|z.example|ann' whole/*)" "info@virt.example: ann@example.org
to:@x.example mx via:slow
to:@y.example host:z.example"

# a PowerMTA: what is to become of it, reckoned by hand
cat >config <<'X'
domain-macro big a.example,b.example
<mx-rollup-list all>
  mx *.google.com gmail.rollup
</mx-rollup-list>
<virtual-mta one>
  smtp-source-host 192.0.2.1 one.example.org
  <domain a.example>
    max-smtp-out 2
  </domain>
</virtual-mta>
<smtp-pattern-list slow>
  reply /too many (connections|messages)/ mode=backoff
</smtp-pattern-list>
<bounce-category-patterns>
  /user unknown/ bad-mailbox
</bounce-category-patterns>
<domain $big>
  max-smtp-out 4
  max-msg-rate 36,000/h
</domain>
<domain gmail.rollup>
  smtp-pattern-list slow
  backoff-retry-after 5m
  max-connect-rate 10/m
</domain>
<domain *>
  max-smtp-out 10
  retry-after 10m,30m
  bounce-after 4d12h
</domain>
X
status "a PowerMTA" 1 conf-import -o pmta pmta config
is "what is not the same" "$(sed 's/^conf-import: //' err)" "config:22: backoff is slower there; here it is left alone for a time, and twice that the next time: slow"
is "all lines" "$(grep -hv '^#' pmta/*)" "unknown-user text: user unknown
default name=default
one name=one source=192.0.2.1 helo=one.example.org
gmail.rollup mx:.google.com
backoff=5m..40m key=provider+src provider:gmail.rollup text~/too many (connections|messages)/
intervals=10m,30m lifetime=108h
domain:a.example+src:one conn=2
domain:a.example+src:* conn=4
domain:b.example+src:* conn=4
domain:a.example+src:* rate=36000/h
domain:b.example+src:* rate=36000/h
provider:gmail.rollup+src:* conn-rate=10/m
domain:*+src:* conn=10"
echo mx.example.org >pmta/me
status "conf-build takes them" 0 conf-build pmta
is "without a word" "$(cat err)" ""

# a KumoMTA, the same
cat >shaping.toml <<'X'
["default"]
connection_limit = 10
max_message_rate = "100/s"
[["default".automation]]
regex = ['''slow down, \d+''']
action = {SetConfig={name="connection_limit", value=1}}
duration = "90m"
[provider."google"]
match = [{MXSuffix=".google.com"}, {MXSuffix=".googlemail.com"}]
provider_connection_limit = 5
[[provider."google".automation]]
regex = "4\\.7\\.28"
action = "Suspend"
duration = "1 hour"
["a.example"]
mx_rollup = false
connection_limit = 3
["a.example".sources.s1]
connection_limit = 2
X
status "a KumoMTA" 1 conf-import -o kumo kumo shaping.toml
is "what cannot be said" "$(sed 's/^conf-import: //' err)" 'shaping.toml:4: replies has no such action: slow down, \d+'
is "all lines" "$(grep -hv '^#' kumo/*)" "default name=default
google mx:.google.com
google mx:.googlemail.com
suspend=1h key=site+src provider:google text~/4\.7\.28/
provider:google+src:* conn=5
domain:a.example+src:* conn=3
domain:a.example+src:s1 conn=2
site:*+src:* conn=10
site:*+src:* rate=100/s"
echo mx.example.org >kumo/me
status "conf-build takes them" 0 conf-build kumo
is "without a word" "$(cat err)" ""
echo 'x = ' >broken.toml
status "no TOML" 100 conf-import kumo shaping.toml broken.toml
like "with its line" "$(cat err)" '^conf-import: broken.toml:1: no value$'

# a Metis, the same: two queues, one of which relays all by another host
cat >mta.conf <<'X'
[main]
	server:		server@mx.example.org
[server@mx.example.org]
	reroute:	CONSULT(priv/reroute.conf)
[q1@mx.example.org]
	ip:		{192,0,2,1}
	relay_from:	[example.org, 'bulk@']
	relay_to:	['@big.example']
	domain_control:	CONSULT(priv/domain.conf)
	max_try:	4
	aging_basis:	60
[q2@mx.example.org]
	ip:		"192.0.2.2"
	relay_from:	[]
	smartrelay_host:	{192,0,2,9}
X
mkdir priv
echo '{"news@example.org","news@example.net"}.' >priv/reroute.conf
echo '[{domain,"big.example"},{daily_limit,3000},{hourly_limit,500},{max_conn,5},{relay_type,direct}].' >priv/domain.conf
status "a Metis" 1 conf-import -o metis metis mta.conf priv/reroute.conf priv/domain.conf
is "what cannot be said" "$(sed 's/^conf-import: //' err)" "mta.conf:2: no file of ours says this: server"
is "all lines" "$(grep -hv '^#' metis/*)" "news@example.org: news@example.net
q1-mx.example.org name=q1-mx.example.org source=192.0.2.1 helo=mx.example.org
q2-mx.example.org name=q2-mx.example.org source=192.0.2.2 helo=mx.example.org
intervals=1m,1h,60h lifetime=3661m
from:@example.org to:@big.example pool:q1-mx.example.org
from:bulk@ to:@big.example pool:q1-mx.example.org
to:* pool:q2-mx.example.org host:[192.0.2.9]
domain:.big.example+src:q1-mx.example.org cap=3000/day
domain:.big.example+src:q1-mx.example.org cap=500/hour
domain:.big.example+src:q1-mx.example.org conn=5
domain:.big.example+src:q1-mx.example.org msgs-per-conn=1"
echo mx.example.org >metis/me
status "conf-build takes them" 0 conf-build metis
is "without a word" "$(cat err)" ""
printf '[a]\n\trelay_to: []\n[b]\n\trelay_to: []\n' >two.conf
status "two queues for the same mail" 0 conf-import -o two metis two.conf
is "the one with less to do has it" "$(cat two/routes | grep -v '^#')" "to:* pool:a,b=least"
# shellcheck disable=SC2046 # many words
status "as many files as there may be" 1 conf-import metis mta.conf $(yes priv/domain.conf | head -63)
# shellcheck disable=SC2046
status "and one more" 100 conf-import metis mta.conf $(yes priv/domain.conf | head -64)
echo '<domain x' >config
status "one that is none" 100 conf-import -o none pmta config
is "with its line" "$(cat err)" "conf-import: config:1: a block without its >: <domain x
conf-import: fatal: nothing is written"
[ ! -e none ]; ok "and no folder" $?
done_testing
