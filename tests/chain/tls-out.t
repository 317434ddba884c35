#!/bin/sh
# How mail leaves: with nothing configured it goes under TLS where the receiver
# offers it, as the receiver's signed DNS says, and as tls-out says.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
PATH=$PATH:/usr/sbin
tools=$top/tests/tools
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n' >msg
python3 "$tools/pki.py" . <<'X'
ca ca=1
mx issuer=ca names=mx.test,b.example
self names=elsewhere.example
X
key_of() { openssl x509 -in "$1.crt" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1; }
cert_of() { openssl x509 -in "$1.crt" -outform DER | sha256sum | cut -d' ' -f1; }

# mx NAME CERTIFICATE [RULE...]: a server, port in $port; without a certificate
# it offers no STARTTLS
mx() {
	mx_dir=$T/mx-$1 mx_cert=$2
	shift 2
	mkdir "$mx_dir"
	if [ -n "$mx_cert" ]; then
		bg python3 "$tools/fakemx.py" --tls "$mx_cert.pem" "$mx_dir" "$@"
	else
		bg python3 "$tools/fakemx.py" "$mx_dir" "$@"
	fi
	wait_for 10 [ -e "$mx_dir/port" ]
	port=$(cat "$mx_dir/port")
}
mx good mx; good=$port
mx self self; self=$port
mx plain ''; plain=$port

C=$T/conf
mkdir "$C"
echo out.example >"$C/me"
# job ID DOMAIN [LABEL:VALUE...]
job() {
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:u@%s\tsize:%s\tfile:%s' "$1" "$2" "$(wc -c <msg)" "$T/msg"
	shift 2
	for f; do printf '\t%s' "$f"; done
	echo
}
# send: the jobs in the file jobs; a line for each.  What still waits for the
# DNS when the input ends would be given back
answered() { [ "$(wc -l <out)" -ge "$(wc -l <jobs)" ]; }
send() {
	conf-build "$C" >build.out 2>&1 || cat build.out
	: >out
	{ cat jobs; wait_for 30 answered; } |
		route -a 127.0.0.0/8 "$C" remote-send -a ca.crt -e 10 >>out 2>err
	awk -F '\t' '{
		split("", v)
		for (i = 1; i <= NF; i++) {
			k = index($i, ":")
			v[substr($i, 1, k - 1)] = substr($i, k + 1)
		}
		sub(/^TLSv1\.2,.*/, "TLS", v["tls"])
		n = split("id status esc tls-policy tls-from tls tls-cert tls-fail", l, " ")
		line = v["id"]
		for (i = 2; i <= n; i++)
			if (v[l[i]] != "")
				line = line " " v[l[i]]
		print line
	}' out | sort
}

# nothing is configured but where the hosts are
cat >"$C/routes" <<X
to:@good.example host:[127.0.0.1]:$good
to:@self.example host:[127.0.0.1]:$self
to:@plain.example host:[127.0.0.1]:$plain
to:@forced.example host:[127.0.0.1]:$plain tls:must
to:@clear.example host:[127.0.0.1]:$good tls:none
X
{ job g good.example; job s self.example; job p plain.example; job f forced.example; job c clear.example; } >jobs
is "by itself under TLS, where it is offered" "$(send)" "c sent 2.0.0 none routes:5 none
f deferred 4.7.4 must routes:4 starttls-not-supported
g sent 2.0.0 may default,no-policy TLS name
p sent 2.0.0 may default,no-policy none starttls-not-supported
s sent 2.0.0 may default,no-policy TLS self-signed"

# the site's own policies
policy() { printf '%s\n' "$@" >"$C/tls-out"; }
cat >"$C/routes" <<X
to:@good.example host:[127.0.0.1]:$good
to:@self.example host:[127.0.0.1]:$self
to:@plain.example host:[127.0.0.1]:$plain
X
{ job g good.example; job p plain.example; job s self.example; } >jobs
policy '[127.0.0.1] must'
is "must" "$(send)" "g sent 2.0.0 must tls-out:1 TLS name
p deferred 4.7.4 must tls-out:1 starttls-not-supported
s sent 2.0.0 must tls-out:1 TLS self-signed"
policy '[127.0.0.1] verify match=b.example'
is "verify" "$(send)" "g sent 2.0.0 verify tls-out:1 TLS pkix
p deferred 4.7.4 verify tls-out:1 starttls-not-supported
s deferred 4.7.5 verify tls-out:1 self-signed certificate-not-trusted"
policy '[127.0.0.1] verify match=c.example'
is "verify, another name" "$(send | grep ^g)" "g deferred 4.7.5 verify tls-out:1 name certificate-host-mismatch"
policy "[127.0.0.1] fingerprint pin=key:$(key_of self),cert:$(cert_of self | sed 's/../&:/g; s/:$//')"
is "fingerprint" "$(send)" "g deferred 4.7.5 fingerprint tls-out:1 name certificate-host-mismatch
p deferred 4.7.4 fingerprint tls-out:1 starttls-not-supported
s sent 2.0.0 fingerprint tls-out:1 TLS fingerprint"
policy '[127.0.0.1] dane-only'
is "dane-only, and no record" "$(send | grep ^g)" "g deferred 4.7.5 dane tls-out:1 dane-required"
policy '[127.0.0.1] none'
is "none" "$(send | grep ^g)" "g sent 2.0.0 none tls-out:1 none"
policy '* must'
{ job g good.example tls-optional:1; job n good.example requiretls:1; } >jobs
is "TLS-Required: No is for what the receiver wants" "$(send | grep ^g)" "g sent 2.0.0 must tls-out:1 TLS name"
rm "$C"/tls-out*

# signed DNS: zone test, signed for an hour
zone() {
	cat <<X
\$ORIGIN test.
\$TTL 300
@ SOA ns.test. root.test. 1 3600 600 86400 60
@ NS ns.test.
ns A 127.0.0.1
good A 127.0.0.1
_$good._tcp.good TLSA 3 1 1 $(key_of mx)
wrong A 127.0.0.1
_$good._tcp.wrong TLSA 3 1 1 $(key_of self)
whole A 127.0.0.1
_$good._tcp.whole TLSA 3 0 0 $(openssl x509 -in mx.crt -outform DER | od -An -tx1 | tr -d ' \n')
plain A 127.0.0.1
_$plain._tcp.plain TLSA 3 1 1 $(key_of mx)
ca A 127.0.0.1
_$good._tcp.ca TLSA 0 0 1 $(key_of mx)
none A 127.0.0.1
alias CNAME good
bad A 127.0.0.1
_$good._tcp.bad TLSA 3 1 1 $(key_of mx)
badaddr A 127.0.0.1
X
}
if ! { command -v nsd && command -v ldns-signzone && command -v ldns-keygen; } >/dev/null; then
	skip "needs nsd and ldnsutils"
	done_testing
	exit 0
fi
zone >test.zone
key=$(ldns-keygen -a ECDSAP256SHA256 -k test)
now=$(date +%s)
ldns-signzone -o test -i $((now - 3600)) -e $((now + 3600)) -f test.signed test.zone "$key"; ok "a zone is signed" $?
# altered behind the signer's back: the digests of bad, the address of badaddr
awk -v k="$(key_of self)" '$1 ~ /\._tcp\.bad\.test\.$/ && $4 == "TLSA" { $8 = k }
	$1 == "badaddr.test." && $4 == "A" { $5 = "127.0.0.2" } { print }' test.signed >test.served
ns=$(free_port)
cat >nsd.conf <<X
server:
	ip-address: 127.0.0.1@$ns
	server-count: 1
	username: ""
	chroot: ""
	zonesdir: "$T"
	database: ""
	pidfile: ""
	xfrdfile: "$T/xfrd"
	zonelistfile: "$T/zones"
	xfrdir: "$T"
	rrl-ratelimit: 0
remote-control:
	control-enable: no
zone:
	name: "test"
	zonefile: "test.served"
X
bg nsd -d -c nsd.conf >nsd.log 2>&1
printf '127.0.0.1@%s\nanchor %s\n' "$ns" "$T/$key.key" >"$C/resolver"
{
	for h in good wrong whole ca none alias bad badaddr; do
		echo "to:@$h.example host:$h.test:$good"
	done
	echo "to:@plain.example host:plain.test:$plain"
} >"$C/routes"
conf-build "$C"
up() { route -n "$C" u@none.example | grep -q "^none.test/$good/127.0.0.1"; }
wait_for 10 up || sed 's/^/# /' nsd.log
for h in good wrong whole ca none alias bad badaddr plain; do job $h $h.example; done >jobs
is "as the DNS says" "$(send)" "alias sent 2.0.0 dane default,dane TLS dane-ee
bad deferred 4.4.3 dane default,no-policy dnssec-invalid
badaddr deferred 4.4.3
ca sent 2.0.0 dane default,dane TLS name
good sent 2.0.0 dane default,dane TLS dane-ee
none sent 2.0.0 may default,no-policy TLS name
plain deferred 4.7.4 dane default,dane starttls-not-supported
whole sent 2.0.0 dane default,dane TLS dane-ee
wrong deferred 4.7.5 dane default,dane tlsa tlsa-invalid"
route -n "$C" u@good.example >out
like "route -n shows it" "$(cat out)" "^tls:dane tls-else:may tls-from:default,dane tlsa:good.test==3\.1\.1\.$(key_of mx) mx-secure:1$"
route -n "$C" u@bad.example >out
is "and why it waits" "$? $(tail -1 out)" \
	"111 deferred esc:4.4.3 class:dns text:TLSA of bad.test: no answer, or one that is forged"
policy '.test dane-only'
is "dane-only" "$(send | grep -E '^(good|none|ca)')" "ca deferred 4.7.5 dane tls-out:1 dane-required
good sent 2.0.0 dane tls-out:1 TLS dane-ee
none deferred 4.7.5 dane tls-out:1 dane-required"
policy '* sts'
is "who asks for MTA-STS alone" "$(send | grep -E '^(wrong|bad) ')" "bad sent 2.0.0 may tls-out:1,no-policy TLS name
wrong sent 2.0.0 may tls-out:1,no-policy TLS name"
rm "$C"/tls-out*
for h in wrong bad; do job $h $h.example tls-optional:1; done >jobs
is "TLS-Required: No" "$(send)" "bad sent 2.0.0 may tls-required-no TLS name
wrong sent 2.0.0 may tls-required-no TLS name"
for h in wrong bad badaddr good; do job $h $h.example; done >jobs
echo 'validate no' >>"$C/resolver"
is "nothing is checked" "$(send)" "bad sent 2.0.0 may default,no-policy TLS name
badaddr deferred 4.4.1 may default,no-policy
good sent 2.0.0 may default,no-policy TLS name
wrong sent 2.0.0 may default,no-policy TLS name"

# two instances as init makes them
need_runit
new_instance there --local b.example --user ann || exit 1
there=$I there_up=
start_instance; ok "a receiver is up" $?
there_up=$up there_port=$port
new_instance here --local a.example --user bob || exit 1
echo "to:@b.example host:[127.0.0.1]:$there_port" >"$I/conf/routes"
conf-build "$I/conf" >/dev/null 2>&1
start_instance; ok "a sender is up" $?
ROHRPOST_DIR=$I sendmail -f bob@a.example ann@b.example <msg; is "mail is handed in" $? 0
wait_for 30 at_least 1 "$there/mail/ann"; ok "and arrives there" $?
like "by TLS" "$(tr -d '\n' <"$(find "$there/mail/ann/new" -type f | head -1)")" 'with ESMTPS[ (]'
sent() { rohrpost log "$I" 500 | grep -q ev:sent; }
wait_for 10 sent; ok "the log has it soon" $?
like "which is in the log" "$(rohrpost log "$I" 500)" 'ev:sent.*tls:TLSv1\.2,.*tls-policy:may.*tls-from:default,no-policy'
stop_instance
I=$there up=$there_up
stop_instance
done_testing
