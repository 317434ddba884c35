#include "ship/filter.h"
#include "base/buf.h"
#include "tap.h"

static struct filter f;

/* the event, TAB for each blank, that all cases are asked about */
static const char event[] =
    "ts:2026-11-30T09:00:00.000000Z ev:sent prog:queue-run id:1j1bb n:0 "
    "to:ann@example.net tenant:acme tag:campaign=spring tag:stream=news "
    "size:2313 delay:1.5 host:mx1.example.net text:a\\tb\\\\c\\x2c old:-7";

static void
parse_event(struct ltsv *e, char *line)
{
	char *p;

	strcpy(line, event);
	for (p = line; *p != '\0'; p++)
		if (*p == ' ')
			*p = '\t';
	if (ltsv_parse(line, strlen(line), e) == -1)
		ok(0, "the event is good");
}

/* 1, 0, or the fault */
static const char *
holds(const char *text)
{
	static char out[200];
	char line[sizeof event];
	struct ltsv e;
	const char *why;
	size_t at;

	parse_event(&e, line);
	why = filter_parse(&f, text, strlen(text), &at);
	if (why == NULL)
		return filter_holds(&f, &e, "deliver-final") ? "1" : "0";
	snprintf(out, sizeof out, "%s at %zu", why, at);
	return out;
}

static void
table(void)
{
	static const struct {
		const char *text, *want;
	} t[] = {
		{ "", "1" },
		{ "  ", "1" },
		{ "ev:sent", "1" },
		{ "ev:bounced", "0" },
		{ "ev:bounced,sent", "1" },
		{ "ev:sent,bounced", "1" },
		{ "ev:sen", "0" },
		{ "ev:sent,", "1" },
		{ "ev:", "0" },
		{ "ev", "1" },
		{ "user", "0" },
		{ "!user", "1" },
		{ "src:deliver-final", "1" },
		{ "src~deliver*", "1" },
		{ "src:smtp", "0" },
		{ "src", "1" },
		{ "tag:stream=news", "1" },
		{ "tag:campaign=spring", "1" },
		{ "tag:news", "0" },
		{ "tag~stream=*", "1" },
		{ "to~*@example.net", "1" },
		{ "to~*@example.org,ann@*", "1" },
		{ "to~*.net@*", "0" },
		{ "to~???@example.net", "1" },
		{ "to~??@example.net", "0" },
		{ "to~*", "1" },
		{ "user~*", "0" },
		{ "to~*a*n*n*@*", "1" },
		{ "to~ann@example.net?", "0" },
		{ "to~ann@example.net*", "1" },
		{ "size>2312", "1" },
		{ "size>2313", "0" },
		{ "size>=2313", "1" },
		{ "size>=2314", "0" },
		{ "size<2314", "1" },
		{ "size<2313", "0" },
		{ "size<=2313", "1" },
		{ "size<=2312", "0" },
		{ "delay>1.49", "1" },
		{ "delay>1.5", "0" },
		{ "delay>=1.500000", "1" },
		{ "delay<1.500001", "1" },
		{ "old<0", "1" },
		{ "old>-7.1", "1" },
		{ "old<-7", "0" },
		{ "to>0", "0" },
		{ "to<0", "0" },
		{ "user<1", "0" },
		{ "ev:sent & tenant:acme", "1" },
		{ "ev:sent&tenant:acme", "1" },
		{ "ev:sent tenant:acme", "1" },
		{ "ev:sent tenant:other", "0" },
		{ "ev:bounced | tenant:acme", "1" },
		{ "ev:bounced|tenant:other", "0" },
		{ "ev:sent | ev:bounced tenant:other", "1" },
		{ "(ev:sent | ev:bounced) tenant:other", "0" },
		{ "!(ev:sent | ev:bounced) | n:0", "1" },
		{ "!ev:sent n:0", "0" },
		{ "!!ev:sent", "1" },
		{ "!(!ev:sent)", "1" },
		{ "( ( ev:sent ) )", "1" },
		{ "text:'a\tb\\\\c,'", "1" },
		{ "text~'a?b*'", "1" },
		{ "text~*\\,", "1" },
		{ "to:'ann@example.net'", "1" },
		{ "to:ann\\@example.net", "1" },
		{ "ev:'sent',bounced", "1" },
		{ "(", "a condition is missing at 1" },
		{ "()", "a condition is missing at 1" },
		{ ")", "a condition is missing at 0" },
		{ "ev:sent)", "a parenthesis that nothing opens at 7" },
		{ "(ev:sent", "a parenthesis is not closed at 8" },
		{ "!", "a condition is missing at 1" },
		{ "ev:sent &", "a condition is missing at 9" },
		{ "ev:sent |", "a condition is missing at 9" },
		{ "| ev:sent", "a condition is missing at 0" },
		{ "ev:sent && n:0", "a condition is missing at 9" },
		{ "EV:sent", "a condition is missing at 0" },
		{ "ev=sent", "want : ~ < or > behind a label at 2" },
		{ "size>x", "not a number at 6" },
		{ "size>", "not a number at 5" },
		{ "size>1e3", "not a number at 8" },
		{ "size>1234567890123", "not a number at 18" },
		{ "size>123456789012", "0" },
		{ "ev:'sent", "a quote is not closed at 8" },
		{ "ev:sent\\", "nothing behind a \\ at 8" },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(holds(t[i].text), t[i].want, t[i].text);
}

/* many of something, at the limit and one above */
static const char *
many(const char *before, const char *each, unsigned n, const char *after)
{
	static struct buf b;
	size_t at;
	const char *why;

	buf_clear(&b);
	buf_puts(&b, before);
	while (n-- > 0)
		buf_puts(&b, each);
	buf_puts(&b, after);
	why = filter_parse(&f, buf_data(&b), buf_len(&b), &at);
	return why == NULL ? "" : why;
}

/* a value that is escaped, and longer than is compared */
static void
long_value(void)
{
	static char line[FILTER_VALUE_MAX + 100] = "text:\\\\";
	struct ltsv e;
	size_t at;

	memset(line + 7, 'x', FILTER_VALUE_MAX - 3);
	strcpy(line + 4 + FILTER_VALUE_MAX, "y");
	ltsv_parse(line, strlen(line), &e);
	filter_parse(&f, "text~*y", 7, &at);
	is_num(filter_holds(&f, &e, ""), 1, "as long as is compared");
	memmove(line + 8, line + 7, strlen(line + 7) + 1);
	ltsv_parse(line, strlen(line), &e);
	is_num(filter_holds(&f, &e, ""), 0, "one byte more");
}

static void
limits(void)
{
	is_str(many("!a", "|a", (FILTER_TERMS_MAX - 2) / 2, ""), "", "terms");
	is_str(many("!!a", "|a", (FILTER_TERMS_MAX - 2) / 2, ""),
	    "too many conditions", "one more");
	is_str(many("a:", ",", FILTER_VALUES_MAX - 1, ""), "", "values");
	is_str(many("a:", ",", FILTER_VALUES_MAX, ""), "too many values",
	    "one more");
	is_str(many("", "(", FILTER_DEPTH_MAX, "a))))))))))))))))"), "",
	    "depth");
	is_str(many("", "(", FILTER_DEPTH_MAX + 1, "a)))))))))))))))))"),
	    "too deep", "one more");
	is_str(many("", "!", FILTER_DEPTH_MAX, "a"), "", "depth of !");
	is_str(many("", "!", FILTER_DEPTH_MAX + 1, "a"), "too deep",
	    "one more");
	is_str(many("a:", "x", FILTER_TEXT_MAX - 2, ""), "", "bytes");
	is_str(many("a:", "x", FILTER_TEXT_MAX - 1, ""), "too long",
	    "one more");
	is_str(many("", "a", LTSV_LABEL_MAX, ""), "", "a label");
	is_str(many("", "a", LTSV_LABEL_MAX + 1, ""), "a label is too long",
	    "one more");
}

int
main(void)
{
	table();
	limits();
	long_value();
	return done();
}
