#include "conf/conffile.h"
#include "tap.h"

/* what came, in its order */
static char seen[256];
static unsigned lineno;

static void
note(const char *what, const char *p, size_t n)
{
	size_t at = strlen(seen);

	snprintf(seen + at, sizeof seen - at, "%s%u:%.*s", what, lineno, (int)n,
	    p);
}

static int
add(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	(void)arg;
	(void)data;
	(void)dn;
	note("+", key, kn);
	return 0;
}

static void
wrong(void *arg, const char *reason)
{
	note((const char *)arg, reason, 3);
}

/* each line is a key; the state counts, all zero at first */
static int
line(void *state, const char *p, size_t n, unsigned at,
    const struct conffile_sink *sink)
{
	unsigned *count = state;

	if (at != lineno)
		return conffile_wrong(sink, "number of the line");
	++*count;
	if (p[0] == 'x')
		return conffile_wrong(sink, "bad");
	return sink->add(sink->arg, p, n, "", 0);
}

static int
finish(void *state, const struct conffile_sink *sink)
{
	char t[16];

	snprintf(t, sizeof t, "%u", *(unsigned *)state);
	return sink->add(sink->arg, t, strlen(t), "", 0);
}

int
main(void)
{
	static const struct conffile ends = { "ends", sizeof(unsigned), line,
		finish };
	static const struct conffile plain = { "plain", sizeof(unsigned), line,
		NULL };
	static const struct {
		const struct conffile *f;
		const char *text, *want;
	} t[] = {
		{ &ends, "", "+0:0" },
		{ &plain, "", "" },
		{ &ends, "a\n# b\n\n  c \nd", "+1:a+4:c+5:d+0:3" },
		{ &plain, "a\nx\nb\n", "+1:a!2:bad+3:b" },
		{ &ends, "x", "!1:bad+0:1" },
		{ &plain, "a\001\nb\n", "!1:con+2:b" },
	};
	const struct conffile_sink sink = { add, wrong, "!" };
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		seen[0] = '\0';
		lineno = 7;
		is_num(conffile_read(t[i].f, t[i].text, strlen(t[i].text),
			   &lineno, &sink),
		    0, "read");
		is_str(seen, t[i].want, t[i].text);
		is_num(lineno, 0, "no line after the last");
	}
	return done();
}
