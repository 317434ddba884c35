#include "queue/order.h"
#include "tap.h"
#include <stdlib.h>

#define ID "1j0qcho4p7000000011c"

static const struct {
	const char *line;
	int verb; /* -1: refused */
	int select;
	const char *arg;
} lines[] = {
	{ "cmd:hold\tsel:all", ORDER_HOLD, ORDER_ALL, "" },
	{ "cmd:release\tsel:id\targ:" ID, ORDER_RELEASE, ORDER_ID, ID },
	{ "cmd:delete\tsel:domain\targ:A.Example", ORDER_DELETE, ORDER_DOMAIN,
	    "a.example" },
	{ "cmd:bounce\tsel:sender\targ:a@b", ORDER_BOUNCE, ORDER_FROM, "a@b" },
	{ "cmd:bounce\tsel:from\targ:", ORDER_BOUNCE, ORDER_FROM, "" },
	{ "cmd:retry\tsel:to\targ:\"a\\\\ b\"@c", ORDER_RETRY, ORDER_TO,
	    "\"a\\ b\"@c" },
	{ "cmd:suspend\tsel:domain\targ:x", ORDER_SUSPEND, ORDER_DOMAIN, "x" },
	{ "cmd:status", ORDER_STATUS, ORDER_ALL, "" },
	{ "cmd:stop\tfurther:label", ORDER_STOP, ORDER_ALL, "" },
	{ "cmd:stop\tsel:id\targ:1\tx:y", ORDER_STOP, ORDER_ALL, "" },
	{ "", -1, 0, NULL },
	{ "cmd:", -1, 0, NULL },
	{ "cmd:Hold\tsel:all", -1, 0, NULL },
	{ "cmd:hold", -1, 0, NULL },
	{ "cmd:hold\tsel:everything", -1, 0, NULL },
	{ "cmd:hold\tsel:all\targ:x", -1, 0, NULL },
	{ "cmd:hold\tsel:id\targ:x", -1, 0, NULL },
	{ "cmd:hold\tsel:domain", -1, 0, NULL },
	{ "cmd:suspend\tsel:all", -1, 0, NULL },
	{ "cmd:resume\tsel:id\targ:" ID, -1, 0, NULL },
	{ "hold all", -1, 0, NULL },
};

static const struct {
	const char *verb, *selector;
	int select; /* -1: refused */
	const char *arg;
} words[] = {
	{ "hold", "all", ORDER_ALL, "" },
	{ "hold", ID, ORDER_ID, ID },
	{ "hold", "id:" ID, ORDER_ID, ID },
	{ "hold", "domain:A.b", ORDER_DOMAIN, "a.b" },
	{ "hold", "from:", ORDER_FROM, "" },
	{ "hold", "to:x:y@z", ORDER_TO, "x:y@z" },
	{ "status", NULL, ORDER_ALL, "" },
	{ "status", "all", -1, NULL },
	{ "hold", NULL, -1, NULL },
	{ "hold", "", -1, NULL },
	{ "hold", "to:", -1, NULL },
	{ "hold", "all:", -1, NULL },
	{ "hold", "site:x", -1, NULL },
	{ "hold", "id", -1, NULL },
	{ "frob", "all", -1, NULL },
};

int
main(void)
{
	char line[ORDER_LINE_MAX + 10], *arg;
	struct order o;
	unsigned i;
	int n;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		n = snprintf(line, sizeof line, "%s\n", lines[i].line);
		if (lines[i].verb == -1) {
			ok(order_parse(line, n, &o) != NULL, lines[i].line);
			continue;
		}
		ok(order_parse(line, n, &o) == NULL &&
		    (int)o.verb == lines[i].verb &&
		    (int)o.select == lines[i].select &&
		    strcmp(o.arg, lines[i].arg) == 0 &&
		    o.len == strlen(lines[i].arg), lines[i].line);
	}
	for (i = 0; i < sizeof words / sizeof *words; i++) {
		const char *name = words[i].selector == NULL ? "(none)"
		    : words[i].selector;

		if (words[i].select == -1)
			ok(order_words(words[i].verb, words[i].selector, &o) !=
			    NULL, name);
		else
			ok(order_words(words[i].verb, words[i].selector, &o) ==
			    NULL && (int)o.select == words[i].select &&
			    strcmp(o.arg, words[i].arg) == 0, name);
	}
	arg = malloc(ORDER_ARG_MAX + 10);
	memset(arg, 'x', ORDER_ARG_MAX + 9);
	memcpy(arg, "to:", 3);
	arg[3 + ORDER_ARG_MAX] = '\0';
	ok(order_words("hold", arg, &o) != NULL, "one byte too long");
	arg[3 + ORDER_ARG_MAX - 1] = '\0';
	ok(order_words("hold", arg, &o) == NULL, "as long as may be");
	free(arg);
	return done();
}
