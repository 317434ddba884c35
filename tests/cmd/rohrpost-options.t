#!/bin/sh
# rohrpost upgrade: options that init has, for an instance that is there.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
cd "$T" || exit 1
# all that an instance has but what differs each time
state() {
	(cd "$I" && find . \( -path ./service/.made -o -path ./log/acts -o -path ./keys -o -path ./tls -o -path './log/*/config' \) -prune -o -type f ! -name '*.cdb' -exec sha256sum {} + | sort -k 2
		for f in log/*/config; do echo "$f" && sort "$f"; done
		find . -path ./service/.made -prune -o -type d -printf '%p %m\n' | sort)
}
# what init has: domains of ours, keys, who we are as a client
new_instance three --local example.org || exit 1
printf '%s' '# no LF at the end' >>"$I/conf/local"
rohrpost tls-cert self self.pem client.example.org
web=127.0.0.1:$(free_port)
set -- --sign sign.example.org --feedback back.example.org --feedback more.example.org \
	--srs srs.example.org --unsub "$web" --client-cert self.pem --client-key self.pem
state >as.old
status "options that init has, -n" 0 rohrpost upgrade "$I" -n "$@"
sed '/^    /d' out >told
state >now; cmp as.old now; ok "change nothing" $?
status "and without" 0 rohrpost upgrade "$I" "$@" </dev/null
is "do what was told" "$(sed '/^let /d; /^publish /d' out)" "$(sed '$d' told)"
like "of conf" "$(tr '\n' ';' <out)" 'tokens/keys: new;srs/keys: new;conf/feedback: domain back.example.org;conf/rcpt: back.example.org any;conf/local: back.example.org;.*conf/rcpt: srs.example.org program;conf/local: srs.example.org;keys/sign.example.org: new;tls-client/client.pem: new;conf/tls-client: client.pem;'
like "and what is to be done elsewhere" "$(tr '\n' ';' <out)" "let the MX of srs.example.org be this host;let the MX of back.example.org more.example.org be this host;let a proxy with TLS bring https://NAME/ to $web;publish the DNS records in $I/keys/records"
for s in sign feedback tlsout unsub rcpt; do [ -d "$I/service/$s" ] || echo $s; done >lack
is "their services are there" "$(cat lack)" ""
is "a line behind one without its end" "$(tail -n 4 "$I/conf/local" | tr '\n' ' ')" "# no LF at the end back.example.org more.example.org srs.example.org "
is "two keys, and their records" "$(ls "$I/keys/sign.example.org" | wc -l) $(grep -c _domainkey "$I/keys/records")" "2 2"
cp -R "$I/service" made
status "once more" 0 rohrpost upgrade "$I" "$@"
is "they are there" "$(cat out)" "$I is up to date"
status "without them" 0 rohrpost upgrade "$I"
is "it is the same" "$(cat out)$(diff -r made "$I/service")" "$I is up to date"
four=$I
new_instance four --local example.org --smtp "127.0.0.1:$port" "$@" >/dev/null || exit 1
for f in run finish log/run; do
	for s in "$I"/service/*; do
		s=${s##*/}
		sed "s,$four,$I,g; s,$T/three,$T/four,g" "$T/three/service/$s/$f" | sed "s,\(-o \|-l \)127.0.0.1:[0-9]*,\1,g" >a
		sed "s,\(-o \|-l \)127.0.0.1:[0-9]*,\1,g" "$I/service/$s/$f" >b
		cmp -s a b || { echo "$s/$f"; diff a b; }
	done
done >differs
is "and what init makes of them" "$(cat differs)" ""
I=$T/three
status "another domain" 0 rohrpost upgrade "$I" --srs other.example.org
like "takes the place of the one that was" "$(cat "$I/service/deliver/run")" ' srs -k [^ ]* -C [^ ]* other.example.org '
start_instance; ok "it is up with all of it" $?
status "half of what belongs together" 100 rohrpost upgrade "$I" --client-cert self.pem
stop_instance

# separate users come later, too
need_root
chmod 755 "$T"
new_instance five --suppress --unsub "$web" || exit 1
start_instance; ok "it is up" $?
status "separate users, while it is up" 100 rohrpost upgrade "$I" --users
like "are not made" "$(cat err)" "rohrpost down $I first"
stop_instance
status "separate users" 0 rohrpost upgrade "$I" --users
is "have what is theirs" "$(cd "$I" && stat -c '%n:%U' queue mail log suppress unsub tokens/keys | tr '\n' ' ')" \
	"queue:rohrqueue mail:rohrlocal log:rohrlog suppress:rohrsuppress unsub:rohrunsub tokens/keys:rohrsmtp "
start_instance; ok "and it is up again" $?
stop_instance
status "keys for one more domain" 0 rohrpost upgrade "$I" --sign sign.example.org --feedback back.example.org
is "belong to who signs" "$(find "$I/keys" ! -user rohrkeys)$(grep -c _domainkey "$I/keys/records")" 2
status "and for another" 0 rohrpost upgrade "$I" --sign sign2.example.org
is "as well" "$(find "$I/keys" ! -user rohrkeys)$(grep -c _domainkey "$I/keys/records")" 4
done_testing
