/* what was counted, as text */
#include "sim/simtable.h"
#include "tap.h"

int
main(void)
{
	struct simstat a = { .n = 0 }, b = { .n = 0 };
	struct simtable t = { { &a, &b }, { "log", "new" }, 2, "via", 1 };
	struct buf out = { 0 };
	uint32_t g;
	int bad = 0;

	g = simstat_group(&a, "p<\x1b", 3);
	SIMSTAT_COUNT(&a, g, rcpts);
	bad |= simstat_start(&a, g, 1000000);
	bad |= simstat_sent(&a, g, 2000000, 1234000);
	g = simstat_group(&b, "p<\x1b", 3);
	SIMSTAT_COUNT(&b, g, rcpts);
	simstat_group(&b, "q", 1);
	bad |= simstat_bound(&b, "via:a b", "rate=1/s", 2, 0, 500000);
	b.to_us = 1000000;
	simstat_close(&a);
	simstat_close(&b);
	bad |= simtable_ltsv(&out, &t);
	bad |= buf_putc(&out, '\0');
	is_num(bad, 0, "there is memory");
	ok(strstr(buf_data(&out),
	       "sim:all\trun:log\trcpts:1\tchanged:0\twaited:0\ttries:1\tsent:1"
	       "\tbounced:0\texpired:0\tdeleted:0\tqueued:0\tp50:1.234"
	       "\tp90:1.234\tp99:1.234\tmax:1.234\tmean:1.234\tpeak-second:1"
	       "\tpeak-minute:1\tpeak-hour:1\n") != NULL,
	    "all");
	ok(strstr(buf_data(&out), "sim:group\trun:log\tvia:p<\\x1b\t") != NULL,
	    "a group, harmless");
	ok(strstr(buf_data(&out),
	       "sim:limit\trun:new\tkey:via:a b\tlimit:rate=1/s\tshare:50.0"
	       "\tlater:2\n") != NULL,
	    "a limit");
	buf_clear(&out);
	bad |= simtable_people(&out, &t);
	bad |= buf_putc(&out, '\0');
	is_num(bad, 0, "there is memory");
	ok(strncmp(buf_data(&out), "via ", 4) == 0, "the head of a table");
	ok(strstr(buf_data(&out), "\np<\\x1b ") != NULL, "a row");
	ok(strstr(buf_data(&out), "\n(1 more)\n") != NULL, "not all of them");
	ok(strstr(buf_data(&out), "  50.0% of the time") != NULL, "a limit");
	buf_free(&out);
	simstat_free(&a);
	simstat_free(&b);
	return done();
}
