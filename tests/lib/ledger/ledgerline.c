/* lines of a ledger */
#include "ledger/ledgerline.h"
#include "base/buf.h"
#include "tap.h"

#define WHEN "\tat:1796070342.487406\tmono:700309"
#define GRANT "led:grant" WHEN "\tg:5\trcpts:3\tbytes:1000"

static struct ledger_line l;

static int
parse(const char *line)
{
	return ledgerline_parse(line, strlen(line), &l);
}

/* so many fields more */
static int
many(const char *field, unsigned n)
{
	struct buf b = { 0 };
	int r;

	buf_puts(&b, GRANT);
	while (n-- > 0)
		buf_puts(&b, field);
	buf_puts(&b, "\tseq:1");
	r = ledgerline_parse(buf_data(&b), buf_len(&b), &l);
	buf_free(&b);
	return r;
}

static void
faults(void)
{
	static const char *const bad[] = { "", "x", "led:grant", "led:end",
		"led:none" WHEN "\tseq:1", "\tled:end" WHEN "\tg:1\tseq:1",
		"led:end" WHEN "\tg:1", "led:end" WHEN "\tseq:1",
		"led:end" WHEN "\tg:1\tseq:", "led:end" WHEN "\tg:1\tseq:1\t",
		"led:end" WHEN "\tg:1\tseq:1\tx:y",
		"led:end" WHEN "\tg:-1\tseq:1", "led:end\tat:1\tg:1\tseq:1",
		"led:end\tat:1.00000\tmono:1\tg:1\tseq:1",
		"led:end\tat:1.0000000\tmono:1\tg:1\tseq:1",
		"led:end\tat:1.000000\tmono:1152921504606846976\tg:1\tseq:1",
		"led:end\tat:1152921504607.000000\tmono:1\tg:1\tseq:1",
		"led:start" WHEN "\tseq:0", "led:rules" WHEN "\trules:\tseq:0",
		"led:grant" WHEN "\tg:5\trcpts:3\tseq:1",
		"led:grant" WHEN "\tg:5\tbytes:3\tseq:1", "led:who\tseq:1",
		"led:who\tw:\tseq:1", "led:turn" WHEN "\tseq:1",
		"led:turn\tg:1\tseq:1", "led:turn" WHEN "\tg:1\tgo:1\tseq:1",
		"led:turn" WHEN "\tg:1\tgo:1 2 3 4 x\tend:\tseq:1" };
	unsigned i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_num(parse(bad[i]), -1, bad[i]);
}

int
main(void)
{
	is_num(parse("led:start" WHEN "\tboot:b\tbooks:1\trules:ab\tseq:0"), 0,
	    "a start");
	is_num(l.what, LEDGER_START, "is one");
	is_num(l.at_us, 1796070342487406, "its time");
	is_num(l.mono_us, 700309, "and the other");
	ok(word_is(l.boot, "b") && word_is(l.rules, "ab"), "boot and rules");
	is_num(parse(GRANT "\tsite:s\tsite:t\ttag:a=b\ttag:c\ttook:x y\tseq:9"),
	    0, "a grant");
	is_num(l.g, 5, "its number");
	is_num(l.seq, 9, "the line's");
	is_num(l.rcpts, 3, "recipients");
	is_num(l.bytes, 1000, "bytes");
	ok(word_is(l.value[0], "s"), "the first of a label");
	is_num(l.n_tags, 2, "tags");
	is_num(l.n_took, 1, "took");
	is_num(parse("led:end" WHEN "\tg:1\tseq:1"), 0, "an end");
	is_num(parse("led:who\tw:7\tsite:s\ttag:a=b\ttook:x y\tseq:9"), 0,
	    "who");
	is_num(l.w, 7, "its number");
	is_num(l.n_took, 1, "took");
	ok(word_is(l.value[0], "s"), "its site");
	is_num(parse("led:turn" WHEN "\tg:4\tend:2\tgo:1 2 3 0-2 x\tseq:9"), 0,
	    "a turn");
	is_num(l.what, LEDGER_TURN, "is one");
	is_num(l.g, 4, "the number of what goes first");
	faults();
	is_num(many("\ttag:a=b", LEDGERLINE_TAGS_MAX), 0, "96 tags");
	is_num(many("\ttag:a=b", LEDGERLINE_TAGS_MAX + 1), -1, "97 tags");
	is_num(many("\ttook:a b", LEDGERLINE_TOOK_MAX), 0, "512 keys");
	is_num(many("\ttook:a b", LEDGERLINE_TOOK_MAX + 1), -1, "513 keys");
	return done();
}
