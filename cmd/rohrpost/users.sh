# rohrpost(8): a system user for each job

# Separate users, a hole in any of which gives no more than doc/PRIVILEGES.md
# says.  The folders of sockets are root's, since root makes sockets there; a group
# says who may come in.  Services that make theirs themselves have a folder of
# their own.
service_users='rohrsmtp rohrqueue rohrroute rohrsend rohrlocal rohrprog rohrlog rohrtls rohrsts rohrauth rohrlisten'
make_users() {
	for u in $service_users ${signed:+rohrkeys} ${contact:+rohrreport} ${client:+rohrclient} ${asks:+rohrrcpt} ${limits:+rohrlimit} ${accounts:+rohraccount rohrhttp} ${unsub:+rohrunsub} ${ships:+rohrship} ${lists:+rohrsuppress} ${shared:+rohrshare}; do
		id $u >/dev/null 2>&1 && continue
		useradd --system --user-group --no-create-home --home-dir /nonexistent \
			--shell /usr/sbin/nologin $u || die 111 "unable to make the user $u"
		echo "made the system user $u"
	done
}

# door NAME USER: the folder of a socket, for one user
door() {
	mkdir -p "$dir/sock/$1" && chown "root:$2" "$dir/sock/$1" && chmod 710 "$dir/sock/$1"
}

# own_door NAME USER: one whose socket that user makes, for everybody
own_door() {
	mkdir -p "$dir/sock/$1" && chown "$2:$2" "$dir/sock/$1" && chmod 755 "$dir/sock/$1" &&
		ln -sfn "$1/sock" "$dir/sock/$1.sock"
}

# who reports reads the policies that were in force, too
reports_user() {
	chown -R rohrreport:rohrreport "$dir/reports" && chmod 750 "$dir/sts"
}

# who makes tokens and who checks them read the keys, and neither changes them
token_users() {
	[ -n "$unsub$feedback" ] || return 0
	g=rohrsmtp
	[ -z "$unsub" ] || g=rohrunsub
	chown rohrsmtp:$g "$dir/tokens/keys" && chmod 440 "$dir/tokens/keys" &&
		{ [ -z "$unsub" ] || chown -R rohrunsub:rohrunsub "$dir/unsub"; } &&
		{ [ -z "$feedback" ] || { chown -R rohrsmtp:rohrsmtp "$dir/feedback" && door feedback rohrlocal; }; }
}

# who makes return paths and who asks whether one is ours read the key
srs_users() {
	chown rohrroute:rohrrcpt "$dir/srs/keys" && chmod 440 "$dir/srs/keys"
}

# who asks enters the folder of the socket, which its maker owns
limit_users() {
	chown -R rohrlimit:rohrlimit "$dir/limit" &&
		chown rohrlimit:rohrsmtp "$dir/sock/limit" && chmod 710 "$dir/sock/limit"
}

# who serves the programming interface enters the folder of the socket
account_users() {
	chown -R rohraccount:rohraccount "$dir/account" &&
		chown rohraccount:rohrhttp "$dir/sock/account" && chown root:rohrhttp "$dir/sock/admin" &&
		chmod 710 "$dir/sock/account" "$dir/sock/admin"
}

# who sends is in the group of who holds the keys: its own has those who read the
# queue, too
client_user() {
	chown -R rohrclient:rohrclient "$dir/tls-client" && door tlsout rohrclient
}

separate_users() {
	make_users
	door chain rohrqueue && door local rohrroute && door send rohrroute &&
		door command rohrlocal && door tls rohrsmtp && door sts rohrroute &&
		{ [ -z "$client" ] || client_user; } &&
		{ [ -z "$logins" ] || door auth rohrsmtp; } && { [ -z "$signed" ] || door sign rohrsmtp; } &&
		own_door inject rohrqueue && own_door submit rohrsmtp || exit 111
	# who makes the door is not who comes in
	chown rohrlisten:rohrsmtp "$dir/sock/listen" && chmod 710 "$dir/sock/listen" || exit 111
	# smtp-recv sees whether a Maildir is there, and not what is
	chown -R rohrlocal:rohrlocal "$dir/mail" && chmod 711 "$dir/mail" &&
		chown -R rohrqueue:rohrsend "$dir/queue" &&
		find "$dir/queue" -type d -exec chmod 2750 {} + &&
		chown -R rohrroute:rohrroute "$dir/status" && chmod 700 "$dir/status" &&
		mkdir -p "$dir/commands" && chown rohrprog:rohrprog "$dir/commands" &&
		chmod 700 "$dir/commands" && chown -R rohrlog:rohrlog "$dir/log" &&
		chown -R rohrtls:rohrtls "$dir/tls" && chown -R rohrsts:rohrsts "$dir/sts" && chmod 700 "$dir/sts" && chown -R rohrauth:rohrauth "$dir/logins" && chown -R rohrsend:rohrsend "$dir/secrets" &&
		{ [ -z "$signed" ] || chown -R rohrkeys:rohrkeys "$dir/keys"; } &&
		{ [ -z "$contact" ] || reports_user; } &&
		{ [ -z "$asks" ] || door rcpt rohrsmtp; } && token_users &&
		{ [ -z "$limits" ] || limit_users; } &&
		{ [ -z "$accounts" ] || account_users; } &&
		{ [ -z "$srs" ] || srs_users; } &&
		{ [ -z "$ships" ] || chown -R rohrship:rohrship "$dir/ship"; } &&
		{ [ -z "$lists" ] || chown -R rohrsuppress:rohrsuppress "$dir/suppress"; } &&
		{ [ -z "$shared" ] || share_users; } &&
		{ [ -z "$ledger" ] || chown -R rohrlog:rohrroute "$dir/ledger"; } &&
		chown -R rohrsmtp:rohrsmtp "$dir/drop" && chmod 711 "$dir/drop" &&
		chmod 3733 "$dir/drop/new" &&
		chmod 755 "$dir" "$dir/sock" || exit 111
}
