/* what a result `later' says of a source that has no more to give */
#include "throttle/spilltext.h"
#include "tap.h"

static const struct {
	const char *key, *job, *want;
} cases[] = {
	{ "src:*", "id:a\tsrc:192.0.2.1\n",
	    "spill-by:src\tspill-of:192.0.2.1\tspill-until:1000.007" },
	{ "site:.example+src:*", "src:q\tsite:mx.example\n",
	    "spill-by:site+src\tspill-of:mx.example+q\tspill-until:1000.007" },
	{ "via:bulk+tag:campaign=*", "via:bulk\ttag:a=b\ttag:Campaign=c+d\n",
	    "spill-by:via+tag:campaign\tspill-of:bulk+c+d\t"
	    "spill-until:1000.007" },
	/* what others cannot compare is not said */
	{ "src:*+tenant:*", "src:q\n", "" },
	{ "src:*+tenant:*", "src:q\ttenant:a\\tb\n", "" },
	{ "src:*+tag:a=*", "src:q\ttag:ab=c\n", "" },
	{ "nonsense", "src:q\n", "" },
};

int
main(void)
{
	static struct ltsv l;
	struct buf b = { 0 };
	struct limiter_item item = { .spill_us = 1 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		ltsv_parse(cases[i].job, strlen(cases[i].job), &l);
		item.spill_key = cases[i].key;
		item.spill_len = (unsigned)strlen(cases[i].key);
		is_num(spilltext(&b, &l, &item, 1000007000), 0, cases[i].key);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), cases[i].want, cases[i].job);
	}
	buf_free(&b);
	return done();
}
