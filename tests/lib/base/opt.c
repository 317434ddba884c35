#include "base/opt.h"
#include "base/exit.h"
#include "says.h"
#include "tap.h"
#include <inttypes.h>

enum kind { NUM, SPAN, SPANS, TIME, MODE };

struct use {
	enum kind kind;
	const char *text;
	uint64_t min, max;
};

/* as an option -x: the value, or both; or what is wrong */
static void
take(const void *arg)
{
	const struct use *u = arg;
	uint64_t v[2];
	int n;

	switch (u->kind) {
	case NUM:
		dprintf(2, "%" PRIu64, opt_num('x', u->text, u->min, u->max));
		break;
	case SPAN:
		dprintf(2, "%" PRIu64, opt_span('x', u->text, u->min, u->max));
		break;
	case TIME:
		dprintf(2, "%" PRId64, opt_time('x', u->text, u->min, u->max));
		break;
	case MODE: dprintf(2, "%03o", (unsigned)opt_mode('x', u->text)); break;
	case SPANS:
		n = opt_spans('x', u->text, u->min, u->max, v);
		dprintf(2, n == 2 ? "%d: %" PRIu64 " %" PRIu64 : "%d: %" PRIu64,
		    n, v[0], n == 2 ? v[1] : 0);
	}
}

#define FATAL "rohrpost: fatal: bad -x "
#define OCTAL ": want an octal mode, 0 to 777\n"
#define ALIKE ": want a time such as 90s, 15m or 2d, "

static const struct {
	struct use use;
	const char *says;
} cases[] = {
	{ { NUM, "1", 1, 10 }, "1" },
	{ { NUM, "10", 1, 10 }, "10" },
	{ { NUM, "0", 1, 10 }, FATAL "0: want a number, 1 to 10\n" },
	{ { NUM, "11", 1, 10 }, FATAL "11: want a number, 1 to 10\n" },
	{ { NUM, "", 1, 10 }, FATAL ": want a number, 1 to 10\n" },
	{ { NUM, "2x", 1, 10 }, FATAL "2x: want a number, 1 to 10\n" },
	{ { NUM, "-1", 0, 10 }, FATAL "-1: want a number, 0 to 10\n" },
	{ { NUM, "18446744073709551615", 0, UINT64_MAX },
	    "18446744073709551615" },
	{ { SPAN, "1", 1, 60 }, "1" },
	{ { SPAN, "1m", 1, 60 }, "60" },
	{ { SPAN, "0", 0, 60 }, "0" },
	{ { SPAN, "0", 1, 60 }, FATAL "0" ALIKE "1 to 60 seconds\n" },
	{ { SPAN, "61s", 1, 60 }, FATAL "61s" ALIKE "1 to 60 seconds\n" },
	{ { SPAN, "1..2", 1, 60 }, FATAL "1..2" ALIKE "1 to 60 seconds\n" },
	{ { SPANS, "30", 1, 60 }, "1: 30" },
	{ { SPANS, "30..1m", 1, 60 }, "2: 30 60" },
	{ { SPANS, "60..1", 1, 60 }, "2: 60 1" },
	{ { SPANS, "30..", 1, 60 }, FATAL "30.." ALIKE "1 to 60 seconds\n" },
	{ { SPANS, "..30", 1, 60 }, FATAL "..30" ALIKE "1 to 60 seconds\n" },
	{ { SPANS, "0..30", 1, 60 }, FATAL "0..30" ALIKE "1 to 60 seconds\n" },
	{ { SPANS, "30..61", 1, 60 },
	    FATAL "30..61" ALIKE "1 to 60 seconds\n" },
	{ { SPANS, "1..2..3", 1, 60 },
	    FATAL "1..2..3" ALIKE "1 to 60 seconds\n" },
	{ { SPANS, "", 1, 60 }, FATAL ALIKE "1 to 60 seconds\n" },
	{ { MODE, "0", 0, 0 }, "000" },
	{ { MODE, "777", 0, 0 }, "777" },
	{ { MODE, "0600", 0, 0 }, "600" },
	{ { MODE, "1000", 0, 0 }, FATAL "1000" OCTAL },
	{ { MODE, "00600", 0, 0 }, FATAL "00600" OCTAL },
	{ { MODE, "8", 0, 0 }, FATAL "8" OCTAL },
	{ { MODE, "", 0, 0 }, FATAL OCTAL },
	{ { TIME, "0", 0, INT64_MAX }, "0" },
	{ { TIME, "9223372036854775807", 0, INT64_MAX },
	    "9223372036854775807" },
	{ { TIME, "9223372036854775808", 0, INT64_MAX },
	    FATAL "9223372036854775808: want seconds since 1970\n" },
	{ { TIME, "0", 1, INT64_MAX }, FATAL "0: want seconds since 1970\n" },
	{ { TIME, "now", 0, INT64_MAX },
	    FATAL "now: want seconds since 1970\n" },
};

int
main(void)
{
	size_t i;
	int status;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		is_str(says(take, &cases[i].use, &status), cases[i].says,
		    cases[i].use.text);
		is_num(status, cases[i].says[0] == 'r' ? EXIT_PERM : EXIT_OK,
		    "and ends so");
	}
	return done();
}
