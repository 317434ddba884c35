#include "ship/routingkey.h"
#include "tap.h"

static struct buf key;

static const char *
make(const char *pattern, const char *line)
{
	int r;

	if (!routingkey_ok(pattern))
		return "none";
	buf_clear(&key);
	r = routingkey_make(&key, pattern, line, strlen(line));
	if (r != 0)
		return r == 1 ? "long" : "memory";
	buf_putc(&key, '\0');
	return buf_data(&key);
}

int
main(void)
{
	static const struct {
		const char *pattern, *line, *want;
	} t[] = {
		{ "mail", "ev:sent", "mail" },
		{ "", "ev:sent", "" },
		{ "mail.{ev}", "eid:1\tev:sent", "mail.sent" },
		{ "{tenant}.{ev}.x", "ev:sent\ttenant:a\\tb", "a\\tb.sent.x" },
		{ "{tenant}.{ev}", "ev:sent", ".sent" },
		{ "{ev}{ev}", "ev:sent", "sentsent" },
		{ "{", "ev:sent", "none" },
		{ "}", "ev:sent", "none" },
		{ "{}", "ev:sent", "none" },
		{ "{ev", "ev:sent", "none" },
		{ "{e v}", "ev:sent", "none" },
		{ "{{ev}}", "ev:sent", "none" },
	};
	char line[ROUTINGKEY_MAX + 8] = "a:";
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(make(t[i].pattern, t[i].line), t[i].want, t[i].pattern);
	memset(line + 2, 'k', ROUTINGKEY_MAX);
	ok(strcmp(make("{a}", line), "long") != 0, "255 bytes");
	line[ROUTINGKEY_MAX + 2] = 'k';
	is_str(make("{a}", line), "long", "one more");
	buf_free(&key);
	return done();
}
