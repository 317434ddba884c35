/* addresses as words for local-deliver */
#include "route/forwardword.h"
#include "tap.h"

static const struct {
	const char *local;
	int good;
	const char *put; /* with @a */
} words[] = {
	{ "joe", 1, "joe@a" },
	{ "joe+x=y", 1, "joe+x=y@a" },
	{ "\"a b\"", 1, "\"a b\"@a" },
	{ "\"a\\\"b\"", 1, "\"a\\\"b\"@a" },
	{ "\"a\"b", 0, NULL },
	{ "\"a", 0, NULL },
	{ "a\"b\"", 0, NULL },
	{ "a b", 0, NULL },
	{ "a,b", 0, NULL },
	{ "a;b", 0, NULL },
	{ "<a", 0, NULL },
	{ "|id", 1, "\"|id\"@a" },
	{ "#x", 1, "\"#x\"@a" },
	{ "-f", 1, "\"-f\"@a" },
};

int
main(void)
{
	struct buf b = { 0 };
	char address[64];
	size_t i, n;

	for (i = 0; i < sizeof words / sizeof *words; i++) {
		n = strlen(words[i].local);
		is_num(forwardword_ok(words[i].local, n), words[i].good,
		    words[i].local);
		if (words[i].put == NULL)
			continue;
		snprintf(address, sizeof address, "%s@a", words[i].local);
		buf_clear(&b);
		is_num(forwardword_put(&b, address, n + 2, n), 0, "put");
		buf_putc(&b, '\0');
		is_str(buf_data(&b), words[i].put, "as a word");
	}
	buf_free(&b);
	return done();
}
