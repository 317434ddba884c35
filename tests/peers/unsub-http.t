#!/bin/sh
# unsub-http behind Debian's nginx, which has TLS and HTTP/2, asked by curl as a
# mailbox provider asks
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"
peer nginx test -x /usr/sbin/nginx || { done_testing; exit 1; }
peer curl command -v curl || { done_testing; exit 1; }
chmod 755 "$T"
cd "$T" || exit 1
certificates
token-check -n keys
mkdir conf
echo mx.test >conf/me
echo 'list-unsubscribe:https://mx.px.test/u/ one-click' >conf/fix
echo 'host mx.px.test tenant=acme' >conf/feedback
conf-build conf
bg unsub-http -x -C conf -k keys -l "unix:$T/sock" facts 2>log
wait_for 10 test -S sock; ok "unsub-http is up" $?
port=$(free_port)
cat >nginx.conf <<X
daemon off;
master_process off;
pid $T/nginx.pid;
error_log $T/nginx.log;
events {}
http {
    access_log off;
    client_body_temp_path $T/body;
    proxy_temp_path $T/proxy;
    fastcgi_temp_path $T/f; uwsgi_temp_path $T/u; scgi_temp_path $T/s;
    server {
        listen 127.0.0.1:$port ssl http2;
        ssl_certificate $T/good.pem;
        ssl_certificate_key $T/good.pem;
        location /u/ {
            proxy_pass http://unix:$T/sock;
            proxy_set_header X-Forwarded-For \$remote_addr;
            proxy_set_header Host \$host;
        }
    }
}
X
bg /usr/sbin/nginx -p "$T" -c "$T/nginx.conf" 2>nginx.err
url=$(printf 'From: news@b.test\nDate: x\n\nhi\n' |
	mail-fix -C conf -k keys -f news@b.test -r ann@far.test | sed -n 's/^List-Unsubscribe: <\(.*\)>/\1/p')
url=$(echo "$url" | sed "s|mx.px.test|mx.px.test:$port|")
ask() { curl -s -o out -w '%{http_code} %{http_version}' --max-time 20 --cacert root.crt --resolve "mx.px.test:$port:127.0.0.1" "$@" "$url"; }
there() { [ "$(ask)" = "200 2" ]; }
wait_for 10 there; ok "nginx is up, and GET shows the page" $?
is "and does nothing" "$(grep -c ev:unsub log)" 0
is "one click" "$(ask -d List-Unsubscribe=One-Click)" "200 2"
is "as multipart, by HTTP/1.1" "$(ask --http1.1 -F List-Unsubscribe=One-Click)" "200 1.1"
is "of unknown length" "$(printf List-Unsubscribe=One-Click | ask -T - -X POST -H 'Content-Type: application/x-www-form-urlencoded')" "200 2"
is "three events" "$(grep -c 'ev:unsubscribe.*to:ann@far.test.*tenant:acme	client:127.0.0.1$' log)" 3
is "another form" "$(ask -d x=y)" "400 2"
is "no event" "$(grep -c ev:unsub log)" 3
done_testing
