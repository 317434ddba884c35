#!/bin/sh
# A whole instance in a world with a signed DNS and policies of MTA-STS: what
# route finds there, and what becomes of mail then.
. "$(dirname "$0")/../lib.sh"
. "$top/tests/world/lib.sh"
cat >"$T/receivers" <<'X'
good
selfsigned  cert=self
nostarttls  starttls=no
notls       tlsa=none starttls=no
tlsawrong   tlsa=wrong
tlsabogus   tlsa=bogus
tlsafail    tlsa=servfail
unusable    tlsa=unusable cert=self
ta          tlsa=ta
taname      tlsa=ta cert=wrong-name
roll        tlsa=roll
sha512      tlsa=sha512
cname       mx=cname
twotls      mx=two cert=self tlsa=wrong
mxinsecure  mx=insecure
mxbogus     mx=bogus
nullmx      mx=null
strip       proxy=strip
mitm        proxy=mitm
ststest     sts=testing cert=self
stsnone     sts=none cert=self
missingmx   sts=missing-mx tlsa=none
sts404      sts=404 cert=self
stscert     sts=cert cert=self
X
# DOMAIN and what the log says first: event, code, policy, certificate, secure MX
cat >"$T/want" <<'X'
good.may.test: sent may pkix
good.must.test: sent must pkix
good.verify.test: sent verify pkix
good.dane.test: sent dane dane-ee 1
good.auto.test: sent dane dane-ee 1
selfsigned.may.test: sent may self-signed
selfsigned.verify.test: deferred 4.7.5 verify self-signed
selfsigned.dane.test: sent dane dane-ee 1
nostarttls.may.test: sent may
nostarttls.must.test: deferred 4.7.4 must
nostarttls.dane.test: deferred 4.7.4 dane 1
notls.dane.test: sent may
notls.auto.test: deferred 4.7.4 sts
tlsawrong.may.test: sent may pkix
tlsawrong.dane.test: deferred 4.7.5 dane tlsa 1
tlsawrong.auto.test: deferred 4.7.5 dane tlsa 1
tlsabogus.verify.test: sent verify pkix
tlsabogus.dane.test: deferred 4.4.3 dane
tlsafail.dane.test: deferred 4.4.3 dane
unusable.dane.test: sent dane self-signed 1
ta.dane.test: sent dane dane-ta 1
taname.dane.test: deferred 4.7.5 dane name 1
roll.auto.test: sent dane dane-ee 1
sha512.dane.test: sent dane dane-ee 1
cname.dane.test: sent dane dane-ee 1
cname.verify.test: sent verify pkix
twotls.may.test: sent may self-signed
twotls.dane.test: sent dane dane-ee 1
mxinsecure.dane.plain.test: sent dane dane-ee 0
mxbogus.may.test: deferred 4.4.3
mxbogus.dane.test: deferred 4.4.3
nullmx.dane.test: bounced 5.1.10
strip.may.test: sent may
strip.dane.test: deferred 4.7.4 dane 1
mitm.may.test: sent may unknown-ca
mitm.dane.test: deferred 4.7.5 dane tlsa 1
good.sts.test: sent sts pkix
selfsigned.sts.test: deferred 4.7.5 sts self-signed
nostarttls.sts.test: deferred 4.7.4 sts
ststest.sts.test: sent may self-signed
stsnone.sts.test: sent may self-signed
missingmx.sts.test: deferred 4.7.5 sts
missingmx.auto.test: deferred 4.7.5 sts
sts404.sts.test: sent may self-signed
stscert.sts.test: sent may self-signed
X
start_world --clock 3 --receivers "$T/receivers"; ok "the world can be made" $?
said() {
	python3 -B "$top/tests/world/said.py" "$T/w" esc tls-policy tls-cert mx-secure |
		sed 's/^joe@//; s/: sent 2\.0\.0/: sent/' >"$T/said"
}
# shellcheck disable=SC2046
status "mail for each" 0 world mail $(sed 's/^/joe@/; s/:.*//' "$T/want")
all() { said && [ "$(wc -l <"$T/said")" -eq "$(wc -l <"$T/want")" ]; }
wait_for 120 all; ok "something is said of each" $?
while read -r domain want; do
	is "$domain" "$(grep "^$domain" "$T/said" | cut -d' ' -f2-)" "$want"
done <"$T/want"
verdict "the verdict: what the log says of TLS is what the servers saw"
stop_world; is "it stops" $? 0
done_testing
