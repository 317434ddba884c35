#!/bin/sh
# ACME clients of Debian and a server of their protocol on loopback: the hooks
# of tls(7), as the page has them, put each new certificate into place, and
# tls-key has it within a second.
. "$(dirname "$0")/../lib.sh"
for p in pebble certbot dehydrated curl; do peer $p command -v $p; done
[ "$tap_bad" = 0 ] || { done_testing; exit 1; }
cd "$T" || exit 1
mkdir -p inst/conf inst/tls
echo mail.example.org >inst/conf/me
echo mail.pem >inst/conf/tls
conf-build inst/conf || exit 1
tls-cert self inst/tls/mail.pem mail.example.org

# the Nth script of the page, for this folder
hook() {
	awk -v want="$1" '/^\.Bd/ { on = 1; next } /^\.Ed/ { on = 0; if (n == want) exit }
		on && /^#!/ { n++ } on && n == want { gsub(/\\e/, "\\"); print }' "$top/doc/man/tls.7" |
		sed "s,/usr/local/bin/rohrpost,$(command -v rohrpost),; s,DIR/,$T/inst/," >"$2"
	chmod 755 "$2"
}
hook 1 certbot-hook
hook 2 dehydrated-hook
ok "the page has both hooks" "$([ "$(grep -c tls-cert certbot-hook dehydrated-hook | grep -c ':1$')" = 2 ]; echo $?)"

# the server; it takes every challenge as met
python3 "$top/tests/tools/pki.py" p <<'P'
ca ca=1
acme issuer=ca names=localhost ips=127.0.0.1
P
acme=$(free_port)
cat >pebble.json <<J
{"pebble": {"listenAddress": "127.0.0.1:$acme", "managementListenAddress": "127.0.0.1:$(free_port)",
 "certificate": "p/acme.chain", "privateKey": "p/acme.key", "httpPort": $(free_port), "tlsPort": $(free_port),
 "ocspResponderURL": "", "externalAccountBindingRequired": false}}
J
PEBBLE_VA_ALWAYS_VALID=1 PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0
export PEBBLE_VA_ALWAYS_VALID PEBBLE_VA_NOSLEEP PEBBLE_WFE_NONCEREJECT
bg pebble -config pebble.json >pebble.log 2>&1
dir=https://127.0.0.1:$acme/dir
wait_for 20 curl -sf --cacert p/ca.crt "$dir"; ok "the server is there" $?

# who waits for news at tls-key: each certificate's serial number, and the
# milliseconds since its file was changed
cat >watch.py <<'X'
import io, os, subprocess, time
def string(f):
    n = b""
    while (c := f.read(1)) != b":":
        assert c, "tls-key has ended"
        n += c
    s = f.read(int(n))
    assert f.read(1) == b","
    return s
p = subprocess.Popen(["tls-key", "inst/conf", "inst/tls"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
generation = b"0"
while True:
    ask = b"list " + generation
    p.stdin.write(b"%d:%s," % (len(ask), ask)); p.stdin.flush()
    answer = io.BytesIO(string(p.stdout)[1:])
    now = time.time()
    generation = string(answer)
    one = io.BytesIO(string(answer))
    string(one)
    serial = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-serial"],
                            input=string(one), capture_output=True).stdout.decode().strip()
    chain = 1
    while one.tell() < len(one.getvalue()):
        string(one); chain += 1
    print(serial, chain, int(1000 * (now - os.stat("inst/tls/mail.pem").st_ctime)), flush=True)
X
bg python3 watch.py >served 2>watch.err
seen() { grep -q "^$(openssl x509 -in inst/tls/mail.pem -noout -serial) " served; }
wait_for 10 seen; ok "the first certificate is served" $?
# served NAME: the one that has just come
served() {
	wait_for 10 seen; ok "$1: the new certificate is served" $?
	# shellcheck disable=SC2046
	set -- "$1" $(tail -1 served)
	ok "$1: within a second: $4 ms" $(($4 > 1000))
	is "$1: with its issuer" "$3" 2
	like "$1: its name" "$(tls-cert show inst/tls/mail.pem 2>&1)" "^inst/tls/mail.pem	ec256	mail.example.org	"
	is "$1: for its owner alone" "$(stat -c %a inst/tls/mail.pem)" 600
}

# as the page has it, and what leads it to this server
certbot_run() {
	REQUESTS_CA_BUNDLE=$T/p/ca.crt certbot certonly --standalone -d mail.example.org --key-type ecdsa \
		--deploy-hook "$T/certbot-hook" --server "$dir" --http-01-address 127.0.0.77 --http-01-port "$(free_port)" \
		--config-dir "$T/certbot" --work-dir "$T/certbot.work" --logs-dir "$T/certbot.log" \
		--non-interactive --agree-tos --register-unsafely-without-email "$@" >certbot.out 2>&1
	r=$?
	[ $r = 0 ] || sed 's/^/# /' certbot.out
	return $r
}
certbot_run; ok "certbot gets a certificate" $?
served certbot
certbot_run --force-renewal; ok "certbot renews it" $?
served "certbot, renewed"

mkdir well-known
cat >config <<C
CA=$dir
BASEDIR=$T/dehydrated
WELLKNOWN=$T/well-known
CURL_OPTS="--cacert $T/p/ca.crt"
KEY_ALGO=prime256v1
HOOK=$T/dehydrated-hook
C
mkdir dehydrated
dehydrated_run() {
	dehydrated -f config "$@" >dehydrated.out 2>&1
	r=$?
	[ $r = 0 ] || sed 's/^/# /' dehydrated.out
	return $r
}
dehydrated_run --register --accept-terms; ok "dehydrated registers" $?
dehydrated_run -c -d mail.example.org; ok "dehydrated gets a certificate" $?
served dehydrated
dehydrated_run -c -x -d mail.example.org; ok "dehydrated renews it" $?
served "dehydrated, renewed"
is "five certificates in all, one after the other" "$(cut -d ' ' -f 1 served | sort -u | wc -l)" 5
is "and not a word of trouble" "$(cat watch.err)" ""
done_testing
