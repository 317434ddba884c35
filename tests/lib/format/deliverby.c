/* until when a message is to be delivered */
#include "format/deliverby.h"
#include "tap.h"

static const struct {
	const char *value;
	int result;
	struct deliverby want;
} cases[] = {
	{ "1790000000 R", 0, { 1790000000, 'R', 0 } },
	{ "1790000000 N", 0, { 1790000000, 'N', 0 } },
	{ "1790000000 RT", 0, { 1790000000, 'R', 1 } },
	{ "1790000000.5 NT", 0, { 1790000000, 'N', 1 } },
	{ "0 N", 0, { 0, 'N', 0 } },
	{ "", -1, { 0, 0, 0 } },
	{ "1790000000", -1, { 0, 0, 0 } },
	{ "1790000000 ", -1, { 0, 0, 0 } },
	{ "1790000000 T", -1, { 0, 0, 0 } },
	{ "1790000000 r", -1, { 0, 0, 0 } },
	{ "1790000000 RN", -1, { 0, 0, 0 } },
	{ "1790000000 R T", -1, { 0, 0, 0 } },
	{ "1790000000 RTT", -1, { 0, 0, 0 } },
	{ "1790000000  R", -1, { 0, 0, 0 } },
	{ " R", -1, { 0, 0, 0 } },
	{ "-1 N", -1, { 0, 0, 0 } },
	{ "soon R", -1, { 0, 0, 0 } },
	{ "99999999999999999999 R", -1, { 0, 0, 0 } },
};

int
main(void)
{
	struct deliverby by;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memset(&by, 0, sizeof by);
		is_num(deliverby(cases[i].value, strlen(cases[i].value), &by),
		    cases[i].result, cases[i].value);
		ok(by.at == cases[i].want.at && by.mode == cases[i].want.mode &&
			by.trace == cases[i].want.trace,
		    "what it says");
	}
	return done();
}
