# rohrpost(8): an instance is made

# The kinds of events that say what became of mail, event(5): log-audit and
# whoever asks for a message needs each of them, and refusals, of which
# anybody can cause any number, must not push them out.
final='accepted sent deferred bounced expired deleted held released reported unreported duplicate started stopped'

# log_folders NAME: two logs of a service, and each line goes to one of them.
# When the disk is full, svlogd gives its oldest files away down to N.
log_folders() {
	mkdir -p "$dir/log/$1" "$dir/log/$1-final" || exit 111
	[ -e "$dir/log/$1/config" ] || {
		printf 's10000000\nn50\n'
		# shellcheck disable=SC2086
		printf -- '-ts:*\tev:%s\t*\n' $final
	} >"$dir/log/$1/config" || exit 111
	[ -e "$dir/log/$1-final/config" ] || {
		printf 's10000000\nn100\nN50\n-*\n'
		# shellcheck disable=SC2086
		printf '+ts:*\tev:%s\t*\n' $final
	} >"$dir/log/$1-final/config" || exit 111
}

# fill TEMPLATE NAME: a run file of a service.  Lines after @USERS@ are for
# separate users, those after @ONE@ for an instance without.
fill() {
	kind=${users:+USERS}
	before=$first workers=0
	# who writes the journal of what comes back is one
	[ "$1" != smtp ] || [ -z "$feedback" ] || before="$first$back" workers=1
	sed -e "s|^@${kind:-ONE}@||" -e '/^@ONE@/d' -e '/^@USERS@/d' \
		-e "s|@DIR@|$dir|g" -e "s|@BIN@|$bin|g" -e "s|@SMTP@|$smtp|g" \
		-e "s|@LISTEN@|$listen|g" -e "s|@SUBMISSION@|$submission|g" -e "s|@SUBMISSIONS@|$submissions|g" \
		-e "s|@LOG@|$dir/log/$2|g" -e "s|@CHAIN@|$chain|g" \
		-e "s|@CLIENT@ |$client|g" -e "s|@GROUPS@|${client:+:rohrsend:rohrclient}|g" -e "s|@CONTACT@|$contact|g" -e "s|@ORGANIZATION@|${contact#*@}|g" \
		-e "s|@ASKS@ |$asks$lists|g" -e "s|@UNSUB@|$unsub|g" \
		-e "s|@WORKERS@|$workers|g" -e "s|@READS@|${lists:+:rohrsmtp:rohrsuppress}|g" -e "s|@ROUTES@|${lists:+:rohrroute:rohrsuppress}|g" -e "s|@LINKS@ |$before$links|g" "$share/service/$1/run"
}

# service NAME: one folder of service/; all logs have one template
service() {
	to=$dir/service/$1
	mkdir -p "$to/log" || exit 111
	log_folders "$1"
	fill "$1" "$1" >"$to/run" && fill log "$1" >"$to/log/run" &&
		chmod 755 "$to/run" "$to/log/run" || exit 111
	# a signal leaves no last words; runsv gives its number
	cat >"$to/finish" <<'X' && chmod 755 "$to/finish" || exit 111
#!/bin/sh
# Says what ended it, where it could not.
case $1.$2 in -1.15) ;; -1.*) echo "${PWD##*/}: fatal: killed by signal $(($2 & 127))" ;; esac
X
}

# What init has made goes again when it does not come to its end; what was
# there before stays.
missing=
remember() {
	new=$1
	while [ ! -e "$new" ] && [ ! -L "$new" ]; do
		missing=$new
		new=$(dirname "$new")
	done
	[ -z "$missing" ] || return
	for f in conf queue mail log sock status drop keys tls tls-client sts logins secrets reports tokens unsub ship feedback suppress commands service env \
		queue/mess queue/tmp queue/done queue/lock queue/trigger queue/held \
		drop/new drop/bad tls/self.pem tls/mail.pem tls-client/client.pem sock/submit.sock sock/inject.sock; do
		[ -e "$1/$f" ] || missing="$missing $1/$f"
	done
	for f in "$share"/conf-examples/* me local routes; do
		[ -e "$1/conf/${f##*/}" ] || missing="$missing $1/conf/${f##*/} $1/conf/${f##*/}.cdb"
	done
}

undo() {
	code=$?
	# shellcheck disable=SC2086
	[ $code = 0 ] || rm -rf $missing
	exit $code
}

# one more mailbox, or several, in an instance that is there
add_users() {
	[ -n "$mailboxes" ] && [ -z "$other" ] ||
		die 100 "$name is an instance already, and init adds users alone to one; domains, routes and aliases stand in its conf/; for other services: rohrpost down $name, move $name/service elsewhere, and init with all options, those of before, too: what else is there stays"
	place "$name"
	for u in $mailboxes; do
		mailbox "$u"
		echo "$dir/mail/$u is there"
	done
}

# take NAME VALUE: an option of init that has a value
take() {
	case $1 in
	--smtp | --submission | --submissions | --unsub)
		address_ok "$2" || die 100 "$1 $2: must be ADDR:PORT, numbers only, an IPv6 address in brackets"
		;;
	--local | --sign | --feedback) domain_ok "$2" || die 100 "$1 $2: must be a domain" ;;
	--tls-report) contact_ok "$2" || die 100 "--tls-report $2: must be an address" ;;
	esac
	case $1 in
	--smtp) smtp=$2 ;;
	--submission) submission=$2 ;;
	--submissions) submissions=$2 ;;
	--relay) relay=$2 ;;
	--local) case " $domains " in *" $2 "*) ;; *) domains="$domains $2" ;; esac ;;
	--sign) case " $signed " in *" $2 "*) ;; *) signed="$signed $2" ;; esac ;;
	--user)
		u=$(printf %s "$2" | tr '[:upper:]' '[:lower:]')
		mailbox_name "$u" || die 100 "--user $2: a mailbox's name has letters, digits and ._=- only, and neither .=- in front"
		mailboxes="$mailboxes $u"
		;;
	--postmaster) postmaster=$2 ;;
	--cert) cert=$2 ;;
	--key) key=$2 ;;
	--client-cert) client_cert=$2 ;;
	--client-key) client_key=$2 ;;
	--tls-report) contact=$2 ;;
	--unsub) unsub=$2 ;;
	--feedback) case " $feedback " in *" $2 "*) ;; *) feedback="$feedback $2" ;; esac ;;
	--ship)
		case $2 in *"$newline"*) die 100 "--ship: one destination each, on one line" ;; esac
		ships="$ships$2$newline"
		;;
	esac
}

newline='
'
init_arguments() {
	name='' smtp=127.0.0.1:2525 submission='' submissions='' relay='' domains='' hold=0 users='' auth='' signed='' contact='' unsub='' asks='' ships='' feedback='' first='' lists=''
	unset cert key client_cert client_key
	mailboxes='' postmaster='' other='' old_me='' old_local='' old_routes=''
	while [ $# -gt 0 ]; do
		case $1 in
		--user | [!-]*) ;;
		*) other=1 ;;
		esac
		case $1 in
		--smtp | --submission | --submissions | --relay | --local | --sign | --user | --postmaster | --cert | --key | --client-cert | --client-key | --tls-report | --unsub | --ship | --feedback)
			[ $# -ge 2 ] || usage
			take "$1" "$2"
			shift
			;;
		--hold) hold=1 ;;
		--users) users=1 ;;
		--auth) auth=1 ;;
		--rcpt-check) asks=1 ;;
		--suppress) lists=1 ;;
		'' | -*) usage ;;
		*) [ -z "$name" ] || usage; name=$1 ;;
		esac
		shift
	done
	[ -n "$name" ] || usage
	twice=$(printf '%s\n' "$smtp" $submission $submissions $unsub | sort | uniq -d)
	[ -z "$twice" ] || die 100 "$twice: two services at one address"
	case ${cert+c}${cert:+C}${key+k}${key:+K} in '' | cCkK) ;; *) usage ;; esac
	case ${client_cert+c}${client_cert:+C}${client_key+k}${client_key:+K} in '' | cCkK) ;; *) usage ;; esac
}

# Whose the postmaster's mail is.  One of ours needs a mailbox, and is no alias
# of the others.
name_postmaster() {
	[ -n "$postmaster" ] || postmaster=$(login_mailbox)
	case $postmaster in
	*[!A-Za-z0-9._=+@-]* | -* | @* | *@*@*) die 100 "--postmaster $postmaster: must be a user or an address" ;;
	*@*)
		domain_ok "${postmaster#*@}" || die 100 "--postmaster $postmaster: must be a user or an address"
		here "${postmaster#*@}" && mailbox_name "${postmaster%@*}" || return 0
		postmaster=${postmaster%@*}
		;;
	*) mailbox_name "$postmaster" || die 100 "--postmaster $postmaster: must be a user or an address" ;;
	esac
	mailboxes="$mailboxes $postmaster"
}

# what cannot be seen in the arguments alone
can_init() {
	case $name in /*) name_ok "$name" ;; *) name_ok "$(pwd)/$name" ;; esac
	case $bin in *[!A-Za-z0-9/._+,:@%-]*) die 100 "$bin: the programs' folder may have letters, digits and /._+,:@%- only" ;; esac
	[ -z "$users" ] || [ "$(id -u)" = 0 ] || die 100 "--users needs root"
	[ -z "$users" ] || command -v chpst >/dev/null || die 111 "chpst is missing: install the package runit"
}

# the folders of all instances, and those that some services have alone
folders() {
	cd "$name" || exit 111
	mkdir -p queue mail log sock/tls sock/sts sock/listen sts status drop/new drop/bad env logins secrets &&
		chmod 700 drop drop/bad logins secrets && chmod 750 log || exit 111
	[ -z "$signed" ] || mkdir -p sock/sign || exit 111
	[ -z "$submission$submissions" ] || mkdir -p sock/auth || exit 111
	[ -z "${client_cert-}" ] || mkdir -p sock/tlsout || exit 111
	[ -z "$asks" ] || mkdir -p sock/rcpt || exit 111
	[ -z "$ships" ] || { mkdir -p ship && chmod 700 ship; } || exit 111
	[ -z "$unsub$feedback" ] || { mkdir -p tokens && chmod 711 tokens; } || exit 111
	[ -z "$unsub" ] || { mkdir -p unsub && chmod 700 unsub; } || exit 111
	[ -z "$lists" ] || { mkdir -p suppress && chmod 750 suppress; } || exit 111
	[ -z "$feedback" ] || { mkdir -p feedback && chmod 700 feedback; } || exit 111
	[ -z "$contact" ] || { mkdir -p reports/tls && chmod 700 reports; } || exit 111
}

# what stands in the templates of services
chains() {
	lists=${lists:+"-x $dir/suppress "}
	local="local-deliver -C $dir/conf $dir/mail unix:$dir/sock/inject.sock"
	client=${client_cert:+"-k $dir/sock/tlsout/sock "}
	send="remote-send -C $dir/conf ${client}-L $dir/secrets/login -Q $dir/queue/mess"
	[ -z "$users" ] || local=unix:$dir/sock/local/sock send=unix:$dir/sock/send/sock
	chain="route ${lists}-S unix:$dir/sock/sts/sock $dir/conf dispatch via:local { $local } { throttle -s $dir/status/throttle $dir/conf $send }"
	asks=${asks:+"-R unix:$dir/sock/rcpt/sock "}
	first=${auth:+"mail-auth -C $dir/conf "}
	keys=
	[ -z "$unsub$feedback" ] || keys="-k $dir/tokens/keys "
	back="feedback -C $dir/conf ${keys}-s $dir/feedback/facts -m $dir/feedback/kept "
	links=
	[ -z "$signed$keys$lists" ] || links="mail-fix -C $dir/conf $keys$lists"
	[ -z "$signed" ] ||
		links="${links}dkim-sign -s $dir/sock/sign/sock -k $dir/conf/dkim.cdb "
	logins=$submission$submissions
	listen="-o $smtp${submission:+ -o $submission}${submissions:+ -o $submissions}"
}

# what signs return paths and links that come back to us; keys that are there stay
token_keys() {
	[ -e "$dir/tokens/keys" ] || token-check -n "$dir/tokens/keys" || exit 111
}

init_tells() {
	[ -z "$feedback" ] || echo "let the MX of$feedback be this host, and put return-path:${feedback##* } verp into the conf/fix of who sends, with the keys $dir/tokens/keys"
	[ -z "$unsub" ] || echo "let a proxy with TLS bring https://NAME/ to $unsub, and put list-unsubscribe:https://NAME/ one-click into $dir/conf/fix"
	[ -z "$signed" ] || echo "publish the DNS records in $dir/keys/records"
	case $postmaster in
	*@*) echo "mail for postmaster, root and the like goes to $postmaster" ;;
	*) echo "mail for postmaster, root and the like goes to $dir/mail/$postmaster" ;;
	esac
	echo "$dir is ready: rohrpost up $dir"
}

init() {
	init_arguments "$@"
	root_comes "$name" init "$@"
	[ -z "$relay" ] || host_ok "$relay" || die 100 "--relay $relay: must be HOST:PORT, an IPv6 address in brackets"
	[ ! -e "$name/service" ] || {
		add_users
		return
	}
	[ -n "$domains" ] || domains=localhost
	name_postmaster
	can_init
	# each mode is the same under any umask
	umask 022
	remember "$name"
	trap undo EXIT
	trap 'exit 111' HUP INT TERM
	why=$(mkdir -p "$name" 2>&1) || die 111 "unable to make $name: ${why##*: }"
	# somebody else may have made it a moment before
	root_comes "$name" init "$@"
	(folders) || exit
	place "$name"
	queue-check -i "$dir/queue" >/dev/null || exit
	[ $hold = 0 ] || : >"$dir/queue/held" || exit 111
	configure
	[ -z "$unsub$feedback" ] || token_keys
	for u in you $mailboxes; do mailbox "$u"; done
	chains
	for s in listen smtp drop inject deliver tls ${client:+tlsout} sts ${contact:+tlsrpt} ${submission:+submission} ${submissions:+submissions} ${logins:+auth} ${asks:+rcpt} ${unsub:+unsub} ${ships:+ship} ${lists:+suppress} ${users:+chain local send command} ${signed:+sign}; do
		service "$s"
	done
	[ -z "$users" ] || separate_users
	init_tells
	trap - EXIT HUP INT TERM
}
