/* whose message it is, as an envelope says */
#include "accept/acceptenv.h"
#include "tap.h"

static const struct {
	const char *env, *user, *from, *client, *tenant;
	uint32_t rcpts;
} t[] = {
	{ "from a@b.test\nto c@d.test NOTIFY=NEVER\nto e@d.test\n"
	  "client 192.0.2.1\nuser ann\n",
	    "ann", "a@b.test", "192.0.2.1", "", 2 },
	{ "from \nto c@d.test\nuid 1000\ntenant acme\n", "#1000", "", "",
	    "acme", 1 },
	{ "uid 1000\nuser ann\n", "ann", "", "", "", 0 },
	{ "user ann\nuid 1000\n", "ann", "", "", "", 0 },
	{ "user a\\tb\nfrom x\n", "a\tb", "x", "", "", 0 },
	{ "", "", "", "", "", 0 },
};

static int
same(struct slice s, const char *want)
{
	return s.n == strlen(want) && (s.n == 0 || memcmp(s.p, want, s.n) == 0);
}

int
main(void)
{
	static struct acceptenv e;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		buf_clear(&b);
		buf_puts(&b, t[i].env);
		acceptenv_read(&e, &b);
		ok(same(e.value[ACCEPTWIRE_USER], t[i].user) &&
			same(e.value[ACCEPTWIRE_FROM], t[i].from) &&
			same(e.value[ACCEPTWIRE_CLIENT], t[i].client) &&
			same(e.value[ACCEPTWIRE_TENANT], t[i].tenant) &&
			e.rcpts == t[i].rcpts,
		    t[i].env);
	}
	buf_clear(&b);
	buf_puts(&b, "user ");
	for (i = 0; i <= ACCEPTWIRE_VALUE_MAX; i++)
		buf_putc(&b, 'x');
	buf_puts(&b, "\n");
	acceptenv_read(&e, &b);
	is_num((long long)e.value[ACCEPTWIRE_USER].n, ACCEPTWIRE_VALUE_MAX,
	    "a longer value is cut");
	buf_free(&b);
	return done();
}
