#!/bin/sh
# An instance as init makes it offers TLS; with a user for each job it does, too.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
# talk WORDS...: what was said, by swaks
talk() { swaks --server "127.0.0.1:$port" --from x@example.org --to ann@example.org "$@" >"$T/swaks" 2>&1; }
secure() { talk -tls; }
offers() { talk --quit-after EHLO && grep -q '^<-  250.STARTTLS' "$T/swaks"; }
# what it shows: SHA-256 of the certificate
shown() {
	openssl s_client -starttls smtp -connect "127.0.0.1:$port" "$@" </dev/null 2>"$T/s_client" |
		openssl x509 -outform DER 2>/dev/null | sha256sum | cut -c 1-64
}
of() { rohrpost tls-cert show "$1" | cut -f 6; }
shows() { [ "$(shown)" = "$(of "$1")" ]; }

# goes_well PEM: TLS with this certificate, and mail that comes by it
goes_well() {
	wait_for 10 offers; ok "STARTTLS is offered" $?
	is "with the certificate" "$(shown)" "$(of "$1")"
	secure; ok "mail under TLS is taken" $?
	wait_for 20 at_least 1 "$I/mail/ann"; ok "and arrives" $?
	like "Received says so" "$(tr -d '\n' <"$(find "$I/mail/ann/new" -type f | head -1)")" 'with ESMTPS[ (]'
	wait_for 20 rohrpost status "$I"; ok "status: nothing is wrong" $?
}

# without its keys
goes_on() {
	sv down "$I/service/tls" >/dev/null 2>&1
	put_off() { ! secure && grep -q '^<\*\* 454 4\.7\.0' "$T/swaks"; }
	wait_for 10 put_off; ok "no keys: STARTTLS is put off" $?
	n=$(count_mail "$I/mail/ann")
	talk; ok "mail in clear is taken" $?
	wait_for 20 at_least $((n + 1)) "$I/mail/ann"; ok "and arrives" $?
	status "status" 1 rohrpost status "$I"
	like "says why" "$(cat "$T/out")" "^  tls: is stopped; rohrpost restart $I tls starts it"
	like "and what comes of it" "$(cat "$T/out")" "^  STARTTLS at 127.0.0.1:$port: the server said: 454 4\.7\.0 "
	status "rohrpost restart DIR tls" 0 rohrpost restart "$I" tls
	wait_for 10 secure; ok "TLS is back" $?
	queue-ctl "$I/queue" delete all >/dev/null 2>&1 # what is for elsewhere
	stop_instance
	out=$(audit); ok "log-audit" $?
	gone() { ! pgrep -f "$I/"; }
	wait_for 8 gone; ok "no process is left" $?
}

# login PORT WORDS...: mail by ann's login
login() {
	p=$1
	shift
	swaks --server "127.0.0.1:$p" --from ann@example.org --to x@elsewhere.example,ann@example.org \
		-a PLAIN -au ann -ap "$@" >"$T/swaks" 2>&1
}
# who may log in, and hand in for anywhere
logs_in() {
	echo secret | rohrpost user-add "$I" ann; ok "a login" $?
	n=$(count_mail "$I/mail/ann")
	wait_for 10 login "$submission" secret -tls; ok "submits, with STARTTLS" $?
	login "$submissions" secret -tlsc; ok "and with TLS from the first byte" $?
	wait_for 20 at_least $((n + 2)) "$I/mail/ann"; ok "and it arrives" $?
	like "Received says so" "$(cat "$I"/mail/ann/new/* | tr -d '\n')" 'with ESMTPSA'
	like "who it was is in the log" "$(rohrpost log "$I" 500)" 'ev:accepted.*user:ann'
	login "$submission" secret; is "without TLS" "$(grep -c '^<-  250[- ]AUTH\|^<~* *235' "$T/swaks")" 0
	login "$submission" wrong -tls; is "another password" $? 28
	for p in "$submission:-tls" "$submissions:-tlsc"; do
		swaks --server "127.0.0.1:${p%:*}" --from ann@example.org --to ann@example.org "${p#*:}" >"$T/swaks" 2>&1
		like "no login" "$(cat "$T/swaks")" '^<~\* 530 5\.7\.0'
	done
	# a password that changes counts from then on
	echo other | rohrpost user-add "$I" ann
	wait_for 10 login "$submission" other -tls; ok "another one" $?
	login "$submission" secret -tls; is "in place of the first" $? 28
	bad_table
}
# of_table: what status says of who may log in
of_table() { rohrpost status "$I" | sed -n "s,^  $I/logins/passwd,,p"; }
bad_table() {
	mv "$I/logins/passwd.cdb" "$T/kept"
	like "no table: status says so" "$(of_table)" "^\.cdb: is missing, and nobody can log in"
	echo x >"$I/logins/passwd.cdb"
	like "half a table: status says so" "$(of_table)" "^\.cdb: is damaged, and nobody can log in"
	mv "$T/kept" "$I/logins/passwd.cdb"
	touch "$I/logins/passwd"
	like "another text: status says so" "$(of_table)" "^: is newer than .*/passwd\.cdb, and not in use"
	echo other | rohrpost user-add "$I" ann
	is "made anew: nothing" "$(of_table)" ""
}
# with_logins NAME OPTIONS...: an instance with both doors
with_logins() {
	submission=$(free_port) submissions=$(free_port)
	new_instance "$@" --local example.org --user ann --relay 127.0.0.1:1 \
		--submission "127.0.0.1:$submission" --submissions "127.0.0.1:$submissions"
}

with_logins one || exit 1
start_instance; ok "an instance is up" $?
wait_for 10 grep -q "^  submissions 127.0.0.1:$submissions" "$I/up.out"; ok "and says where one logs in" $?
wait_for 10 grep -q "^Nobody may log in yet: .*rohrpost user-add $I NAME\$" "$I/up.out"; ok "and how a login is made" $?
goes_well "$I/tls/self.pem"
logs_in
goes_on

# who knows the logins is another: he is asked, and not ours
with_logins other || exit 1
for s in submission submissions; do
	sed -i "s, -P [^ ]*, -P unix:$T/other.sock," "$I/service/$s/run"
done
rm -r "$I/service/auth"
mkdir -m 700 "$T/others"
echo secret | auth-user add "$T/others" ann
bg sock-serve -w "unix:$T/other.sock" auth-cdb "$T/others" 2>"$T/other.err"
other=$bg_pid
start_instance; ok "one whose logins another server knows is up" $?
wait_for 10 login "$submission" secret -tls; ok "which is asked" $?
wait_for 20 rohrpost status "$I"; ok "and missed by nobody" $?
# who asks from here is a proxy's address
printf '127.0.0.:allow,RELAYCLIENT=""\n127.0.0.1:allow,PROXY=""\n:allow\n' >"$I/conf/relay"
conf-build "$I/conf" relay
mute() { ! smtp-ping -t 1 "127.0.0.1:$port" 2>/dev/null; }
wait_for 10 mute; ok "a proxy in front: its header is waited for" $?
status "ping" 0 rohrpost ping "$I"
status "status" 0 rohrpost status "$I"
kill "$other"
wait "$other" 2>/dev/null
status "he is gone: ping" 111 rohrpost ping "$I"
like "and says so" "$(cat "$T/err")" "takes no mail: logins: .*unix:$T/other.sock"
status "status, too" 1 rohrpost status "$I"
stop_instance

if [ "$(id -u)" = 0 ]; then
	chmod 755 "$T"
	with_logins users --users || exit 1
	start_instance; ok "one with a user for each job is up" $?
	goes_well "$I/tls/self.pem"
	logs_in
	goes_on
else
	skip "users need root"
fi

# one of an authority, and the next one in its place
python3 "$top/tests/tools/pki.py" "$T/made" <<'P'
root ca=1
mid ca=1 issuer=root
first issuer=mid names=mail.example.org
next issuer=mid names=mail.example.org
P
cat "$T/made/first.crt" "$T/made/mid.crt" >"$T/chain.pem"
new_instance given --local example.org --user ann --cert "$T/chain.pem" --key "$T/made/first.key" || exit 1
start_instance; ok "one with a given certificate is up" $?
goes_well "$I/tls/mail.pem"
got=$(shown -CAfile "$T/made/root.crt" -verify_return_error -verify_hostname mail.example.org)
is "which is proved" "$got" "$(of "$I/tls/mail.pem")"
cat "$T/made/next.crt" "$T/made/mid.crt" >"$T/chain.pem"
status "the next one comes into its place" 0 rohrpost tls-cert install "$I/tls/mail.pem" "$T/chain.pem" "$T/made/next.key"
wait_for 10 shows "$I/tls/mail.pem"; ok "and is shown" $?
is "it is another" "$([ "$(of "$I/tls/mail.pem")" = "$got" ]; echo $?)" 1
stop_instance
done_testing
