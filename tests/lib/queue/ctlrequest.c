#include "queue/ctlrequest.h"
#include "queue/name.h"
#include "tap.h"
#include <stdlib.h>

#define ID "1j0qcho4p7000000011c"
#define ID2 "1j0qcho4p7000000011d"

/* requests, and how they are written again; NULL: refused */
static const struct {
	const char *line, *again;
} lines[] = {
	{ "cmd:hold\tsel:all", "cmd:hold\tsel:all" },
	{ "cmd:release\tsel:id\targ:" ID, "cmd:release\tsel:id\targ:" ID },
	{ "cmd:show\tsel:id\targ:" ID " " ID2,
	    "cmd:show\tsel:id\targ:" ID " " ID2 },
	{ "cmd:delete\tsel:domain\targ:A.Example",
	    "cmd:delete\tsel:domain\targ:a.example" },
	{ "cmd:bounce\tsel:sender\targ:a@b", "cmd:bounce\tsel:from\targ:a@b" },
	{ "cmd:bounce\tsel:from\targ:", "cmd:bounce\tsel:from\targ:" },
	{ "cmd:bounce\tsel:from", "cmd:bounce\tsel:from\targ:" },
	{ "cmd:retry\tsel:to\targ:\"a\\\\ b\"@c",
	    "cmd:retry\tsel:to\targ:\"a\\\\ b\"@c" },
	{ "cmd:retry\tsel:site\targ:x\tsel:state\targ:held\tsel:age\targ:2h",
	    "cmd:retry\tsel:site\targ:x\tsel:state\targ:held\tsel:age\targ:2h" },
	{ "cmd:suspend\tsel:domain\targ:x", "cmd:suspend\tsel:domain\targ:x" },
	{ "cmd:hold\tsel:not:domain\targ:X\tsel:tries\targ:-3",
	    "cmd:hold\tsel:not:domain\targ:x\tsel:tries\targ:-3" },
	{ "cmd:hold\tsel:reply\targ:*a b*\tsel:larger\targ:2M",
	    "cmd:hold\tsel:reply\targ:*a b*\tsel:larger\targ:2M" },
	{ "cmd:hold\tsel:not:header\targ:a=b", NULL },
	{ "cmd:hold\tsel:subject\targ:b", NULL },
	{ "cmd:status", "cmd:status" },
	{ "cmd:count\tof:delete\tsel:all", "cmd:count\tof:delete\tsel:all" },
	{ "of:hold\tcmd:count\tsel:domain\targ:x",
	    "cmd:count\tof:hold\tsel:domain\targ:x" },
	{ "cmd:count\tsel:all", NULL },
	{ "cmd:count\tof:count\tsel:all", NULL },
	{ "cmd:count\tof:stop", NULL },
	{ "cmd:count\tof:status", NULL },
	{ "cmd:count\tof:show\tsel:id\targ:" ID, NULL },
	{ "cmd:count\tof:why\tsel:id\targ:" ID, NULL },
	{ "cmd:stop\tfurther:label", "cmd:stop" },
	{ "cmd:stop\tsel:id\targ:1\tx:y", "cmd:stop" },
	{ "", NULL },
	{ "cmd:", NULL },
	{ "cmd:Hold\tsel:all", NULL },
	{ "cmd:hold", NULL },
	{ "cmd:hold\tsel:everything", NULL },
	{ "cmd:hold\tsel:all\targ:x", NULL },
	{ "cmd:hold\tsel:id\targ:x", NULL },
	{ "cmd:hold\tsel:id", NULL },
	{ "cmd:hold\tsel:domain", NULL },
	{ "cmd:hold\tsel:state\targ:lost", NULL },
	{ "cmd:show\tsel:all", NULL },
	{ "cmd:show\tsel:from\targ:a", NULL },
	{ "cmd:suspend\tsel:all\tfor:60\treason:a\\nb",
	    "cmd:suspend\tsel:all\tfor:60\treason:a\\nb" },
	{ "cmd:suspend\treason:r\tsel:via\targ:p\tsel:domain\targ:.x",
	    "cmd:suspend\tsel:via\targ:p\tsel:domain\targ:.x\treason:r" },
	{ "cmd:rebind\tsel:all\tset-tag:a=b\tset-pool:p\tset-host:h:25",
	    "cmd:rebind\tsel:all\tset-pool:p\tset-host:h:25\tset-tag:a=b" },
	{ "cmd:rebind\tnone:1\torder:7", "cmd:rebind\tnone:1\torder:7" },
	{ "cmd:resume\torder:7", "cmd:resume\torder:7" },
	{ "cmd:resume\tsel:id\targ:" ID, NULL },
	{ "hold all", NULL },
};

static void
check_lines(void)
{
	char line[CTLREQUEST_LINE_MAX + 10];
	struct buf b = { 0 };
	struct ctlrequest o = { 0 };
	unsigned i;
	int n;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		n = snprintf(line, sizeof line, "%s\n", lines[i].line);
		if (lines[i].again == NULL) {
			ok(ctlrequest_parse(line, n, &o) != NULL,
			    lines[i].line);
			continue;
		}
		buf_clear(&b);
		ok(ctlrequest_parse(line, n, &o) == NULL &&
			ctlrequest_put(&o, 0, buf_len(&o.sel.ids) / NAME_LEN,
			    &b) == 0,
		    lines[i].line);
		buf_putc(&b, '\0');
		n = snprintf(line, sizeof line, "%s\n", lines[i].again);
		is_str(buf_data(&b), line, "the same again");
	}
	ctlrequest_free(&o);
	buf_free(&b);
}

static void
words(void)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{ "cmd:retry\tsel:all\n", "all" },
		{ "cmd:stop\n", "" },
		{ "cmd:hold\tsel:not:domain\targ:b\tsel:from\targ:\n",
		    "not:domain:b from:" },
		{ "cmd:suspend\tsel:domain\targ:b.example\n",
		    "domain:b.example" },
		{ "cmd:hold\tsel:id\targ:0123456789abcdefgh00 "
		  "0123456789abcdefgh01\tsel:to\targ:a\\tb@c\tsel:state\t"
		  "arg:waiting\n",
		    "id:0123456789abcdefgh00,0123456789abcdefgh01 to:a\tb@c "
		    "state:waiting" },
	};
	struct ctlrequest o = { 0 };
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		ok(ctlrequest_parse(cases[i].line, strlen(cases[i].line), &o) ==
			    NULL &&
			ctlrequest_words(&o, &b) == 0 && buf_putc(&b, 0) == 0,
		    cases[i].line);
		is_str(buf_data(&b), cases[i].words, "as it is typed");
	}
	ctlrequest_free(&o);
	buf_free(&b);
}

static void
check_limits(void)
{
	static char line[CTLREQUEST_LINE_MAX + 4096];
	struct ctlrequest o = { 0 };
	int n, i, m;

	for (i = 0; i < 2; i++) {
		n = snprintf(line, sizeof line, "cmd:hold\tsel:to\targ:");
		memset(line + n, 'x', CTLREQUEST_ARG_MAX + i - 1);
		n += CTLREQUEST_ARG_MAX + i - 1;
		line[n++] = '\n';
		ok((ctlrequest_parse(line, n, &o) == NULL) == (i == 0),
		    i == 0 ? "as long as may be" : "one byte too long");
	}
	for (i = 0; i < 2; i++) {
		n = snprintf(line, sizeof line, "cmd:hold\tsel:id\targ:" ID);
		for (m = 1; m < CTLREQUEST_IDS_MAX + i; m++)
			n += snprintf(line + n, sizeof line - n, " " ID);
		line[n++] = '\n';
		ok((ctlrequest_parse(line, n, &o) == NULL) == (i == 0),
		    i == 0 ? "as many ids as may be" : "one more");
	}
	ctlrequest_free(&o);
}

static void
check_meaning(void)
{
	static const char two[] = "cmd:hold\tsel:all\tsel:state\targ:held\n";
	struct ctlrequest o = { 0 };

	ok(ctlrequest_parse("cmd:hold\tsel:all\n", 17, &o) == NULL &&
		ctlrequest_all(&o),
	    "everything");
	ok(ctlrequest_parse(two, sizeof two - 1, &o) == NULL &&
		!ctlrequest_all(&o),
	    "not everything");
	ok(ctlrequest_parse("cmd:bounce\tsel:all\n", 19, &o) == NULL &&
		!ctlrequest_stands(&o),
	    "it is done at once");
	ok(ctlrequest_parse("cmd:bounce\tsel:all\tfor:9\n", 25, &o) == NULL &&
		ctlrequest_stands(&o) && o.with.for_s == 9,
	    "it stands");
	ok(ctlrequest_parse("cmd:hold\tsel:all\n", 17, &o) == NULL &&
		o.with.for_s == 0,
	    "of the one before nothing is left");
	is_num(ctlrequest_verb("hold", 4), CTLREQUEST_HOLD, "a verb");
	is_num(ctlrequest_verb("holds", 5), -1, "none");
	ctlrequest_free(&o);
	o.verb = CTLREQUEST_STATUS;
	ok(ctlrequest_check(&o) == NULL, "status has no selector");
	selector_word(&o.sel, "all");
	ok(ctlrequest_check(&o) != NULL, "and wants none");
	is_num(ctlrequest_tells(&o), 1, "it only tells");
	o.verb = CTLREQUEST_DELETE;
	is_num(ctlrequest_tells(&o), 0, "an order does not");
	o.count = 1;
	is_num(ctlrequest_tells(&o), 1, "but when it is counted");
	ctlrequest_free(&o);
}

int
main(void)
{
	check_lines();
	words();
	check_limits();
	check_meaning();
	return done();
}
