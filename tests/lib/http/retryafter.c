#include "http/retryafter.h"
#include "tap.h"

enum { NOW = 784111777 /* Sun, 06 Nov 1994 08:49:37 GMT */ };

static const struct {
	const char *text;
	long want;
} t[] = {
	{ "0", 0 },
	{ "120", 120 },
	{ " 7 ", 7 },
	{ "86400", 86400 },
	{ "86401", 86400 },
	{ "99999999999999999999999", 86400 },
	{ "Sun, 06 Nov 1994 08:49:47 GMT", 10 },
	{ "Sunday, 06-Nov-94 08:49:47 GMT", 10 },
	{ "Sun Nov  6 08:49:47 1994", 10 },
	{ "Sun, 06 Nov 1994 08:49:37 GMT", 0 },
	{ "Sun, 06 Nov 1994 08:49:36 GMT", 0 },
	{ "Mon, 07 Nov 1994 08:49:37 GMT", 86400 },
	{ "Mon, 07 Nov 1994 08:49:38 GMT", 86400 },
	{ "Fri, 31 Dec 9999 23:59:59 GMT", 86400 },
	{ "", -1 },
	{ "-1", -1 },
	{ "1.5", -1 },
	{ "soon", -1 },
	{ "7 s", -1 },
};

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_num(retryafter_seconds(t[i].text, NOW), t[i].want,
		    t[i].text);
	is_num(retryafter_seconds(NULL, NOW), -1, "none");
	return done();
}
