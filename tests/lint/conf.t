#!/bin/sh
# conf-examples, conf(5) and conf-build speak of the same files.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
examples=$(printf '%s\n' conf-examples/* | sed 's,.*/,,' | sort)
is "conf(5) lists the files of conf-examples" \
    "$(sed -n '/^\.Bl -column/,/^\.El/s/^\.It \([a-z-]*\) Ta.*/\1/p' doc/man/conf.5 | sort)" "$examples"
is "and has a section for each" "$(sed -n 's/^\.Ss //p' doc/man/conf.5 | sort)" "$examples"
for p in doc/man/conf-*.5; do
	f=${p#doc/man/conf-} f=${f%.5}
	[ -e "conf-examples/$f" ]; ok "conf-$f(5) is of a file" $?
	sed -n "/^\.Ss $f/,/^\.Ss/p" doc/man/conf.5 | grep -q "^\.Xr conf-$f 5"
	ok "conf(5) leads to conf-$f(5)" $?
done
# logins stand in a folder of their own, see auth-user(8)
for f in lib/*/*.h; do
	for s in $(sed -n 's/^extern const struct conffile conffile_\([a-z]*\);.*/\1/p' "$f" | grep -vx logins); do
		printf '%s\n' "$examples" | grep -qx "$s"
		ok "the subject $s has an example" $?
	done
done
is "conf-build(8) lists what is compiled" \
    "$(sed -n '/^\.It Pa confdir\/NAME$/,/^text/s/^\.Pa \(.*\) [,:]$/\1/p' doc/man/conf-build.8 | sed 's/ , /\n/g')" \
    "$(sed -n 's/^	&conffile_\([a-z_]*\),$/\1/p' lib/confbuild/subjects.c | tr _ - | sort)"
cp -R conf-examples "$T/conf"
status "conf-build takes the examples" 0 conf-build "$T/conf"
is "without a word" "$(cat "$T/out" "$T/err")" ""

# what stands behind a # there is good as it stands, line by line
mkdir "$T/one"
for f in $(printf '%s\n' "$examples" | grep -vE '^(me|tests|doublebounce)$'); do
	sed -n 's/^#	//p' "conf-examples/$f" | grep -v '^conf-build' >"$T/lines" || continue
	while IFS= read -r l; do
		printf '%s\n' "$l" >"$T/one/$f"
		[ "$f" != routes ] || printf 'default\nbulk\nacme\n' >"$T/one/pools"
		conf-build -n "$T/one" >"$T/out" 2>&1
		is "$f: $l" "$? $(cat "$T/out")" "0 "
		rm "$T/one"/*
	done <"$T/lines"
done

done_testing
