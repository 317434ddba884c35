#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
show() { python3 "$top/tests/tools/dmarcxml.py" "$@" 2>&1; }
# event TIME label:value...: the rest of a verdict is usual
cat >event.py <<'X'
import sys
e = dict(client="192.0.2.1", helo="h", **{"from": "a@example.com", "header-from": "example.com",
    "spf": "pass", "spf-domain": "example.com", "spf-scope": "mfrom", "dkim": "pass:example.com:s",
    "dmarc": "pass", "dmarc-domain": "example.com", "policy": "reject", "p": "reject", "sp": "reject",
    "np": "reject", "adkim": "r", "aspf": "r", "testing": "n", "rua": "mailto:d@example.com",
    "disposition": "none", "dkim-aligned": "pass", "spf-aligned": "pass", "to-domain": "me.example"})
for a in sys.argv[2:]:
    k, _, v = a.partition(":")
    e[k] = v
    if v == "-":
        del e[k]
print("\t".join([f"ts:{sys.argv[1]}", "ev:verdict", "prog:mail-auth", "id:i"] + [f"{k}:{v}" for k, v in e.items()]))
X
event() { python3 event.py "$@"; }
day=2026-11-22T
{
	echo 'svlogd: a diagnostic'
	printf 'ts:%s01:02:03.4Z\tev:sent\tprog:queue-run\tid:x\n' $day
	event ${day}01:02:03.456789Z
	event ${day}23:59:59.9Z
	event ${day}01:02:03Z client:192.0.2.9
	event ${day}05:00:00Z client:2001:db8::1 header-from:sub.example.com from: spf:softfail spf-domain:h spf-scope:helo \
		dkim:- dmarc:fail disposition:quarantine 'override:mailing_list:list <x@y> & "so"\ton' dkim-aligned:fail spf-aligned:fail
	event ${day}05:00:00Z header-from:a.other.example dmarc-domain:other.example rua:mailto:a@other.example p:none policy:none psd:y method:psl \
		dmarc:fail dkim-aligned:fail spf-aligned:fail np:- adkim:s aspf:s
	event ${day}06:00:00Z dmarc-domain:silent.example rua:-
	event ${day}06:00:00Z dmarc:none dmarc-domain:-
	event ${day}06:00:00Z dmarc:temperror
} >log
by="-o Me -m dmarc@me.example"
# shellcheck disable=SC2086
status "one domain to descriptor 1" 0 dmarc-report -d example.com $by log
is "says nothing" "$(cat err)" ""
mv out one.xml
is "what it says" "$(show one.xml)" "1.0${tab}Me${tab}dmarc@me.example${tab}1795305600.1795391999.example.com@me.example${tab}1795305600${tab}1795391999${tab}example.com${tab}reject${tab}reject${tab}reject${tab}r${tab}r${tab}n${tab}treewalk
192.0.2.1${tab}2${tab}pass${tab}pass${tab}pass${tab}-${tab}example.com${tab}example.com${tab}me.example${tab}pass:example.com:s${tab}pass:example.com
192.0.2.9${tab}1${tab}pass${tab}pass${tab}pass${tab}-${tab}example.com${tab}example.com${tab}me.example${tab}pass:example.com:s${tab}pass:example.com
2001:db8::1${tab}1${tab}quarantine${tab}fail${tab}fail${tab}mailing_list:list <x@y> & \"so\"${tab}on${tab}sub.example.com${tab}${tab}me.example${tab}-${tab}softfail:h"
dmarc-report -d EXAMPLE.com $by <log >again.xml
cmp -s one.xml again.xml; ok "the same from descriptor 0" $?
tac log | dmarc-report -d example.com $by >again.xml
cmp -s one.xml again.xml; ok "the same in another order" $?
sed "s/^/2026-11-23T05:06:07.12345 /" log | dmarc-report -d example.com $by >again.xml
cmp -s one.xml again.xml; ok "the same with the logger's time in front" $?
mkdir out.d
status "all into a folder" 0 dmarc-report $by -D out.d log
is "a line for each" "$(cat out)" "me.example!example.com!1795305600!1795391999.xml${tab}example.com${tab}3${tab}4
me.example!other.example!1795305600!1795391999.xml${tab}other.example${tab}1${tab}1"
is "these and no other files" "$(ls -A out.d)" "me.example!example.com!1795305600!1795391999.xml
me.example!other.example!1795305600!1795391999.xml"
cmp -s one.xml 'out.d/me.example!example.com!1795305600!1795391999.xml'; ok "the first" $?
is "the second" "$(show 'out.d/me.example!other.example!1795305600!1795391999.xml' | cut -f 4-)" \
    "1795305600.1795391999.other.example@me.example${tab}1795305600${tab}1795391999${tab}other.example${tab}none${tab}reject${tab}-${tab}s${tab}s${tab}n${tab}psl
fail${tab}fail${tab}-${tab}a.other.example${tab}example.com${tab}me.example${tab}pass:example.com:s${tab}pass:example.com"
status "compressed, with an id" 0 dmarc-report $by -z -i 7x -D out.d -d example.com log
show 'out.d/me.example!example.com!1795305600!1795391999!7x.xml.gz' >got; ok "is gzip" $?
is "the id is in the Report-ID too" "$(head -1 got | cut -f 4)" "1795305600.1795391999.7x.example.com@me.example"
status "those without rua= too" 0 dmarc-report $by -a -D out.d log
is "are three" "$(wc -l <out)" 3
status "several and nowhere to put them" 100 dmarc-report $by log
is "says so" "$(cat err)" "dmarc-report: fatal: there are reports for 2 domains: -d or -D is needed"
status "no events at all" 0 dmarc-report $by /dev/null
is "nothing comes" "$(cat out err)" ""
dmarc-report $by -d example.com -b 1795309323 -e 1795309323 log >got.xml
is "a period, both ends in it" "$(show got.xml | cut -f 1,2,5,6)" "1.0${tab}Me${tab}1795309323${tab}1795309323
192.0.2.1${tab}1${tab}pass${tab}-
192.0.2.9${tab}1${tab}pass${tab}-"
{ event ${day}05:00:00Z; event ${day}07:00:00Z p:none testing:y; event ${day}06:30:00Z p:quarantine; } >log2
is "the policy that was seen last" "$(dmarc-report $by -d example.com log2 >o.xml; show o.xml | sed -n 1p | cut -f 8,13)" "none${tab}y"
is "a contact for people" "$(dmarc-report $by -x 'call <us>' -d example.com log | grep -c '<extra_contact_info>call &lt;us&gt;</extra')" 1

# reasons where the policy was not followed and no reason is given
{
	event ${day}01:00:00Z dmarc:fail disposition:none testing:y dkim-aligned:fail spf-aligned:fail
	event ${day}01:00:00Z client:192.0.2.2 dmarc:fail disposition:none dkim-aligned:fail spf-aligned:fail
	event ${day}01:00:00Z client:192.0.2.3 dmarc:fail disposition:reject dkim-aligned:fail spf-aligned:fail
	event ${day}01:00:00Z client:192.0.2.4 disposition:reject override:no-such-reason
	event ${day}01:00:00Z client:192.0.2.5 spf-scope:helo
	event ${day}01:00:00Z client:192.0.2.6 "dkim:fail:a.com:s1,pass:z.org:s2,pass:sub.example.com:s3,pass:example.com:s4,bad:x:y,pass::z,pass:q"
} >log3
dmarc-report $by log3 >r.xml
is "reasons, HELO, signatures in order" "$(show r.xml | sed 1d | cut -f 1,3,6,10,11)" \
"192.0.2.1${tab}none${tab}policy_test_mode:-${tab}pass:example.com:s${tab}pass:example.com
192.0.2.2${tab}none${tab}local_policy:-${tab}pass:example.com:s${tab}pass:example.com
192.0.2.3${tab}reject${tab}-${tab}pass:example.com:s${tab}pass:example.com
192.0.2.4${tab}reject${tab}other:no-such-reason${tab}pass:example.com:s${tab}pass:example.com
192.0.2.5${tab}pass${tab}-${tab}pass:example.com:s${tab}-
192.0.2.6${tab}pass${tab}-${tab}pass:example.com:s4,pass:sub.example.com:s3,pass:z.org:s2,fail:a.com:s1${tab}pass:example.com"
# what cannot be used is told, and harms nothing
{
	event 2026-13-01T00:00:00Z; event ${day}01:00:00Z client:nobody
	event ${day}01:00:00Z dmarc-domain:../../x; event ${day}01:00:00Z header-from:-
	event ${day}01:00:00Z p:-; event ${day}01:00:00Z disposition:-; head -c 70000 /dev/zero | tr '\0' x; echo
	event ${day}01:00:00Z client:192.0.2.7; printf 'ts:cut short\tev:verdict\tpro'
} >log4
status "odd events" 0 dmarc-report $by log4
is "are counted" "$(cat err)" "dmarc-report: warning: 6 verdicts lack what a report needs"
is "the others are reported" "$(show out | sed 1d | cut -f 1,2)" "192.0.2.7${tab}1"

# mail
cat >zone.json <<'X'
{"_dmarc.example.com": {"TXT": "v=DMARC1; p=reject"},
 "example.com._report._dmarc.agreed.example": {"TXT": "v=DMARC1"},
 "*._report._dmarc.all.example": {"TXT": "v=DMARC1;"},
 "example.com._report._dmarc.moved.example": {"TXT": "v=DMARC1; rua=mailto:new@moved.example"},
 "example.com._report._dmarc.evil.example": {"TXT": "v=DMARC1; rua=mailto:victim@other.example"},
 "example.com._report._dmarc.spf.example": {"TXT": "v=spf1 -all"},
 "example.com._report._dmarc.lost.example": "SERVFAIL"}
X
fake_dns zone.json
to() { # RUA: the addresses in To
	event ${day}01:00:00Z "rua:$1" >log5
	dmarc-report $by -M -r "$dns" -t 1795400000 log5 >mail.eml 2>err || return
	python3 -c 'import email, sys; print(email.message_from_file(open("mail.eml"))["To"] or "-")' | tr -d '\n\t'
}
is "one's own" "$(to mailto:d@example.com)" "d@example.com"
is "of the same organization" "$(to mailto:d@a.example.com,mailto:e@b.example.com)" "d@a.example.com,e@b.example.com"
is "who agreed" "$(to mailto:x@agreed.example,mailto:x@all.example)" "x@agreed.example,x@all.example"
is "who did not" "$(to mailto:x@no.example,mailto:x@spf.example,mailto:d@example.com)" "d@example.com"
is "who wants it elsewhere" "$(to mailto:x@moved.example)" "new@moved.example"
is "who names another" "$(to mailto:x@evil.example)" "-"
is "is told" "$(cat err)" "dmarc-report: info: example.com: no address takes this report"
is "limits of size" "$(to mailto:a@example.com!1k,mailto:b@example.com!1m,mailto:c@example.com!99999)" "b@example.com,c@example.com"
is "other schemes" "$(to https://example.com/r,mailto:d@example.com)" "d@example.com"
event ${day}01:00:00Z rua:mailto:d@example.com,mailto:x@lost.example >log5
status "no answer: again later" 111 dmarc-report $by -M -r "$dns" log5
is "and nothing now" "$(cat out)" ""
like "says so" "$(cat err)" '^dmarc-report: warning: example.com: no answer from the DNS about 1 of its addresses'
status "mail into a folder" 0 dmarc-report $by -M -r "$dns" -t 1795400000 -D out.d -d example.com log
m='out.d/me.example!example.com!1795305600!1795391999.eml'
cat >mail.py <<'X'
import email, email.policy, re, subprocess, sys
raw = open(sys.argv[1], "rb").read()
m = email.message_from_bytes(raw, policy=email.policy.default)
for h in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"):
    print(h + ":", " ".join(m[h].split()))
for p in m.iter_parts():
    print(p.get_content_type(), p.get_filename(), p.get_content_disposition())
    if p.get_filename():
        open("part.gz", "wb").write(p.get_content())
print("longest line", max(map(len, raw.split(b"\n"))) <= 78, "CR", b"\r" in raw, "end", raw.endswith(b"--\n"))
X
is "what it is" "$(python3 mail.py "$m")" "From: dmarc@me.example
To: d@example.com
Subject: Report Domain: example.com Submitter: me.example Report-ID: <1795305600.1795391999.example.com@me.example>
Date: Mon, 23 Nov 2026 02:13:20 +0000
Message-ID: <1795305600.1795391999.example.com@me.example>
Auto-Submitted: auto-generated
MIME-Version: 1.0
text/plain None None
application/gzip me.example!example.com!1795305600!1795391999.xml.gz attachment
longest line True CR False end True"
gzip -dc part.gz | cmp -s - one.xml; ok "the report is in it" $?
# sendmail -t sends it as it is
mkdir -p in DIR/conf DIR/sock
echo me.example >DIR/conf/me
ROHRPOST_DIR=$T/DIR ROHRPOST_INJECT="$top/tests/tools/fakeinject.py $T/in K" sendmail -t -f dmarc@me.example <"$m"
is "sendmail takes it" "$? $(grep '^to ' in/1.env)" "0 to d@example.com"
is "and changes nothing that matters" "$(python3 mail.py in/1.msg | head -10; gzip -dc part.gz | cmp - one.xml)" "$(python3 mail.py "$m" | head -10)"
is "by the suffix list" "$(event ${day}01:00:00Z dmarc-domain:a.co.uk rua:mailto:x@b.a.co.uk >l; dmarc-report $by -p -M -r "$dns" l | sed -n 's/^To: //p')" "x@b.a.co.uk"

status "no organization" 100 dmarc-report -m a@b.example log
status "no contact" 100 dmarc-report -o Me log
status "a contact that is none" 100 dmarc-report -o Me -m nobody log
status "at an address literal" 100 dmarc-report -o Me -m 'a@[192.0.2.1]' log
status "bad time" 100 dmarc-report $by -b x log
status "the end before the begin" 100 dmarc-report $by -b 2 -e 1 log
status "bad id" 100 dmarc-report $by -i ../x log
status "bad server" 100 dmarc-report $by -r x log
status "bad option" 100 dmarc-report -X
status "no such file" 111 dmarc-report $by no-such-file
status "no such folder" 111 dmarc-report $by -D no-such-folder log
dmarc-report -d example.com $by log >/dev/full 2>err
is "/dev/full" $? 111
dmarc-report $by <&- >out 2>err
is "0 closed" $? 111
dmarc-report $by log >&- 2>err
is "1 closed" $? 111

# root in the folder of another user, who has put a link there
if [ "$(id -u)" = 0 ]; then
	chmod 711 "$T"
	mkdir his
	echo secret >ours
	ln -s ../ours 'his/me.example!example.com!1795305600!1795391999.xml'
	chown -h nobody his his/me*
	# shellcheck disable=SC2086
	status "a link is not gone through" 0 dmarc-report $by -D his -d example.com log
	is "what is behind it stays" "$(cat ours)" secret
	is "what is made is his" "$(stat -c '%U %F' his/me*)" "nobody regular file"
else
	for n in 1 2 3; do skip "not root $n"; done
fi
done_testing
