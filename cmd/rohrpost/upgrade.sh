# rohrpost(8): an instance of an older version is brought up to date in place
#
# What an instance has in service/ was made by templates.  What they made then is
# kept in service/.made, so that a change of ours can be told from one of the
# site's: the first is taken, the second stays, and where both are they are put
# together, or a person is asked to.

upgrade_arguments() {
	dry='' force='' ships='' more=''
	# those of these that are there already more_options() finds again
	had_srs=$srs had_unsub=$unsub
	signed='' feedback='' srs='' unsub='' client_cert='' client_key=''
	while [ $# -gt 0 ]; do
		case $1 in
		--ship | --submission | --submissions | --tls-report | --share | --machines | --share-login | --sign | --feedback | --srs | --unsub | --http | --client-cert | --client-key)
			[ $# -ge 2 ] || usage
			take "$1" "$2"
			shift
			;;
		--auth) auth=1 ;;
		--rcpt-check) asks=1 ;;
		--accept-limits) limits=1 ;;
		--suppress) lists=1 ;;
		--ledger) ledger=1 ;;
		--users) users=1 ;;
		-n) dry=1 ;;
		-f) force=1 ;;
		*) usage ;;
		esac
		shift
	done
	share_whole
	more_options
}

# own SERVICE WORD: does its run file have this word?
own() {
	grep -qs -- "$2" "$dir/service/$1/run"
}

# there SERVICE: 1 where it is
there() {
	[ ! -d "$dir/service/$1" ] || echo 1
}

# the options that it was made with, from what it has
infer() {
	find_facts
	users=$(there chain) signed=$(there sign) client_cert=$(there tlsout) lists=$(there suppress)
	ledger=$(there ledger) feedback=$(there feedback) asks=$(there rcpt) limits=$(there limit) accounts=$(there account) auth='' srs='' contact='' first=''
	ships='' mailboxes='' domains=''
	address smtp
	smtp=${address:-127.0.0.1:2525}
	address submission
	submission=$address
	address submissions
	submissions=$address
	address unsub
	unsub=$address
	address http
	http=$address
	infer_share
	! own smtp ' mail-auth -C ' || auth=1
	srs=$(cat "$dir/service/deliver/run" "$dir/service/chain/run" 2>/dev/null | sed -n 's/.*srs -k [^ ]* -C [^ ]* \([^ ]*\) .*/\1/p' | sed 1q)
	contact=$(sed -n 's/^[^#].* -m \([^ ]*\)$/\1/p' "$dir/service/tlsrpt/run" 2>/dev/null)
}

# change TEXT: one thing that is done, or would be
change() {
	changes=$((changes + 1))
	echo "$1"
}

# put FILE FROM: in one step, for who reads it meanwhile
put() {
	[ -z "$dry" ] || return 0
	cp "$2" "$1.upgrade" && chmod 755 "$1.upgrade" && mv "$1.upgrade" "$1" || exit 111
}

# difference SERVICE FILE FROM: for who only wants to see it
difference() {
	[ -z "$dry" ] || diff -u "$dir/service/$1/$2" "$3" | sed '1,2d; s/^/    /'
}

# renewed SERVICE FILE FROM HOW: it is another one from now on
renewed() {
	change "service/$1/$2: $4"
	case $restart in *" $1 "*) ;; *) restart="$restart$1 " ;; esac
	difference "$1" "$2" "$3"
	put "$dir/service/$1/$2" "$3"
}

# leave SERVICE FILE: both have changed it, or nobody knows who has
leave() {
	change "service/$1/$2: stays as it is, for the site may have changed it; the new one is $2.new beside it: put yours into it, or take it with -f"
	put "$dir/service/$1/$2.new" "$made/$1/$2"
	difference "$1" "$2" "$made/$1/$2"
}

# renew SERVICE FILE
renew() {
	now=$dir/service/$1/$2 new=$made/$1/$2 old=$dir/service/.made/$1/$2
	[ -e "$old" ] || old=''
	if cmp -s "$now" "$new"; then
		:
	elif [ ! -e "$now" ] || { [ -n "$old" ] && cmp -s "$now" "$old"; }; then
		renewed "$1" "$2" "$new" renewed
	elif [ -n "$old" ] && cmp -s "$old" "$new"; then
		echo "service/$1/$2: the site has changed it, and it stays; nothing is new"
	elif [ -n "$force" ]; then
		put "$now.before" "$now"
		renewed "$1" "$2" "$new" "renewed; as it was, it is $2.before beside it"
	elif [ -n "$old" ] && diff3 -m "$now" "$old" "$new" >"$made/.merged" 2>/dev/null; then
		cmp -s "$now" "$made/.merged" ||
			renewed "$1" "$2" "$made/.merged" "renewed, with what the site has changed in it"
	else
		leave "$1" "$2"
		return
	fi
	[ -n "$dry" ] || [ ! -e "$now.new" ] || rm -f "$now.new"
}

# one that is not there comes as a whole: who watches service/ starts it at once
add_service() {
	change "service/$1: new"
	[ -z "$dry" ] || return 0
	mkdir -p "$dir/log/$1" "$dir/log/$1-final" && log_folders "$1" &&
		cp -R "$made/$1" "$dir/service/.new" && mv "$dir/service/.new" "$dir/service/$1" || exit 111
}

# kinds LOG SIGN: kinds of events that its config does not name, each with SIGN
kinds() {
	config=$dir/log/$1/config any='' has=$newline
	[ -e "$config" ] || return 0
	while IFS= read -r line || [ -n "$line" ]; do has=$has$line$newline; done <"$config"
	for kind in $final; do
		line="${2}ts:*${tab}ev:$kind$tab*"
		case $has in *"$newline$line$newline"*) continue ;; esac
		case " $lists_lack " in *" $kind "*) ;; *) lists_lack="$lists_lack $kind" ;; esac
		any=1
		[ -n "$dry" ] || echo "$line" >>"$config" || exit 111
	done
	[ -z "$any" ] || hup="$hup $3"
}

# the folders that all instances have, and those of its services
add_folders() {
	mkdir "$made/.tree" && (name=$made/.tree && folders) || exit 111
	lacks=$(cd "$made/.tree" && find . -mindepth 1 \( -type d -o -type p \) | cut -c 3- | sort | while read -r f; do
		[ -e "$dir/$f" ] || echo "$f"
	done)
	[ -n "$lacks" ] || return 0
	for f in $lacks; do change "$f: new"; done
	[ -n "$dry" ] || (name=$dir && folders) || exit
}

# lines that an option adds to conf/ship
add_ships() {
	[ -n "$ships" ] || return 0
	printf %s "$ships" | while IFS= read -r line; do
		grep -qxFs -- "$line" "$dir/conf/ship" || echo "$line"
	done >"$made/.ship"
	[ -s "$made/.ship" ] || return 0
	change "conf/ship: $(wc -l <"$made/.ship") line(s) more"
	[ -n "$dry" ] || { cat "$made/.ship" >>"$dir/conf/ship" && conf-build "$dir/conf"; } || exit
}

# what is to be done by hand behind it
upgrade_tells() {
	[ $changes -gt 0 ] || {
		echo "$dir is up to date"
		return
	}
	[ -z "$dry" ] || {
		echo "nothing has been changed: that is what rohrpost upgrade $dir would do"
		return
	}
	more_tells
	supervised || return 0
	for s in $hup; do sv hup "$dir/service/$s/log" >/dev/null 2>&1; done
	for s in $restart; do echo "what has changed holds from: rohrpost restart $dir $s"; done
}

upgrade() {
	[ $# -ge 1 ] || usage
	instance "$@"
	shift
	umask 022
	infer
	told=''
	for a; do case $a in -*) told="$told $a" ;; esac; done
	upgrade_arguments "$@"
	[ -z "$ships$(there ship)" ] || more=ship
	[ -z "$users" ] || [ -n "$dry" ] || { ! up_lives && ! supervised; } ||
		die 100 "$dir has separate users: rohrpost down $dir first, for its folders get their owners anew"
	made=$(mktemp -d) || exit 111
	trap 'rm -rf "$made"' EXIT
	trap 'exit 111' HUP INT TERM
	changes=0 restart=' ' hup='' lists_lack=''
	[ -n "$dry" ] || act upgrade ${told:+"${told# }"}
	add_folders
	add_more
	upgrade_password
	with_ship=$ships
	ships=$more
	chains
	service_names
	for s in $names; do
		mkdir -p "$made/$s/log" && write_service "$made/$s" "$s" || exit 111
	done
	set --
	for s in $names; do set -- "$@" "$made/$s/run" "$made/$s/finish" "$made/$s/log/run"; done
	chmod 755 "$@" || exit 111
	for s in $names; do
		if [ -d "$dir/service/$s" ]; then
			for f in run finish log/run; do renew "$s" "$f"; done
		else
			add_service "$s"
		fi
		kinds "$s" - "$s"
		kinds "$s-final" + "$s"
	done
	[ -z "$lists_lack" ] || change "log/*/config: more kinds of events:$lists_lack"
	[ -z "$users" ] || [ -n "$dry" ] || separate_users
	ships=$with_ship
	add_ships
	[ -n "$dry" ] || note_made
	upgrade_tells
}

# what was made now, for the next time
note_made() {
	rm -rf "$made/.tree" "$made/.ship" "$made/.merged" "$dir/service/.made.new"
	for s in $names; do
		for f in run finish log/run; do
			[ ! -e "$dir/service/$s/$f.new" ] || cp "$dir/service/.made/$s/$f" "$made/$s/$f" 2>/dev/null || rm -f "$made/$s/$f"
		done
	done
	cp -R "$made" "$dir/service/.made.new" && chmod 755 "$dir/service/.made.new" &&
		rm -rf "$dir/service/.made" && mv "$dir/service/.made.new" "$dir/service/.made" || exit 111
}
