/* envelope lines that change while a parcel is passed on */
#include "format/envlines.h"
#include "tap.h"

static const struct {
	const char *before, *key, *value, *after;
} sets[] = {
	{ "", "prio", "3", "prio 3\n" },
	{ "from a\nto b\n", "prio", "3", "from a\nto b\nprio 3\n" },
	{ "from a\nto b\n", "from", "c@d", "from c@d\nto b\n" },
	{ "prio 1\nfrom a\nprio 2\nx y\n", "prio", "3", "prio 3\nfrom a\nx y\n" },
	{ "from\nto b\n", "from", "", "from\nto b\n" },
	{ "tenant a\\tb\n", "tenant", "x\ty\\", "tenant x\\ty\\\\\n" },
	{ "to b\\\\c NOTIFY=NEVER\nunknown-key \\0\n", "tenant", "t", "to b\\\\c NOTIFY=NEVER\nunknown-key \\0\ntenant t\n" },
}, tags[] = {
	{ "", "a", "1", "tag a=1\n" },
	{ "tag a=0\ntag b=2\n", "a", "1", "tag a=1\ntag b=2\n" },
	{ "tag ab=0\ntag b=2\n", "a", "1", "tag ab=0\ntag b=2\ntag a=1\n" },
	{ "tag a=0\ntag a=9\nfrom x\n", "a", "=1", "tag a==1\nfrom x\n" },
	{ "tag a\n", "a", "1", "tag a\ntag a=1\n" },
};

/* what a stranger on this machine may say, and what only we */
static void
users(void)
{
	static const struct {
		const char *line;
		int may;
	} lines[] = { { "probe 1\n", 1 }, { "requiretls 1\n", 1 },
		{ "tls-optional 1\n", 1 }, { "deliver-by 1 R\n", 1 },
		{ "hold-until 1\n", 1 }, { "expire 1\n", 1 },
		{ "mt-priority 9\n", 0 }, { "prio 0\n", 0 },
		{ "user ann\n", 0 }, { "origin inside\n", 0 }, { "key k\n", 1 },
		{ "key-sum 1\n", 1 }, { "keys\n", 0 } };
	struct parcel_line l;
	const char *p;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		p = lines[i].line;
		ok(parcel_next(&p, p + strlen(p), &l) == 1 &&
			envlines_user(&l) == lines[i].may,
		    lines[i].line);
	}
}

int
main(void)
{
	char text[PARCEL_LINE_MAX];
	struct buf b = { 0 };
	struct parcel_line l;
	const char *p;
	unsigned i;

	for (i = 0; i < sizeof sets / sizeof *sets; i++) {
		buf_clear(&b);
		buf_puts(&b, sets[i].before);
		envlines_set(&b, sets[i].key, sets[i].value,
		    strlen(sets[i].value));
		buf_putc(&b, '\0');
		is_str(buf_data(&b), sets[i].after, sets[i].before);
	}
	for (i = 0; i < sizeof tags / sizeof *tags; i++) {
		buf_clear(&b);
		buf_puts(&b, tags[i].before);
		envlines_tag(&b, tags[i].key, strlen(tags[i].key),
		    tags[i].value, strlen(tags[i].value));
		buf_putc(&b, '\0');
		is_str(buf_data(&b), tags[i].after, tags[i].before);
	}
	users();
	p = "x a\\tb\\n\n";
	is_num(parcel_next(&p, p + strlen(p), &l), 1, "a line");
	is_num(envlines_value(&l, text), 4, "its value");
	is_str(text, "a\tb\n", "unescaped");
	buf_free(&b);
	return done();
}
