/* what the verbs of orders are, and what orders do */
#include "queue/ctlrequest.h"
#include "tap.h"

static const struct {
	const char *line;
	int wants, tells, stands, all;
} cases[] = {
	{ "cmd:hold\tsel:all", 1, 0, 0, 1 },
	{ "cmd:hold\tsel:all\tsel:state\targ:held", 1, 0, 0, 0 },
	{ "cmd:count\tof:hold\tsel:all", 1, 1, 0, 1 },
	{ "cmd:suspend\tsel:tag\targ:x", 1, 0, 1, 0 },
	{ "cmd:count\tof:suspend\tsel:tag\targ:x", 1, 1, 1, 0 },
	{ "cmd:resume\torder:7", 1, 0, 0, 0 },
	{ "cmd:bounce\tsel:all", 1, 0, 0, 1 },
	{ "cmd:bounce\tsel:all\tfor:9", 1, 0, 1, 1 },
	{ "cmd:rebind\tsel:all\tset-pool:p", 1, 0, 1, 1 },
	{ "cmd:rebind\tnone:1", 1, 0, 0, 0 },
	{ "cmd:show\tsel:id\targ:0123456789abcdefgh00", 1, 1, 0, 0 },
	{ "cmd:why\tsel:to\targ:a@b", 1, 1, 0, 0 },
	{ "cmd:suspensions", 0, 1, 0, 0 },
	{ "cmd:rebindings", 0, 1, 0, 0 },
	{ "cmd:status", 0, 1, 0, 0 },
	{ "cmd:stop", 0, 0, 0, 0 },
};

int
main(void)
{
	struct ctlrequest o = { 0 };
	char line[200];
	size_t i;
	int n, v;

	for (v = 0; v < CTLREQUEST_VERBS; v++)
		is_num(ctlrequest_verb(ctlrequest_verb_name(v),
			   strlen(ctlrequest_verb_name(v))),
		    v, ctlrequest_verb_name(v));
	is_num(ctlrequest_verb("holds", 5), -1, "none");
	is_num(ctlrequest_verb("hold", 3), -1, "nor a part of one");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = snprintf(line, sizeof line, "%s\n", cases[i].line);
		ok(ctlrequest_parse(line, (size_t)n, &o) == NULL &&
			ctlrequest_wants(o.verb) == cases[i].wants &&
			ctlrequest_tells(&o) == cases[i].tells &&
			ctlrequest_stands(&o) == cases[i].stands &&
			ctlrequest_all(&o) == cases[i].all,
		    cases[i].line);
	}
	ctlrequest_free(&o);
	return done();
}
